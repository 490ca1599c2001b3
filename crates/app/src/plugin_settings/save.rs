//! Saving a plugin's settings and switching it on and off.

use innkeeper_db::plugins as db;
use innkeeper_domain::Permission;
use innkeeper_hooks::payloads::PluginSaved;
use innkeeper_plugin_api::{ErrorKind, Implementation, Plugin, PluginError};
use serde_json::{Value, json};

use super::read::known;
use crate::{Actor, App, AppError, Checks, Result, events, plugins};

/// Saves a plugin's settings. Fields of errors: `settings.endpoints.0.url`. What the plugin itself
/// refuses is an error of the field `settings`.
pub async fn save_plugin(app: &App, actor: &Actor, id: &str, new: Value) -> Result<()> {
    actor.require(Permission::ServersWrite)?;
    let plugin = known(app, id)?;
    let before = db::get(&mut *app.conn().await?, id).await?;
    let old = before.map_or(Value::Null, |row| row.settings);
    let mut checks = Checks::default();
    let schema = plugin.manifest.schemas.plugin.as_ref();
    let settings = plugins::accept(&app.cipher, schema, new, &old, "settings", &mut checks)?;
    checks.finish()?;
    // No transaction is open while a plugin is asked.
    ask_plugin(app, plugin, &settings).await?;
    let mut tx = app.begin(actor).await?;
    let now = db::get(tx.conn(), id).await?.map_or((true, Value::Null), |row| (row.enabled, row.settings));
    if now.1 != old {
        return Err(AppError::conflict("somebody else saved these settings just now: look at them again"));
    }
    let enabled = now.0;
    db::put(tx.conn(), id, enabled, &settings).await?;
    let masked = |stored: &Value| schema.map_or_else(|| Ok(json!({})), |s| plugins::mask(s.as_value(), stored));
    let detail = json!({ "plugin": id, "before": masked(&old)?, "after": masked(&settings)? });
    tx.emit(&PluginSaved { plugin_id: id.to_owned(), enabled }).await?;
    tx.audit("plugin.save", "plugin", 0, detail).await?;
    tx.commit().await?;
    follow(app, plugin).await
}

/// Switches a plugin on or off. One that is off gets no events and is asked nothing.
pub async fn enable_plugin(app: &App, actor: &Actor, id: &str, enabled: bool) -> Result<()> {
    actor.require(Permission::ServersWrite)?;
    let plugin = known(app, id)?;
    let mut tx = app.begin(actor).await?;
    let settings = db::get(tx.conn(), id).await?.map_or_else(|| json!({}), |row| row.settings);
    db::put(tx.conn(), id, enabled, &settings).await?;
    let action = if enabled { "plugin.enable" } else { "plugin.disable" };
    tx.emit(&PluginSaved { plugin_id: id.to_owned(), enabled }).await?;
    tx.audit(action, "plugin", 0, json!({ "plugin": id })).await?;
    tx.commit().await?;
    follow(app, plugin).await
}

/// Snapins and gateways judge their settings without calling anybody; the rest is tried out by a button.
async fn ask_plugin(app: &App, plugin: &Plugin, sealed: &Value) -> Result<()> {
    let id = &plugin.manifest.id;
    let ctx = app.plugin_ctx_with(id, sealed)?;
    let verdict = match &plugin.implementation {
        Implementation::Snapin(snapin) => app.subscribers_of(id, snapin, ctx).await.map(drop),
        Implementation::Gateway(gateway) => {
            let gateway = gateway.clone();
            app.ask_plugin(id, "method_name", move || gateway.method_name(&ctx)).await.and_then(|said| said.map(drop))
        }
        Implementation::Server(_) | Implementation::Registrar(_) => Ok(()),
    };
    verdict.map_err(refusal)
}

fn refusal(error: PluginError) -> AppError {
    match error.kind {
        ErrorKind::Config | ErrorKind::Invalid => {
            AppError::invalid("settings", format_args!("are refused by the plugin: {}", error.detail))
        }
        _ => error.into(),
    }
}

/// A snapin's listeners follow from its settings.
async fn follow(app: &App, plugin: &Plugin) -> Result<()> {
    match plugin.implementation {
        Implementation::Snapin(_) => events::sync(app).await,
        _ => Ok(()),
    }
}
