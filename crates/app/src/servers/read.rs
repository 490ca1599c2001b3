//! Servers as staff see them: secrets masked, with how much of them is taken.

use innkeeper_db::servers::{self, ServerRow};
use innkeeper_domain::{Permission, ServerId};

use crate::{Actor, App, AppError, Result, plugins};

/// All servers by group and name, each with its live services.
pub async fn list_servers(app: &App, actor: &Actor) -> Result<Vec<ServerRow>> {
    actor.require(Permission::ServersRead)?;
    let mut rows = servers::list(&mut *app.conn().await?, None).await?;
    for row in &mut rows {
        row.settings = plugins::mask_instance(app, &row.plugin_id, &row.settings)?;
    }
    Ok(rows)
}

/// A server.
pub async fn get_server(app: &App, actor: &Actor, id: ServerId) -> Result<ServerRow> {
    actor.require(Permission::ServersRead)?;
    let found = servers::list(&mut *app.conn().await?, Some(id)).await?.pop();
    let mut row = found.ok_or(AppError::NotFound("server"))?;
    row.settings = plugins::mask_instance(app, &row.plugin_id, &row.settings)?;
    Ok(row)
}
