//! Stored settings of plugins and their key-value stores.

use serde_json::Value;
use sqlx::{PgConnection, Result};

/// Whether a plugin is switched on, and its settings with secrets sealed.
pub struct PluginRow {
    pub enabled: bool,
    pub settings: Value,
}

/// The plugin's row, if staff ever saved one.
pub async fn get(conn: &mut PgConnection, id: &str) -> Result<Option<PluginRow>> {
    sqlx::query_as!(PluginRow, "SELECT enabled, settings FROM plugin WHERE id = $1", id).fetch_optional(conn).await
}

/// A plugin's row with its id.
pub struct NamedPluginRow {
    pub id: String,
    pub enabled: bool,
    pub settings: Value,
}

/// All rows that staff ever saved.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<NamedPluginRow>> {
    sqlx::query_as!(NamedPluginRow, "SELECT id, enabled, settings FROM plugin").fetch_all(conn).await
}

/// The plugins that staff switched off.
pub async fn switched_off(conn: &mut PgConnection) -> Result<Vec<String>> {
    sqlx::query_scalar!("SELECT id FROM plugin WHERE NOT enabled").fetch_all(conn).await
}

/// Saves a plugin's settings.
pub async fn put(conn: &mut PgConnection, id: &str, enabled: bool, settings: &Value) -> Result<()> {
    sqlx::query!(
        "INSERT INTO plugin (id, enabled, settings) VALUES ($1, $2, $3)
         ON CONFLICT (id) DO UPDATE SET enabled = excluded.enabled, settings = excluded.settings, updated_at = now()",
        id,
        enabled,
        settings
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Settings of a server, with the plugin it belongs to.
pub async fn server_settings(conn: &mut PgConnection, server_id: i64) -> Result<Option<(String, Value)>> {
    let row =
        sqlx::query!("SELECT plugin_id, settings FROM server WHERE id = $1", server_id).fetch_optional(conn).await?;
    Ok(row.map(|r| (r.plugin_id, r.settings)))
}

/// The value of a plugin's key.
pub async fn store_get(conn: &mut PgConnection, plugin: &str, key: &str) -> Result<Option<Value>> {
    sqlx::query_scalar!("SELECT value FROM plugin_store WHERE plugin_id = $1 AND key = $2", plugin, key)
        .fetch_optional(conn)
        .await
}

/// Sets a plugin's key; `None` removes it.
pub async fn store_put(conn: &mut PgConnection, plugin: &str, key: &str, value: Option<&Value>) -> Result<()> {
    match value {
        Some(value) => sqlx::query!(
            "INSERT INTO plugin_store (plugin_id, key, value) VALUES ($1, $2, $3)
             ON CONFLICT (plugin_id, key) DO UPDATE SET value = excluded.value",
            plugin,
            key,
            value
        )
        .execute(conn)
        .await
        .map(|_| ()),
        None => sqlx::query!("DELETE FROM plugin_store WHERE plugin_id = $1 AND key = $2", plugin, key)
            .execute(conn)
            .await
            .map(|_| ()),
    }
}
