//! Panels of a plugin on the page of a service.

use innkeeper_domain::ServiceId;
use innkeeper_plugin_api::View;

use super::actions::lacking;
use crate::{Actor, App, AppError, Result, effects, plugins::Call};

/// Draws a panel, for staff and for the client whose service it is.
pub async fn panel(app: &App, actor: &Actor, id: ServiceId, key: &str) -> Result<View> {
    let view = super::get(app, actor, id).await?;
    if !view.panels.iter().any(|(known, _)| *known == key) {
        return Err(AppError::NotFound("panel"));
    }
    let ready = effects::ready_service(app, id).await?;
    let (plugin, account, key) = (ready.plugin, ready.account, key.to_owned());
    let call = Call::new(&ready.plugin_id, "panel", app.options.plugin_timeout)
        .about("service", id)
        .hiding(account.password.as_ref());
    let draw = move |ctx| async move {
        let ability = plugin.panels().ok_or_else(|| lacking("panels"))?;
        ability.draw(&ctx, &account, &key).await
    };
    Ok(app.call_plugin(call, &ready.ctx, draw).await?)
}
