//! Trying out a plugin's settings.

use innkeeper_domain::Permission;
use innkeeper_plugin_api::Implementation;

use super::read::known;
use crate::{Actor, App, AppError, Result, plugins::Call};

/// Logs in to a registrar with its stored settings; its line of good news (account, balance). Servers
/// are tried one by one; other kinds have nobody to call.
pub async fn test_plugin(app: &App, actor: &Actor, id: &str) -> Result<String> {
    actor.require(Permission::ServersWrite)?;
    let Implementation::Registrar(registrar) = &known(app, id)?.implementation else {
        return Err(AppError::conflict("only registrars can be tried here; try servers on their own page"));
    };
    let ctx = app.plugin_ctx(id, Default::default()).await?;
    let (registrar, call) = (registrar.clone(), Call::new(id, "test_connection", app.options.plugin_timeout));
    Ok(app.call_plugin(call, &ctx, move |ctx| async move { registrar.test_connection(&ctx).await }).await?)
}
