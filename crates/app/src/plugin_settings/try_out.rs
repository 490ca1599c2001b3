//! Trying out a plugin's settings.

use innkeeper_domain::Permission;
use innkeeper_plugin_api::{Implementation, PluginCtx, PluginError, TestConnection};

use super::read::known;
use crate::{Actor, App, AppError, Result, plugins::Call};

/// Talks to the other side of a plugin with its stored settings: its line of good news (account, balance), or its
/// error, whose text is meant for staff. Servers are tried one by one; `Conflict` for whoever has nobody to call.
pub async fn test_plugin(app: &App, actor: &Actor, id: &str) -> Result<String> {
    actor.require(Permission::ServersWrite)?;
    let implementation = known(app, id)?.implementation.clone();
    if !can_test(app, id).await? {
        return Err(AppError::conflict("this plugin has nobody to ask: there is nothing to try out"));
    }
    let ctx = app.plugin_ctx(id, Default::default()).await?;
    let call = Call::new(id, "test_connection", app.options.plugin_timeout);
    Ok(app.call_plugin(call, &ctx, move |ctx| async move { ask(&implementation, &ctx).await }).await?)
}

/// Is there something to try out here?
pub(super) async fn can_test(app: &App, id: &str) -> Result<bool> {
    match &known(app, id)?.implementation {
        Implementation::Registrar(_) => Ok(true),
        Implementation::Server(_) => Ok(false),
        Implementation::Gateway(_) | Implementation::Snapin(_) => {
            Ok(app.abilities_of(id).await?.contains(&"connection_test"))
        }
    }
}

async fn ask(plugin: &Implementation, ctx: &PluginCtx) -> std::result::Result<String, PluginError> {
    let test: Option<&dyn TestConnection> = match plugin {
        Implementation::Registrar(registrar) => return registrar.test_connection(ctx).await,
        Implementation::Gateway(gateway) => gateway.connection_test(),
        Implementation::Snapin(snapin) => snapin.connection_test(),
        Implementation::Server(_) => None,
    };
    test.ok_or_else(|| PluginError::unsupported("there is nobody to ask"))?.test_connection(ctx).await
}
