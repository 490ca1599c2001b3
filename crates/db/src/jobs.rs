//! Jobs as staff see them. What runs them is the queue's.

use chrono::{DateTime, Utc};
use innkeeper_domain::{JobId, state::JobState};
use serde_json::Value;
use sqlx::{PgConnection, Result};

use crate::Text;

/// A job.
#[derive(Clone, Debug)]
pub struct JobRow {
    pub id: JobId,
    pub kind: String,
    pub payload: Value,
    pub state: Text<JobState>,
    pub attempts: i32,
    pub max_attempts: i32,
    pub run_at: DateTime<Utc>,
    pub worker: Option<String>,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// A page of jobs, newest first.
pub async fn list(
    conn: &mut PgConnection,
    state: Option<JobState>,
    before: Option<JobId>,
    limit: i64,
) -> Result<Vec<JobRow>> {
    sqlx::query_as!(
        JobRow,
        r#"SELECT id, kind, payload, state AS "state: _", attempts, max_attempts, run_at, worker, last_error, created_at, finished_at
           FROM job WHERE ($1::text IS NULL OR state = $1) AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"#,
        state.map(JobState::as_str),
        before.map(JobId::get),
        limit
    )
    .fetch_all(conn)
    .await
}

/// How many jobs are in each state.
pub async fn counts(conn: &mut PgConnection) -> Result<Vec<(JobState, i64)>> {
    let rows = sqlx::query!(r#"SELECT state AS "state: Text<JobState>", count(*) AS "count!" FROM job GROUP BY state"#)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|r| (*r.state, r.count)).collect())
}
