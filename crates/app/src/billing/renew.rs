//! Renewing early: the next period of a service is invoiced at its client's or staff's wish, before its time has come.

use chrono::{Days, NaiveDate};
use innkeeper_db::{
    cancellations,
    renewals::{self, DueService, Horizon},
    services,
};
use innkeeper_domain::{ClientId, InvoiceId, Money, Period, Permission, ServiceId, state::ServiceState};
use serde_json::json;

use super::{
    credit,
    due::drafts,
    invoices::{line, period},
};
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

/// What [`renew`] would invoice; none: nothing can be renewed now.
pub async fn next_period(app: &App, actor: &Actor, id: ServiceId) -> Result<Option<NextPeriod>> {
    let owner = actor.owner(Permission::ServicesRead)?;
    let today = calendar::today(app).await?;
    let mut tx = app.begin(actor).await?;
    let client = services::client_of(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("service"))?;
    match due(&mut tx, client, id, today).await {
        Ok(due) => Ok(Some(NextPeriod { period: period(&due)?, amount: Money::new(due.amount, *due.currency) })),
        Err(AppError::Conflict(_)) => Ok(None),
        Err(error) => Err(error),
    }
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

/// The service as the daily run would find it when its next period is due.
async fn due(tx: &mut Tx<'_>, client: ClientId, id: ServiceId, today: NaiveDate) -> Result<DueService> {
    let service = cancellations::lock(tx.conn(), None, id).await?.ok_or(AppError::NotFound("service"))?;
    if service.state.0 != ServiceState::Active {
        return Err(AppError::conflict(format!("the service is {}: only an active one can be renewed", service.state)));
    }
    if service.is_changing {
        return Err(AppError::conflict("a change of this service is open: it is renewed as what it becomes then"));
    }
    let last = today.checked_add_days(Days::new(FURTHEST)).unwrap_or(today);
    // As if its day had come, whatever its cycle says.
    let horizon = Horizon { day: NaiveDate::MAX, invoice_days: 0, continuous: false };
    let all = renewals::of_clients(tx.conn(), &[client], horizon).await?;
    let due = all.into_iter().find(|due| due.id == id).ok_or_else(|| {
        AppError::conflict("nothing can be renewed: the period before is not paid yet, or none follows")
    })?;
    if due.billed_through > last {
        return Err(AppError::conflict("the service is paid for ten years ahead already"));
    }
    Ok(due)
}
