//! What plugins want staff to do.

use chrono::{DateTime, Utc};
use innkeeper_domain::TodoId;
use sqlx::{PgConnection, Result};

/// A to-do.
#[derive(Clone, Debug)]
pub struct TodoRow {
    pub id: TodoId,
    pub plugin_id: String,
    pub key: String,
    pub title: String,
    pub text: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub done_at: Option<DateTime<Utc>>,
    pub done_by: Option<String>,
}

/// Adds a to-do, or changes the open one with this key.
pub async fn put(conn: &mut PgConnection, plugin: &str, key: &str, title: &str, text: &str) -> Result<()> {
    sqlx::query!(
        "INSERT INTO todo (plugin_id, key, title, text) VALUES ($1, $2, $3, $4)
         ON CONFLICT (plugin_id, key) WHERE done_at IS NULL
         DO UPDATE SET title = excluded.title, text = excluded.text, updated_at = now()",
        plugin,
        key,
        title,
        text
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A page of to-dos, newest first: the open ones, or those that are done.
pub async fn list(conn: &mut PgConnection, open: bool, before: Option<TodoId>, limit: i64) -> Result<Vec<TodoRow>> {
    sqlx::query_as!(
        TodoRow,
        "SELECT id, plugin_id, key, title, text, created_at, updated_at, done_at, done_by FROM todo
         WHERE (done_at IS NULL) = $1 AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3",
        open,
        before.map(TodoId::get),
        limit
    )
    .fetch_all(conn)
    .await
}

/// How many are open, all plugins together.
pub async fn open_count(conn: &mut PgConnection) -> Result<i64> {
    sqlx::query_scalar!(r#"SELECT count(*) AS "n!" FROM todo WHERE done_at IS NULL"#).fetch_one(conn).await
}

/// How many a plugin has open.
pub async fn open_of(conn: &mut PgConnection, plugin: &str) -> Result<i64> {
    sqlx::query_scalar!(r#"SELECT count(*) AS "n!" FROM todo WHERE done_at IS NULL AND plugin_id = $1"#, plugin)
        .fetch_one(conn)
        .await
}

/// Marks one as done. False: there is none that is open.
pub async fn done(conn: &mut PgConnection, id: TodoId, by: &str) -> Result<bool> {
    let done =
        sqlx::query!("UPDATE todo SET done_at = now(), done_by = $2 WHERE id = $1 AND done_at IS NULL", id.get(), by)
            .execute(conn)
            .await?;
    Ok(done.rows_affected() == 1)
}
