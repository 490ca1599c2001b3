//! Plugins and their settings.

use axum::Json;
use axum::extract::Path;
use innkeeper_app::plugin_settings::{self, PluginSummary};
use innkeeper_plugin_api::PluginKind;
use innkeeper_web::AppState;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::currencies::Enabled;
use super::params::Page;
use super::problem::Answer;
use super::reply::Done;
use super::servers::Tested;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(save))
        .routes(routes!(enable))
        .routes(routes!(test))
}

/// A plugin.
#[derive(Serialize, ToSchema)]
struct Plugin {
    #[schema(example = "registrar-dondominio")]
    id: String,
    #[schema(example = "DonDominio")]
    name: String,
    /// `server`, `registrar`, `gateway` or `snapin`.
    #[schema(example = "registrar")]
    kind: &'static str,
    #[schema(example = "0.1.0")]
    version: String,
    description: String,
    enabled: bool,
    /// Does it have settings of its own?
    has_settings: bool,
    /// Settings that are missing or wrong. Empty: it is set up.
    missing: Vec<String>,
}

fn plugin(row: PluginSummary) -> Plugin {
    let kind = match row.kind {
        PluginKind::Server => "server",
        PluginKind::Registrar => "registrar",
        PluginKind::Gateway => "gateway",
        PluginKind::Snapin => "snapin",
    };
    Plugin {
        id: row.id,
        name: row.name,
        kind,
        version: row.version,
        description: row.description,
        enabled: row.enabled,
        has_settings: row.has_settings,
        missing: row.missing,
    }
}

/// Plugins of this installation
#[utoipa::path(get, path = "/plugins", tag = "Plugins", responses((status = 200, body = Page<Plugin>)))]
async fn list(Caller { app, actor }: Caller) -> Answer<Page<Plugin>> {
    Ok(Page::whole(plugin_settings::list_plugins(&app, &actor).await?, plugin))
}

/// A plugin with its settings.
#[derive(Serialize, ToSchema)]
struct PluginDetails {
    #[serde(flatten)]
    plugin: Plugin,
    /// JSON Schema of its settings; null: it has none.
    #[schema(value_type = Option<Object>)]
    schema: Option<Value>,
    /// Secrets are masked.
    #[schema(value_type = Object, example = json!({"user": "host", "password": "••••••••"}))]
    settings: Value,
    /// Can they be tried out? Those of servers are tried server by server.
    can_test: bool,
}

/// A plugin with its settings
#[utoipa::path(get, path = "/plugins/{id}", tag = "Plugins", responses((status = 200, body = PluginDetails)))]
async fn get(Caller { app, actor }: Caller, Path(id): Path<String>) -> Answer<Json<PluginDetails>> {
    let view = plugin_settings::get_plugin(&app, &actor, &id).await?;
    Ok(Json(PluginDetails {
        plugin: plugin(view.summary),
        schema: view.schema,
        settings: view.settings,
        can_test: view.can_test,
    }))
}

/// The settings of a plugin.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"settings": {"user": "host", "password": ""}}))]
struct SettingsInput {
    /// As its schema says. A secret that is empty or masked keeps its value.
    #[schema(value_type = Object)]
    settings: Value,
}

/// Save the settings of a plugin
#[utoipa::path(put, path = "/plugins/{id}/settings", tag = "Plugins", request_body = SettingsInput,
    responses((status = 204)))]
async fn save(Caller { app, actor }: Caller, Path(id): Path<String>, Body(new): Body<SettingsInput>) -> Answer<Done> {
    plugin_settings::save_plugin(&app, &actor, &id, new.settings).await?;
    Ok(Done)
}

/// Switch a plugin on or off
#[utoipa::path(put, path = "/plugins/{id}/enabled", tag = "Plugins", request_body = Enabled,
    responses((status = 204)))]
async fn enable(Caller { app, actor }: Caller, Path(id): Path<String>, Body(new): Body<Enabled>) -> Answer<Done> {
    plugin_settings::enable_plugin(&app, &actor, &id, new.enabled).await?;
    Ok(Done)
}

/// Try a plugin's stored settings out
///
/// Registrars log in; gateways and snapins talk to their other side, if they can. Servers have a test of their own.
#[utoipa::path(post, path = "/plugins/{id}/test", tag = "Plugins", responses((status = 200, body = Tested)))]
async fn test(Caller { app, actor }: Caller, Path(id): Path<String>) -> Answer<Json<Tested>> {
    Ok(Json(Tested { message: plugin_settings::test_plugin(&app, &actor, &id).await? }))
}
