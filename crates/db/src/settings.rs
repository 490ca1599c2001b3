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
    if let Some(found) = get(conn, key).await? {
        return Ok(found);
    }
    sqlx::query!("INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING", key, value)
        .execute(&mut *conn)
        .await?;
    // A statement of its own: it sees what another put there meanwhile.
    get(conn, key).await?.ok_or(sqlx::Error::RowNotFound)
}
