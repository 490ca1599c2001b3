//! Servers and their groups.

use axum::Json;
use chrono::{DateTime, Utc};
use innkeeper_app::servers::{
    self, ServerGroupInput as GroupCommand, ServerGroupRow, ServerInput as ServerCommand, ServerRow,
};
use innkeeper_domain::{Fill, ServerGroupId, ServerId};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::params::{Page, entry};
use super::problem::Answer;
use super::reply::{Created, Done, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(groups, create_group))
        .routes(routes!(get_group, update_group))
        .routes(routes!(list, create))
        .routes(routes!(get, update))
        .routes(routes!(test))
}

/// A group of servers.
#[derive(Serialize, ToSchema)]
struct ServerGroup {
    id: i64,
    #[schema(example = "Mail servers")]
    name: String,
    /// How the server of a new service is chosen: `least_full` or `round_robin`.
    #[schema(example = "least_full")]
    fill: &'static str,
    /// How many are in it.
    servers: i64,
}

fn group(row: ServerGroupRow) -> ServerGroup {
    ServerGroup { id: row.id.get(), name: row.name, fill: row.fill.as_str(), servers: row.servers }
}

/// Server groups, by name
#[utoipa::path(get, path = "/server-groups", tag = "Servers", responses((status = 200, body = Page<ServerGroup>)))]
async fn groups(Caller { app, actor }: Caller) -> Answer<Page<ServerGroup>> {
    Ok(Page::whole(servers::list_server_groups(&app, &actor).await?, group))
}

/// A server group
#[utoipa::path(get, path = "/server-groups/{id}", tag = "Servers", responses((status = 200, body = ServerGroup)))]
async fn get_group(Caller { app, actor }: Caller, Id(id): Id<ServerGroupId>) -> Answer<Json<ServerGroup>> {
    entry(servers::list_server_groups(&app, &actor).await?, "server group", |row| row.id == id, group)
}

/// A server group as staff write it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Mail servers", "fill": "least_full"}))]
struct ServerGroupInput {
    name: String,
    /// `least_full` or `round_robin`.
    #[schema(value_type = String)]
    fill: Fill,
}

impl From<ServerGroupInput> for GroupCommand {
    fn from(new: ServerGroupInput) -> Self {
        Self { name: new.name, fill: new.fill }
    }
}

/// Add a server group
#[utoipa::path(post, path = "/server-groups", tag = "Servers", request_body = ServerGroupInput,
    responses((status = 201, body = Made)))]
async fn create_group(Caller { app, actor }: Caller, Body(new): Body<ServerGroupInput>) -> Answer<Created<Made>> {
    Ok(Made::at("/server-groups", servers::create_server_group(&app, &actor, new.into()).await?))
}

/// Change a server group
#[utoipa::path(put, path = "/server-groups/{id}", tag = "Servers", request_body = ServerGroupInput,
    responses((status = 204)))]
async fn update_group(
    Caller { app, actor }: Caller,
    Id(id): Id<ServerGroupId>,
    Body(new): Body<ServerGroupInput>,
) -> Answer<Done> {
    servers::update_server_group(&app, &actor, id, new.into()).await?;
    Ok(Done)
}

/// A server.
#[derive(Serialize, ToSchema)]
struct Server {
    id: i64,
    group_id: i64,
    group_name: String,
    #[schema(example = "mail1.host.example")]
    name: String,
    #[schema(example = "server-kerio")]
    plugin_id: String,
    /// Settings of its plugin; secrets are masked.
    #[schema(value_type = Object, example = json!({"host": "mail1.host.example", "password": "••••••••"}))]
    settings: Value,
    /// Most services; null: no limit.
    capacity: Option<i32>,
    /// May new services be put on it?
    enabled: bool,
    /// Its name servers, for the domains of its accounts.
    nameservers: Vec<String>,
    /// Services on it that live or wait to.
    live_services: i64,
    created_at: DateTime<Utc>,
}

fn server(row: ServerRow) -> Server {
    Server {
        id: row.id.get(),
        group_id: row.group_id.get(),
        group_name: row.group_name,
        name: row.name,
        plugin_id: row.plugin_id,
        settings: row.settings,
        capacity: row.capacity,
        enabled: row.enabled,
        nameservers: row.nameservers,
        live_services: row.live_services,
        created_at: row.created_at,
    }
}

/// Servers, by group and name
#[utoipa::path(get, path = "/servers", tag = "Servers", responses((status = 200, body = Page<Server>)))]
async fn list(Caller { app, actor }: Caller) -> Answer<Page<Server>> {
    Ok(Page::whole(servers::list_servers(&app, &actor).await?, server))
}

/// A server
#[utoipa::path(get, path = "/servers/{id}", tag = "Servers", responses((status = 200, body = Server)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<ServerId>) -> Answer<Json<Server>> {
    Ok(Json(server(servers::get_server(&app, &actor, id).await?)))
}

/// A server as staff write it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"group_id": 1, "name": "mail1.host.example", "plugin_id": "server-kerio",
    "settings": {}, "capacity": 500, "enabled": true}))]
struct ServerInput {
    group_id: i64,
    name: String,
    /// Cannot change later.
    plugin_id: String,
    /// Secrets left empty keep their value.
    #[serde(default)]
    #[schema(value_type = Object)]
    settings: Value,
    #[serde(default)]
    capacity: Option<i32>,
    enabled: bool,
    /// For the domains of its accounts.
    #[serde(default)]
    nameservers: Vec<String>,
}

impl From<ServerInput> for ServerCommand {
    fn from(new: ServerInput) -> Self {
        let ServerInput { group_id, name, plugin_id, settings, capacity, enabled, nameservers } = new;
        Self { group_id: group_id.into(), name, plugin_id, settings, capacity, enabled, nameservers }
    }
}

/// Add a server
#[utoipa::path(post, path = "/servers", tag = "Servers", request_body = ServerInput,
    responses((status = 201, body = Made)))]
async fn create(Caller { app, actor }: Caller, Body(new): Body<ServerInput>) -> Answer<Created<Made>> {
    Ok(Made::at("/servers", servers::create_server(&app, &actor, new.into()).await?))
}

/// Change a server
#[utoipa::path(put, path = "/servers/{id}", tag = "Servers", request_body = ServerInput, responses((status = 204)))]
async fn update(Caller { app, actor }: Caller, Id(id): Id<ServerId>, Body(new): Body<ServerInput>) -> Answer<Done> {
    servers::update_server(&app, &actor, id, new.into()).await?;
    Ok(Done)
}

/// What a test of settings found.
#[derive(Serialize, ToSchema)]
pub(super) struct Tested {
    /// The vendor's good news: product, version, balance.
    #[schema(example = "Kerio Connect 10.0.6")]
    pub(super) message: String,
}

/// Log in to a server with its stored settings
#[utoipa::path(post, path = "/servers/{id}/test", tag = "Servers", responses((status = 200, body = Tested)))]
async fn test(Caller { app, actor }: Caller, Id(id): Id<ServerId>) -> Answer<Json<Tested>> {
    Ok(Json(Tested { message: servers::test_connection(&app, &actor, id).await? }))
}
