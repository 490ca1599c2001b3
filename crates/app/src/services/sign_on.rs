//! Logging people in to the vendor's panel.

use innkeeper_domain::{Permission, ServiceId, state::ServiceState};
use innkeeper_plugin_api::{
    Account, PluginCtx, PluginError, Secret,
    server::{SignOn, SignOnTarget},
};
use serde_json::json;

use super::{ServiceRow, actions::lacking};
use crate::{Actor, App, AppError, Result, effects, plugins::Call};

/// A link into the vendor's panel, to be followed at once and once: for the client whose service it is,
/// and for staff. That it was made is in the audit log; the link is not.
pub async fn sign_on(app: &App, actor: &Actor, id: ServiceId, target: SignOnTarget) -> Result<Secret> {
    actor.owner(Permission::ServicesWrite)?;
    let view = super::get(app, actor, id).await?;
    if target == SignOnTarget::Server {
        return Err(AppError::NotFound("sign-on"));
    }
    if view.service.state.0 != ServiceState::Active {
        return Err(AppError::conflict(format!("the service is {}: nobody can log in there now", view.service.state)));
    }
    let ready = effects::ready_service(app, id).await?;
    let (plugin, account) = (ready.plugin, ready.account);
    let call = Call::new(&ready.plugin_id, "sign_on", app.options.plugin_timeout)
        .about("service", id)
        .hiding(account.password.as_ref());
    let mint = move |ctx| async move {
        let ability = plugin.sign_on().filter(|ability| leads_there(*ability, &ctx, target, &account));
        let ability = ability.ok_or_else(|| lacking("such sign-on for this account"))?;
        ability.link(&ctx, target, Some(&account)).await
    };
    let link = checked(app.call_plugin(call, &ready.ctx, mint).await?)?;
    let mut tx = app.begin(actor).await?;
    tx.audit("service.sign_on", "service", id, json!({})).await?;
    tx.commit().await?;
    Ok(link)
}

/// Those of `targets` that lead somewhere for a service: nobody logs in to what is not active, and only its plugin
/// knows whether it is a reseller's. None, if the plugin does not say.
pub(super) async fn offered(
    app: &App,
    service: &ServiceRow,
    mut targets: Vec<(SignOnTarget, &'static str)>,
) -> Vec<(SignOnTarget, &'static str)> {
    targets.retain(|(target, _)| *target != SignOnTarget::Server);
    if targets.is_empty() || service.state.0 != ServiceState::Active {
        return vec![];
    }
    let asked = async {
        let ready = effects::ready_service(app, service.id).await?;
        let (plugin, ctx, account) = (ready.plugin, ready.ctx, ready.account);
        let ask = move || match plugin.sign_on() {
            Some(ability) => targets.into_iter().filter(|(to, _)| ability.is_for(&ctx, *to, &account)).collect(),
            None => vec![],
        };
        Ok::<_, AppError>(app.ask_plugin(&ready.plugin_id, "sign_on", ask).await?)
    };
    asked.await.unwrap_or_else(|error| {
        tracing::warn!(%error, service = %service.id, "where people can be logged in is not known");
        vec![]
    })
}

/// Does the plugin offer that, for this account?
fn leads_there(ability: &dyn SignOn, ctx: &PluginCtx, target: SignOnTarget, account: &Account) -> bool {
    ability.targets().iter().any(|(offered, _)| *offered == target) && ability.is_for(ctx, target, account)
}

/// Only web addresses: a browser is sent there.
pub(crate) fn checked(link: Secret) -> Result<Secret> {
    match link.reveal().starts_with("https://") || link.reveal().starts_with("http://") {
        true => Ok(link),
        false => Err(PluginError::temporary("the sign-on link of the vendor is no web address").into()),
    }
}
