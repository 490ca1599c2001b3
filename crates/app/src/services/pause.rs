//! Pausing: a service is switched off at its client's wish and costs nothing meanwhile; what was paid is not lost.

use chrono::NaiveDate;
use innkeeper_db::{dunning::ServiceToSwitch, pauses as db, services};
use innkeeper_domain::{Permission, ServiceId, state::ServiceState};
use innkeeper_hooks::payloads::{ServicePaused, ServiceResumed};
use serde_json::json;

use crate::{Actor, App, AppError, Checks, Result, Tx, billing::switch, calendar, effects::Kind};

/// The reason of its suspension.
const PAUSED: &str = "paused";

/// Switches a service off until a day, or until staff let it go on. `Conflict` unless it is active, paid and nothing else
/// is planned for it.
pub async fn pause(app: &App, actor: &Actor, id: ServiceId, until: Option<NaiveDate>) -> Result<()> {
    actor.require(Permission::ServicesWrite)?;
    let today = calendar::today(app).await?;
    let mut checks = Checks::default();
    checks.require(until.is_none_or(|day| day > today), "until", "must be later than today");
    checks.finish()?;
    let mut tx = app.begin(actor).await?;
    let (service, state) = lock(&mut tx, id).await?;
    let no = |why: &str| Err(AppError::conflict(why));
    if service.state.0 != ServiceState::Active || state.paused_on.is_some() {
        return no("only an active service can be paused");
    }
    if !state.is_settled {
        return no("the service is not charged by periods, or one of them is not paid yet");
    }
    if state.has_plans {
        return no("the service ends, or is to be changed: take that back first");
    }
    db::pause(tx.conn(), id, today, until).await?;
    tx.audit("service.pause", "service", id, json!({ "until": until })).await?;
    tx.emit(&ServicePaused { service_id: id, client_id: service.client_id, until }).await?;
    switch(&mut tx, &service, Kind::ServiceSuspend, PAUSED).await?;
    tx.commit().await
}

/// Lets a paused service go on: its next period begins as many days later as the pause was long.
pub async fn resume(app: &App, actor: &Actor, id: ServiceId) -> Result<()> {
    actor.require(Permission::ServicesWrite)?;
    let today = calendar::today(app).await?;
    let mut tx = app.begin(actor).await?;
    let (service, _) = lock(&mut tx, id).await?;
    resume_in(&mut tx, &service, today).await?;
    tx.commit().await
}

/// The same in the caller's transaction, which holds the client's lock.
pub(crate) async fn resume_in(tx: &mut Tx<'_>, service: &ServiceToSwitch, today: NaiveDate) -> Result<()> {
    let next_on = db::resume(tx.conn(), service.id, today).await?;
    let next_on = next_on.ok_or_else(|| AppError::conflict("the service is not paused"))?;
    tx.emit(&ServiceResumed { service_id: service.id, client_id: service.client_id, next_on }).await?;
    tx.audit("service.resume", "service", service.id, json!({ "next_on": next_on })).await?;
    switch(tx, service, Kind::ServiceUnsuspend, PAUSED).await
}

async fn lock(tx: &mut Tx<'_>, id: ServiceId) -> Result<(ServiceToSwitch, db::Pausable)> {
    let client = services::client_of(tx.conn(), None, id).await?.ok_or(AppError::NotFound("service"))?;
    tx.lock_client(client).await?;
    let found = db::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("service"))?;
    let service =
        ServiceToSwitch { id, client_id: found.client_id, plugin_id: found.plugin_id.clone(), state: found.state };
    Ok((service, found))
}
