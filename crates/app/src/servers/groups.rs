//! Server groups.

use innkeeper_db::servers::{self, ServerGroupRow};
use innkeeper_domain::{Fill, Permission, ServerGroupId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Actor, App, AppError, Checks, Result, catalogue::taken};

/// A server group as staff write it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ServerGroupInput {
    /// Unique.
    pub name: String,
    /// How the server of a new service is chosen.
    pub fill: Fill,
}

/// All groups with the number of their servers, by name.
pub async fn list_server_groups(app: &App, actor: &Actor) -> Result<Vec<ServerGroupRow>> {
    actor.require(Permission::ServersRead)?;
    Ok(servers::groups(&mut *app.conn().await?).await?)
}

/// Adds a group.
pub async fn create_server_group(app: &App, actor: &Actor, input: ServerGroupInput) -> Result<ServerGroupId> {
    actor.require(Permission::ServersWrite)?;
    check(&input)?;
    let mut tx = app.begin(actor).await?;
    let id = servers::insert_group(tx.conn(), input.name.trim(), input.fill).await.map_err(name_taken)?;
    tx.audit("server_group.create", "server_group", id, json!({ "after": input })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a group; services stay where they are.
pub async fn update_server_group(app: &App, actor: &Actor, id: ServerGroupId, input: ServerGroupInput) -> Result<()> {
    actor.require(Permission::ServersWrite)?;
    check(&input)?;
    let mut tx = app.begin(actor).await?;
    let before = servers::groups(tx.conn()).await?.into_iter().find(|g| g.id == id);
    let before = before.ok_or(AppError::NotFound("server group"))?;
    servers::update_group(tx.conn(), id, input.name.trim(), input.fill).await.map_err(name_taken)?;
    let before = ServerGroupInput { name: before.name, fill: *before.fill };
    tx.audit("server_group.update", "server_group", id, json!({ "before": before, "after": input })).await?;
    tx.commit().await
}

fn check(input: &ServerGroupInput) -> Result<()> {
    let mut checks = Checks::default();
    checks.text("name", &input.name, 100, true);
    checks.finish()
}

fn name_taken(error: innkeeper_db::Error) -> AppError {
    taken(error, "server_group_name_key", "name", "is the name of another group")
}
