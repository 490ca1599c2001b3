//! Tasks of plugins: what they did last, and when they run next.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, Result};

/// The last run of a task.
#[derive(Clone, Debug)]
pub struct TaskRunRow {
    pub plugin_id: String,
    pub task: String,
    pub started_at: DateTime<Utc>,
    pub ms: i64,
    pub error: Option<String>,
    pub lines: Value,
}

/// The last run of each task that ever ran.
pub async fn runs(conn: &mut PgConnection) -> Result<Vec<TaskRunRow>> {
    sqlx::query_as!(TaskRunRow, "SELECT plugin_id, task, started_at, ms, error, lines FROM plugin_task")
        .fetch_all(conn)
        .await
}

/// Keeps a run in place of the one before.
pub async fn put_run(conn: &mut PgConnection, run: &TaskRunRow) -> Result<()> {
    sqlx::query!(
        "INSERT INTO plugin_task (plugin_id, task, started_at, ms, error, lines) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (plugin_id, task) DO UPDATE SET started_at = excluded.started_at, ms = excluded.ms,
             error = excluded.error, lines = excluded.lines",
        run.plugin_id,
        run.task,
        run.started_at,
        run.ms,
        run.error,
        run.lines
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// When the tasks of the schedule whose names start with `prefix` run next.
pub async fn turns(conn: &mut PgConnection, prefix: &str) -> Result<Vec<(String, DateTime<Utc>)>> {
    let rows = sqlx::query!("SELECT task, next_at FROM schedule WHERE starts_with(task, $1)", prefix);
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.task, row.next_at)).collect())
}

/// The keys of unfinished jobs of a kind.
pub async fn under_way(conn: &mut PgConnection, kind: &str) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"SELECT unique_key AS "key!" FROM job WHERE kind = $1 AND state IN ('ready', 'running')
           AND unique_key IS NOT NULL"#,
        kind
    )
    .fetch_all(conn)
    .await
}
