//! Settings of the business, by key.

use serde_json::Value;
use sqlx::{PgConnection, Result};

/// The value of `key`.
pub async fn get(conn: &mut PgConnection, key: &str) -> Result<Option<Value>> {
    sqlx::query_scalar!("SELECT value FROM setting WHERE key = $1", key).fetch_optional(conn).await
}

/// Sets `key`.
pub async fn put(conn: &mut PgConnection, key: &str, value: &Value) -> Result<()> {
    sqlx::query!(
        "INSERT INTO setting (key, value) VALUES ($1, $2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = now()",
        key,
        value
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sets `key` unless it has a value; the value it has then.
pub async fn get_or_put(conn: &mut PgConnection, key: &str, value: &Value) -> Result<Value> {
    sqlx::query_scalar!(
        "WITH added AS (INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING RETURNING value)
         SELECT value AS \"value!\" FROM added UNION ALL SELECT value FROM setting WHERE key = $1 LIMIT 1",
        key,
        value
    )
    .fetch_one(conn)
    .await
}
