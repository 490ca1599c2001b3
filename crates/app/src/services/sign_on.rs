//! Logging people in to the vendor's panel.

use innkeeper_domain::{Permission, ServiceId, state::ServiceState};
use innkeeper_plugin_api::{PluginError, Secret, server::SignOnTarget};
use serde_json::json;

use super::actions::lacking;
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
        let ability = plugin.sign_on().ok_or_else(|| lacking("sign-on"))?;
        ability.link(&ctx, target, Some(&account)).await
    };
    let link = checked(app.call_plugin(call, &ready.ctx, mint).await?)?;
    let mut tx = app.begin(actor).await?;
    tx.audit("service.sign_on", "service", id, json!({})).await?;
    tx.commit().await?;
    Ok(link)
}

/// Only web addresses: a browser is sent there.
pub(crate) fn checked(link: Secret) -> Result<Secret> {
    match link.reveal().starts_with("https://") || link.reveal().starts_with("http://") {
        true => Ok(link),
        false => Err(PluginError::temporary("the sign-on link of the vendor is no web address").into()),
    }
}
