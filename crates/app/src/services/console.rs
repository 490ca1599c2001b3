//! The console of a machine.

use innkeeper_domain::{Permission, ServiceId, state::ServiceState};
use innkeeper_plugin_api::server::Console;
use serde_json::json;

use super::{actions::lacking, sign_on::checked};
use crate::{Actor, App, AppError, Result, effects, plugins::Call};

/// Opens a console, for the client whose service it is and for staff. That it was opened is in the audit log;
/// its address is not.
pub async fn console(app: &App, actor: &Actor, id: ServiceId) -> Result<Console> {
    actor.owner(Permission::ServicesWrite)?;
    let view = super::get(app, actor, id).await?;
    if !view.has_console {
        return Err(AppError::NotFound("console"));
    }
    if view.service.state.0 != ServiceState::Active {
        return Err(AppError::conflict(format!("the service is {}: it has no console now", view.service.state)));
    }
    let ready = effects::ready_service(app, id).await?;
    let (plugin, account) = (ready.plugin, ready.account);
    let call = Call::new(&ready.plugin_id, "console", app.options.plugin_timeout)
        .about("service", id)
        .hiding(account.password.as_ref());
    let open = move |ctx| async move {
        let ability = plugin.console().ok_or_else(|| lacking("console"))?;
        ability.console(&ctx, &account).await
    };
    let Console { url, password } = app.call_plugin(call, &ready.ctx, open).await?;
    let console = Console { url: checked(url)?, password };
    let mut tx = app.begin(actor).await?;
    tx.audit("service.console", "service", id, json!({})).await?;
    tx.commit().await?;
    Ok(console)
}
