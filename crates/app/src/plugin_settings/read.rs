//! Plugins with their settings, secrets masked.

use innkeeper_domain::Permission;
use innkeeper_plugin_api::{Plugin, PluginKind};
use serde_json::{Value, json};
use std::collections::HashMap;

use crate::{Actor, App, AppError, Checks, Result, plugins};

/// A plugin of the list.
#[derive(Clone, Debug)]
pub struct PluginSummary {
    /// Stable id: `server-kerio`.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// What it does.
    pub kind: PluginKind,
    /// Its own version.
    pub version: String,
    /// One or two sentences.
    pub description: String,
    /// Switched on.
    pub enabled: bool,
    /// Does it have settings of its own?
    pub has_settings: bool,
    /// Required settings that are missing or wrong, each as "label: what is wrong". Empty: configured.
    pub missing: Vec<String>,
}

/// A plugin with its settings.
#[derive(Clone, Debug)]
pub struct PluginSettings {
    /// As in the list.
    pub summary: PluginSummary,
    /// JSON Schema of its settings; none: it has no settings of its own.
    pub schema: Option<Value>,
    /// Stored settings, secrets masked.
    pub settings: Value,
    /// Can they be tried out here? Those of servers are tried on the page of a server.
    pub can_test: bool,
}

/// All plugins by id, with what their settings lack. One query.
pub async fn list_plugins(app: &App, actor: &Actor) -> Result<Vec<PluginSummary>> {
    actor.require(Permission::ServersRead)?;
    all(app).await
}

/// Ids of the plugins of one kind that are switched on and have every setting that they need.
pub(crate) async fn ready(app: &App, kind: PluginKind) -> Result<Vec<String>> {
    let ready = |p: &PluginSummary| p.kind == kind && p.enabled && p.missing.is_empty();
    Ok(all(app).await?.into_iter().filter(ready).map(|p| p.id).collect())
}

async fn all(app: &App) -> Result<Vec<PluginSummary>> {
    let rows = innkeeper_db::plugins::all(&mut *app.conn().await?).await?;
    let rows: HashMap<String, (bool, Value)> = rows.into_iter().map(|r| (r.id, (r.enabled, r.settings))).collect();
    let summary = |plugin: &Plugin| {
        let (enabled, settings) = rows.get(&plugin.manifest.id).cloned().unwrap_or((true, json!({})));
        summary(plugin, enabled, &settings)
    };
    Ok(app.plugins.all().map(summary).collect())
}

/// A plugin with its schema and masked settings.
pub async fn get_plugin(app: &App, actor: &Actor, id: &str) -> Result<PluginSettings> {
    actor.require(Permission::ServersRead)?;
    let plugin = known(app, id)?;
    let stored = innkeeper_db::plugins::get(&mut *app.conn().await?, id).await?;
    let (enabled, stored) = stored.map_or((true, json!({})), |row| (row.enabled, row.settings));
    let schema = plugin.manifest.schemas.plugin.as_ref().map(|s| s.as_value().clone());
    let settings = schema.as_ref().map_or_else(|| Ok(json!({})), |schema| plugins::mask(schema, &stored))?;
    // One that does not say takes nothing from its page but the button.
    let can_test = super::try_out::can_test(app, id).await.unwrap_or(false);
    Ok(PluginSettings { summary: summary(plugin, enabled, &stored), schema, settings, can_test })
}

/// The plugin `id`, or `NotFound`.
pub(super) fn known<'a>(app: &'a App, id: &str) -> Result<&'a Plugin> {
    app.plugins.all().find(|p| p.manifest.id == id).ok_or(AppError::NotFound("plugin"))
}

fn summary(plugin: &Plugin, enabled: bool, stored: &Value) -> PluginSummary {
    let manifest = &plugin.manifest;
    PluginSummary {
        id: manifest.id.clone(),
        name: manifest.name.clone(),
        kind: plugin.kind(),
        version: manifest.version.clone(),
        description: manifest.description.clone(),
        enabled,
        has_settings: manifest.schemas.plugin.is_some(),
        missing: missing(plugin, stored),
    }
}

fn missing(plugin: &Plugin, stored: &Value) -> Vec<String> {
    let Some(schema) = plugin.manifest.schemas.plugin.as_ref() else { return vec![] };
    let mut checks = Checks::default();
    plugins::check_settings(schema.as_value(), stored, stored, "", &mut checks);
    match checks.finish() {
        Err(AppError::Invalid(fields)) => {
            fields.into_iter().map(|f| format!("{} {}", f.field.trim_start_matches('.'), f.message)).collect()
        }
        _ => vec![],
    }
}
