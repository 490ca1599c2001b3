//! Renewing early: the next period of a service is invoiced at its client's or staff's wish, before its time has come.

use chrono::{Days, NaiveDate};
use innkeeper_db::{
    cancellations,
    renewals::{self, DueService, Horizon},
    services::{self, ServiceRow},
};
use innkeeper_domain::{ClientId, InvoiceId, Money, Period, Permission, ServiceId, state::ServiceState};
use serde_json::json;

use super::{credit, due::drafts, invoices::line};
use crate::{Actor, App, AppError, Result, Tx, calendar, invoices::issue_all, tax::TaxTable};

/// So far ahead may be paid, in days: ten years.
const FURTHEST: u64 = 3653;

/// The period that would be invoiced.
#[derive(Clone, Debug)]
pub struct NextPeriod {
    /// Its days.
    pub period: Period,
    /// What it costs, as the catalogue has it, before what a promotion takes off.
    pub amount: Money,
}

/// What [`renew`] would invoice of a service as it was read, if no change of it is open; none: nothing.
pub fn next_period(service: &ServiceRow, today: NaiveDate) -> Option<NextPeriod> {
    let begins = service.billed_through.filter(|day| service.covered_until >= *day && *day <= furthest(today))?;
    let ends = [service.ends_on, service.term_until].into_iter().flatten().any(|end| end <= begins);
    if service.state.0 != ServiceState::Active || service.paused_on.is_some() || ends {
        return None;
    }
    let period = service.cycle.next_period(service.anchor, Some(begins))?;
    Some(NextPeriod { period, amount: Money::new(service.amount, service.currency.parse().ok()?) })
}

/// Invoices the next period of a service now, due when it begins. `Conflict` with the reason if that is not possible:
/// the period before is not paid, the service is not active, ends, or is to be changed.
pub async fn renew(app: &App, actor: &Actor, id: ServiceId) -> Result<InvoiceId> {
    let owner = actor.owner(Permission::ServicesWrite)?;
    let today = calendar::today(app).await?;
    let mut tx = app.begin(actor).await?;
    let client = services::client_of(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("service"))?;
    tx.lock_client(client).await?;
    let due = due(&mut tx, client, id, today).await?;
    let taxes = TaxTable::load(tx.conn(), &[client]).await?;
    let drafts = drafts(vec![line(&due, &taxes)?], &taxes, today)?;
    let issued = issue_all(&mut tx, today, &drafts).await?;
    credit::use_up(&mut tx, &issued).await?;
    let invoice = *issued.first().ok_or_else(|| AppError::internal("an issued invoice is gone"))?;
    tx.audit("service.renew", "service", id, json!({ "invoice": invoice, "from": due.billed_through })).await?;
    tx.commit().await?;
    Ok(invoice)
}

/// No period that begins later is invoiced early.
fn furthest(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(Days::new(FURTHEST)).unwrap_or(today)
}

/// The service as the daily run would find it when its next period is due.
async fn due(tx: &mut Tx<'_>, client: ClientId, id: ServiceId, today: NaiveDate) -> Result<DueService> {
    let service = cancellations::lock(tx.conn(), None, id).await?.ok_or(AppError::NotFound("service"))?;
    if service.state.0 != ServiceState::Active {
        return Err(AppError::conflict(format!("the service is {}: only an active one can be renewed", service.state)));
    }
    if service.is_changing {
        return Err(AppError::conflict("a change of this service is open: it is renewed as what it becomes then"));
    }
    // As if its day had come, whatever its cycle says.
    let horizon = Horizon { day: NaiveDate::MAX, invoice_days: 0, continuous: false };
    let all = renewals::of_clients(tx.conn(), &[client], horizon).await?;
    let due = all.into_iter().find(|due| due.id == id).ok_or_else(|| {
        AppError::conflict("nothing can be renewed: the period before is not paid yet, or none follows")
    })?;
    if due.billed_through > furthest(today) {
        return Err(AppError::conflict("the service is paid for ten years ahead already"));
    }
    Ok(due)
}
