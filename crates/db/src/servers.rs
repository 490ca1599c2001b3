//! Server groups and servers.

use chrono::{DateTime, Utc};
use innkeeper_domain::{Fill, ServerGroupId, ServerId};
use serde_json::Value;
use sqlx::{PgConnection, Result};

use crate::Text;

/// A group of servers.
#[derive(Clone, Debug)]
pub struct ServerGroupRow {
    pub id: ServerGroupId,
    pub name: String,
    pub fill: Text<Fill>,
    pub servers: i64,
}

/// A server with how much of it is taken; secrets in `settings` are sealed.
#[derive(Clone, Debug)]
pub struct ServerRow {
    pub id: ServerId,
    pub group_id: ServerGroupId,
    pub group_name: String,
    pub name: String,
    pub plugin_id: String,
    pub settings: Value,
    pub capacity: Option<i32>,
    pub enabled: bool,
    pub nameservers: Vec<String>,
    pub created_at: DateTime<Utc>,
    /// Services on it that live or wait to.
    pub live_services: i64,
}

/// What is stored of a server.
pub struct ServerFields<'a> {
    pub group_id: ServerGroupId,
    pub name: &'a str,
    pub plugin_id: &'a str,
    pub settings: &'a Value,
    pub capacity: Option<i32>,
    pub enabled: bool,
    pub nameservers: &'a [String],
}

/// All groups, by name.
pub async fn groups(conn: &mut PgConnection) -> Result<Vec<ServerGroupRow>> {
    sqlx::query_as!(
        ServerGroupRow,
        r#"SELECT g.id, g.name, g.fill AS "fill: _", count(s.id) AS "servers!"
           FROM server_group g LEFT JOIN server s ON s.group_id = g.id GROUP BY g.id ORDER BY g.name"#
    )
    .fetch_all(conn)
    .await
}

/// Adds a group. Fails on `server_group_name_key` if the name is taken.
pub async fn insert_group(conn: &mut PgConnection, name: &str, fill: Fill) -> Result<ServerGroupId> {
    let id =
        sqlx::query_scalar!("INSERT INTO server_group (name, fill) VALUES ($1, $2) RETURNING id", name, fill.as_str())
            .fetch_one(conn)
            .await?;
    Ok(ServerGroupId(id))
}

/// Changes a group. Fails on `server_group_name_key` if the name is taken.
pub async fn update_group(conn: &mut PgConnection, id: ServerGroupId, name: &str, fill: Fill) -> Result<()> {
    sqlx::query!("UPDATE server_group SET name = $2, fill = $3 WHERE id = $1", id.get(), name, fill.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// Servers with their live services: one, or all by group and name.
pub async fn list(conn: &mut PgConnection, id: Option<ServerId>) -> Result<Vec<ServerRow>> {
    sqlx::query_as!(
        ServerRow,
        r#"SELECT s.id, s.group_id, g.name AS group_name, s.name, s.plugin_id, s.settings, s.capacity, s.enabled,
                  s.nameservers, s.created_at, coalesce(n.live, 0) AS "live_services!"
           FROM server s JOIN server_group g ON g.id = s.group_id
           LEFT JOIN (SELECT server_id, count(*) AS live FROM service
                      WHERE state IN ('pending', 'active', 'suspended') AND ($1::bigint IS NULL OR server_id = $1)
                      GROUP BY server_id) n ON n.server_id = s.id
           WHERE $1::bigint IS NULL OR s.id = $1 ORDER BY g.name, s.name"#,
        id.map(ServerId::get)
    )
    .fetch_all(conn)
    .await
}

/// The name servers of a server.
pub async fn nameservers(conn: &mut PgConnection, id: ServerId) -> Result<Vec<String>> {
    let found =
        sqlx::query_scalar!("SELECT nameservers FROM server WHERE id = $1", id.get()).fetch_optional(conn).await?;
    Ok(found.unwrap_or_default())
}

/// Adds a server. Fails on `server_name_key` if the name is taken.
pub async fn insert(conn: &mut PgConnection, server: &ServerFields<'_>) -> Result<ServerId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO server (group_id, name, plugin_id, settings, capacity, enabled, nameservers)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        server.group_id.get(),
        server.name,
        server.plugin_id,
        server.settings,
        server.capacity,
        server.enabled,
        server.nameservers
    )
    .fetch_one(conn)
    .await?;
    Ok(ServerId(id))
}

/// Changes a server; its plugin stays. Fails on `server_name_key` if the name is taken.
pub async fn update(conn: &mut PgConnection, id: ServerId, server: &ServerFields<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE server SET group_id = $2, name = $3, settings = $4, capacity = $5, enabled = $6,
                nameservers = $7 WHERE id = $1",
        id.get(),
        server.group_id.get(),
        server.name,
        server.settings,
        server.capacity,
        server.enabled,
        server.nameservers
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How much the accounts of a server use, as its vendor last told: accounts, bytes on disk, the oldest word.
pub async fn usage(conn: &mut PgConnection, id: ServerId) -> Result<Option<(i64, i64, DateTime<Utc>)>> {
    let row = sqlx::query!(
        r#"SELECT count(*) AS "accounts!", coalesce(sum((usage ->> 'disk_bytes')::bigint), 0)::bigint AS "disk!",
                  min(usage_at) AS oldest
           FROM service WHERE server_id = $1 AND state IN ('active', 'suspended') AND usage IS NOT NULL"#,
        id.get()
    )
    .fetch_one(conn)
    .await?;
    Ok(row.oldest.map(|oldest| (row.accounts, row.disk, oldest)))
}
