//! Panels of a plugin on the page of a service.

use innkeeper_domain::ServiceId;
use innkeeper_plugin_api::View;

use super::actions::lacking;
use crate::{Actor, App, AppError, Result, effects};

/// Draws a panel, for staff and for the client whose service it is.
pub async fn panel(app: &App, actor: &Actor, id: ServiceId, key: &str) -> Result<View> {
    let view = super::get(app, actor, id).await?;
    if !view.panels.iter().any(|(known, _)| *known == key) {
        return Err(AppError::NotFound("panel"));
    }
    let ready = effects::ready_service(app, id).await?;
    let ability = ready.plugin.panels().ok_or_else(|| lacking("panels"))?;
    let call = ability.draw(&ready.ctx, &ready.account, key);
    Ok(app.call_plugin(&ready.plugin_id, app.options.plugin_timeout, call).await?)
}
