//! Add-ons go where their service goes: switched off and on with it, ended with it.

use chrono::NaiveDate;
use innkeeper_db::{
    addons::{self as db, Relative},
    cancellations,
    dunning::ServiceToSwitch,
};
use innkeeper_domain::{ServiceId, state::ServiceState};
use innkeeper_queue::NewJob;
use serde_json::json;

use crate::{Actor, App, AppError, Result, Tx, billing::switch, calendar, effects::Kind, jobs, services};

/// Why an add-on is switched off, or ends: its service is, or does.
const WITH_ITS_SERVICE: &str = "with its service";

/// A service was switched: its add-ons, if it has any, are to do the same. Each in a transaction of its own: nothing that
/// is wrong with one may undo what happened to the service.
pub(crate) async fn lead(tx: &mut Tx<'_>, service: ServiceId) -> Result<()> {
    if !db::of_service(tx.conn(), service).await?.is_empty() {
        tx.enqueue(&NewJob::new(jobs::FOLLOW_SERVICE, json!({ "service_id": service }))).await?;
    }
    Ok(())
}

/// Has the add-ons of a service do as it does. `Conflict` while something else is being done to one: the job tries again.
pub(crate) async fn follow(app: &App, parent: ServiceId) -> Result<()> {
    let today = calendar::today(app).await?;
    let mut busy = None;
    let addons = db::of_service(&mut *app.conn().await?, parent).await?;
    for addon in addons {
        match follow_one(app, parent, addon.id, today).await {
            Err(AppError::Conflict(why)) => busy = Some(why),
            other => other?,
        }
    }
    busy.map_or(Ok(()), |why| Err(AppError::Conflict(why)))
}

async fn follow_one(app: &App, parent: ServiceId, addon: ServiceId, today: NaiveDate) -> Result<()> {
    let actor = Actor::system("addons");
    let mut tx = app.begin(&actor).await?;
    let client = innkeeper_db::services::client_of(tx.conn(), None, addon).await?;
    tx.lock_client(client.ok_or(AppError::NotFound("service"))?).await?;
    let state = innkeeper_db::services::lock_state(tx.conn(), None, parent).await?;
    let all = db::of_service(tx.conn(), parent).await?;
    let Some(addon) = all.into_iter().find(|one| one.id == addon) else { return Ok(()) };
    let is_off_with_it = addon.suspend_reason.as_deref() == Some(WITH_ITS_SERVICE);
    let kind = match (state, addon.state.0) {
        (Some(ServiceState::Suspended), ServiceState::Active) => Kind::ServiceSuspend,
        (Some(ServiceState::Active), ServiceState::Suspended) if is_off_with_it => Kind::ServiceUnsuspend,
        (Some(ServiceState::Terminated), ServiceState::Active | ServiceState::Suspended) => Kind::ServiceTerminate,
        _ => return Ok(()),
    };
    if addon.is_busy {
        return Err(AppError::conflict(format!("add-on {} is being worked on", addon.id)));
    }
    if kind == Kind::ServiceTerminate {
        cancellations::set_end(tx.conn(), addon.id, Some(today), WITH_ITS_SERVICE).await?;
        services::withdraw(&mut tx, addon.id, today, today).await?;
    }
    let Relative { id, client_id, plugin_id, state, .. } = addon;
    switch(&mut tx, &ServiceToSwitch { id, client_id, plugin_id, state }, kind, WITH_ITS_SERVICE).await?;
    tx.commit().await
}

/// Lets the add-ons of a service end when it does. The caller holds the client's lock.
pub(crate) async fn end_with(tx: &mut Tx<'_>, parent: ServiceId, today: NaiveDate, ends_on: NaiveDate) -> Result<()> {
    for addon in db::of_service(tx.conn(), parent).await? {
        let lives = matches!(addon.state.0, ServiceState::Active | ServiceState::Suspended);
        if lives && addon.ends_on.is_none_or(|day| day > ends_on) {
            cancellations::set_end(tx.conn(), addon.id, Some(ends_on), WITH_ITS_SERVICE).await?;
            services::withdraw(tx, addon.id, today, ends_on).await?;
        }
    }
    Ok(())
}

/// Lets those go on that were to end with it.
pub(crate) async fn keep_with(tx: &mut Tx<'_>, parent: ServiceId) -> Result<()> {
    for addon in db::of_service(tx.conn(), parent).await? {
        if addon.end_reason == WITH_ITS_SERVICE && addon.state.0 != ServiceState::Terminated {
            cancellations::set_end(tx.conn(), addon.id, None, "").await?;
        }
    }
    Ok(())
}
