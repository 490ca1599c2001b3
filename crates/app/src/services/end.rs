//! Ending a service at its client's or staff's wish, now or when what is paid is used up.

use chrono::NaiveDate;
use innkeeper_db::{
    cancellations::{self as db, Ending, Needless},
    dunning::ServiceToSwitch,
    services,
};
use innkeeper_domain::{InvoiceId, Period, Permission, ServiceId, state::ServiceState};
use innkeeper_hooks::payloads::EndRequested;
use serde_json::json;
use std::collections::BTreeSet;

use crate::{
    Actor, App, AppError, Checks, Result, Tx, addons,
    billing::switch,
    calendar,
    effects::Kind,
    invoices::{Taken, issue_credit, void_in},
    mailer,
};

/// When a service is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// At once, with all its data. What was paid stays paid.
    Now,
    /// When what is paid is used up.
    PeriodEnd,
}

/// Lets a service end; the day on which it does. What is invoiced for later and not paid is withdrawn.
pub async fn end(app: &App, actor: &Actor, id: ServiceId, when: End, reason: &str) -> Result<NaiveDate> {
    let owner = actor.owner(Permission::ServicesWrite)?;
    let mut checks = Checks::default();
    checks.text("reason", reason, 1000, false);
    checks.finish()?;
    let today = calendar::today(app).await?;
    let mut tx = app.begin(actor).await?;
    let client_id = services::client_of(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("service"))?;
    tx.lock_client(client_id).await?;
    let service = db::lock(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("service"))?;
    possible(&service, when)?;
    let ends_on = match when {
        End::Now => today,
        End::PeriodEnd => service.covered_until.max(today),
    };
    db::set_end(tx.conn(), id, Some(ends_on), reason.trim()).await?;
    withdraw(&mut tx, id, today, ends_on).await?;
    addons::end_with(&mut tx, id, today, ends_on).await?;
    let kind = if when == End::Now { "Immediate" } else { "End of Billing Period" };
    let (reason, kind) = (reason.trim().to_owned(), kind.to_owned());
    tx.audit("service.end", "service", id, json!({ "ends_on": ends_on, "reason": reason })).await?;
    tx.emit(&EndRequested { service_id: id, client_id, reason, kind, ends_on }).await?;
    if ends_on > today {
        mailer::service_ends(&mut tx, id, ends_on).await?;
    } else {
        let service = ServiceToSwitch { id, client_id, plugin_id: service.plugin_id, state: service.state };
        switch(&mut tx, &service, Kind::ServiceTerminate, "ended").await?;
    }
    tx.commit().await?;
    Ok(ends_on)
}

/// Lets a service go on that was to end later.
pub async fn keep(app: &App, actor: &Actor, id: ServiceId) -> Result<()> {
    let owner = actor.owner(Permission::ServicesWrite)?;
    let today = calendar::today(app).await?;
    let mut tx = app.begin(actor).await?;
    let client_id = services::client_of(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("service"))?;
    tx.lock_client(client_id).await?;
    let service = db::lock(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("service"))?;
    if service.ends_on.is_none_or(|day| day <= today) {
        return Err(AppError::conflict("the service does not end later: there is nothing to take back"));
    }
    db::set_end(tx.conn(), id, None, "").await?;
    addons::keep_with(&mut tx, id).await?;
    tx.audit("service.keep", "service", id, json!({})).await?;
    tx.commit().await
}

fn possible(service: &Ending, when: End) -> Result<()> {
    if !matches!(service.state.0, ServiceState::Active | ServiceState::Suspended) {
        return Err(AppError::conflict(format!("the service is {}: it cannot be ended", service.state)));
    }
    if let Some(day) = service.ends_on {
        return Err(AppError::conflict(format!("the service ends on {day} already")));
    }
    if service.is_changing {
        return Err(AppError::conflict("a change of this service is open: take it back first"));
    }
    if service.paused_on.is_some() && when == End::PeriodEnd {
        return Err(AppError::conflict("the service is paused: let it go on first, or end it now"));
    }
    Ok(())
}

/// Withdraws what is invoiced for days after the end: whole invoices are void, of others the line is taken back.
pub(crate) async fn withdraw(tx: &mut Tx<'_>, id: ServiceId, today: NaiveDate, ends_on: NaiveDate) -> Result<()> {
    let needless = db::needless(tx.conn(), id, ends_on).await?;
    let alone: BTreeSet<InvoiceId> = needless.iter().filter(|n| n.is_alone).map(|n| n.invoice_id).collect();
    for invoice in alone {
        void_in(tx, invoice).await?;
    }
    let taken: Vec<Taken> = needless.into_iter().filter(|n| !n.is_alone && n.net > 0).map(back).collect();
    if !taken.is_empty() {
        issue_credit(tx, today, &taken).await?;
    }
    Ok(())
}

fn back(needless: Needless) -> Taken {
    Taken {
        line: needless.line_id,
        net: needless.net,
        period: Some(Period { start: needless.start, end: needless.end }),
        description: format!("The service ends before: {}", needless.description),
    }
}
