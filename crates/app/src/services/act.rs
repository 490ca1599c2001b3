//! Operations on services. Each only records the intent; the effect does the work.

use innkeeper_db::services;
use innkeeper_domain::{ClientId, EffectId, Permission, ServiceId, state::ServiceState};
use innkeeper_plugin_api::Secret;
use serde_json::{Value, json};

use super::credentials;
use crate::{
    Actor, App, AppError, Checks, Result,
    effects::{self, Kind, Plan, Subject},
};

/// Creates a pending service at its vendor: for staff, when no order does it.
pub async fn create(app: &App, actor: &Actor, id: ServiceId) -> Result<EffectId> {
    actor.require(Permission::ServicesWrite)?;
    act(
        app,
        actor,
        id,
        None,
        Act { kind: Kind::ServiceCreate, from: &[ServiceState::Pending], request: json!({}), secret: None },
    )
    .await
}

/// Suspends an active service; `reason` is shown to staff and, if it is `overdue`, lifted by payment.
pub async fn suspend(app: &App, actor: &Actor, id: ServiceId, reason: &str) -> Result<EffectId> {
    actor.require(Permission::ServicesWrite)?;
    let mut checks = Checks::default();
    checks.text("reason", reason, 200, true);
    checks.finish()?;
    let request = json!({ "reason": reason });
    act(app, actor, id, None, Act { kind: Kind::ServiceSuspend, from: &[ServiceState::Active], request, secret: None })
        .await
}

/// Lets a suspended service live again.
pub async fn unsuspend(app: &App, actor: &Actor, id: ServiceId) -> Result<EffectId> {
    actor.require(Permission::ServicesWrite)?;
    let from = &[ServiceState::Suspended];
    act(app, actor, id, None, Act { kind: Kind::ServiceUnsuspend, from, request: json!({}), secret: None }).await
}

/// Removes a service at its vendor, with all its data.
pub async fn terminate(app: &App, actor: &Actor, id: ServiceId) -> Result<EffectId> {
    actor.require(Permission::ServicesWrite)?;
    let from = &[ServiceState::Active, ServiceState::Suspended];
    act(app, actor, id, None, Act { kind: Kind::ServiceTerminate, from, request: json!({}), secret: None }).await
}

/// Gives an active service a new password: its client may, and staff.
pub async fn change_password(app: &App, actor: &Actor, id: ServiceId, password: &str) -> Result<EffectId> {
    let owner = actor.owner(Permission::ServicesWrite)?;
    let mut checks = Checks::default();
    checks.text("password", password, 200, true);
    checks.finish()?;
    let view = super::get(app, actor, id).await?;
    if !view.can_change_password {
        return Err(AppError::conflict("the password of this service cannot be changed here"));
    }
    let plugin = view.service.plugin_id.as_deref().unwrap_or_default();
    let answers = serde_json::from_value(view.service.fields.clone())?;
    app.check_order(plugin, &answers, Some(&Secret::new(password.to_owned()))).await?;
    let wanted = credentials::password(view.service.username.clone(), password);
    credentials::judge(app, id, plugin, "password", wanted).await?;
    let from = &[ServiceState::Active];
    let act_on = Act { kind: Kind::ServiceChangePassword, from, request: json!({}), secret: Some(password) };
    act(app, actor, id, owner, act_on).await
}

pub(super) struct Act<'a> {
    pub kind: Kind,
    pub from: &'a [ServiceState],
    pub request: Value,
    pub secret: Option<&'a str>,
}

pub(super) async fn act(
    app: &App,
    actor: &Actor,
    id: ServiceId,
    owner: Option<ClientId>,
    what: Act<'_>,
) -> Result<EffectId> {
    let mut tx = app.begin(actor).await?;
    let state = services::lock_state(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("service"))?;
    if !what.from.contains(&state) {
        return Err(AppError::conflict(format!("the service is {state}: that is not possible now")));
    }
    let service = services::get(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("service"))?;
    if what.kind == Kind::ServiceUnsuspend && service.paused_on.is_some() {
        return Err(AppError::conflict("the service is paused: let it go on instead"));
    }
    let plugin_id =
        service.plugin_id.ok_or_else(|| AppError::conflict("this product is not provisioned by a plugin"))?;
    let plan = Plan {
        kind: what.kind,
        subject: Subject::Service(id),
        plugin_id: &plugin_id,
        request: what.request,
        secret: what.secret,
    };
    let effect = effects::plan(&mut tx, &app.cipher, &plan).await?;
    tx.audit(what.kind.as_str(), "service", id, json!({ "effect": effect })).await?;
    tx.commit().await?;
    Ok(effect)
}
