//! Trying out a server's settings.

use innkeeper_domain::{Permission, ServerId};

use crate::{
    Actor, App, AppError, Result,
    plugins::{Call, Place},
};

/// Logs in with a server's stored settings. The plugin's line of good news (product, version), or its
/// error, whose text is meant for staff.
pub async fn test_connection(app: &App, actor: &Actor, id: ServerId) -> Result<String> {
    actor.require(Permission::ServersWrite)?;
    let stored = innkeeper_db::plugins::server_settings(&mut *app.conn().await?, id.get()).await?;
    let (plugin_id, settings) = stored.ok_or(AppError::NotFound("server"))?;
    let plugin = app.plugins.server(&plugin_id)?;
    let ctx = app.plugin_ctx(&plugin_id, Place { instance: Some(&settings), ..Place::default() }).await?;
    let call = Call::new(&plugin_id, "test_connection", app.options.plugin_timeout).about("server", id);
    Ok(app.call_plugin(call, &ctx, move |ctx| async move { plugin.test_connection(&ctx).await }).await?)
}
