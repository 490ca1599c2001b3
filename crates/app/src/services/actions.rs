//! Actions of a plugin's own on a service.

use innkeeper_domain::{EffectId, Permission, ServiceId, state::ServiceState};
use innkeeper_plugin_api::{Action, Audience, FieldKind, PluginError, field::faults};
use serde_json::json;
use std::collections::BTreeMap;

use super::act::{Act, act};
use crate::{
    Actor, App, AppError, Checks, Result,
    effects::{self, Kind},
    plugins::Call,
};

/// The actions that this actor may run on a service now, as its vendor says. None for a plugin without any,
/// and while the service is not live.
pub async fn available_actions(app: &App, actor: &Actor, id: ServiceId) -> Result<Vec<Action>> {
    let view = super::get(app, actor, id).await?;
    let state = view.service.state.0;
    if view.actions.is_empty() || !matches!(state, ServiceState::Active | ServiceState::Suspended) {
        return Ok(vec![]);
    }
    let ready = effects::ready_service(app, id).await?;
    let (plugin, account) = (ready.plugin, ready.account);
    let call = Call::new(&ready.plugin_id, "available_actions", app.options.plugin_timeout)
        .about("service", id)
        .hiding(account.password.as_ref());
    let ask = move |ctx| async move {
        match plugin.actions() {
            Some(ability) => ability.available(&ctx, &account).await,
            None => Ok(vec![]),
        }
    };
    let now = app.call_plugin(call, &ready.ctx, ask).await?;
    Ok(view.actions.into_iter().filter(|action| now.contains(&action.key)).collect())
}

/// One action that this actor may run on a service, available now or not.
pub async fn find_action(app: &App, actor: &Actor, id: ServiceId, key: &str) -> Result<Action> {
    let view = super::get(app, actor, id).await?;
    view.actions.into_iter().find(|action| action.key == key).ok_or(AppError::NotFound("action"))
}

/// Runs an action, with the answers to its fields. What it brings to light is kept with the operation.
pub async fn run_action(
    app: &App,
    actor: &Actor,
    id: ServiceId,
    key: &str,
    mut input: BTreeMap<String, String>,
) -> Result<EffectId> {
    let owner = actor.owner(Permission::ServicesWrite)?;
    let action = find_action(app, actor, id, key).await?;
    let mut checks = Checks::default();
    for (key, fault) in faults(&action.fields, &input) {
        checks.require(false, &key, fault);
    }
    checks.finish()?;
    let is_secret = |key: &str| action.fields.iter().any(|f| f.key == key && f.kind == FieldKind::Password);
    let secret: BTreeMap<String, String> =
        input.iter().filter(|(k, _)| is_secret(k)).map(|(k, v)| (k.clone(), v.clone())).collect();
    input.retain(|key, _| !secret.contains_key(key));
    let sealed = if secret.is_empty() { None } else { Some(serde_json::to_string(&secret)?) };
    let what = Act {
        kind: Kind::ServiceAction,
        from: &[ServiceState::Active, ServiceState::Suspended],
        request: json!({ "action": action.key, "label": action.label, "input": input }),
        secret: sealed.as_deref(),
    };
    act(app, actor, id, owner, what).await
}

/// The secrets that an action brought to light, as (label, value): for whoever ran it. Revealing is audited.
pub async fn reveal_result(app: &App, actor: &Actor, id: ServiceId, effect: EffectId) -> Result<Vec<(String, String)>> {
    super::get(app, actor, id).await?;
    effects::reveal_result(app, actor, ("service", id.get()), effect).await
}

/// Those of a plugin's actions that an actor may run.
pub(super) fn allowed(all: Vec<Action>, actor: &Actor) -> Vec<Action> {
    all.into_iter().filter(|action| actor.is_staff() || action.audience == Audience::Client).collect()
}

/// The error of a service whose plugin lacks an ability.
pub(super) fn lacking(what: &str) -> PluginError {
    PluginError::unsupported(format!("this plugin has no {what}"))
}
