//! The daily tasks: what each did on which day, whom it still has to look at, and whom it could not help.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::ClientId;
use serde_json::Value;
use sqlx::{PgConnection, Result};

/// How a task did on a day.
#[derive(Clone, Debug)]
pub struct RunRow {
    pub task: String,
    pub day: NaiveDate,
    pub state: String,
    pub started_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// What it did, by name: `{"invoices": 12}`.
    pub counts: Value,
    pub error: Option<String>,
}

/// A client that a task could not help.
#[derive(Clone, Debug)]
pub struct ParkedRow {
    pub task: String,
    pub client_id: ClientId,
    pub client_name: String,
    pub reason: String,
    pub since: NaiveDate,
    pub last_on: NaiveDate,
}

/// Begins a task's day, or goes on with it. False: it is done already.
pub async fn begin(conn: &mut PgConnection, task: &str, day: NaiveDate, now: DateTime<Utc>) -> Result<bool> {
    let begun = sqlx::query_scalar!(
        "INSERT INTO task_run (task, day, started_at) VALUES ($1, $2, $3)
         ON CONFLICT (task, day) DO UPDATE SET state = 'running', ended_at = NULL, error = NULL
         WHERE task_run.state <> 'done' RETURNING task",
        task,
        day,
        now
    )
    .fetch_optional(conn)
    .await?;
    Ok(begun.is_some())
}

/// Opens a day that is done, to look for what has become due since.
pub async fn reopen(conn: &mut PgConnection, task: &str, day: NaiveDate) -> Result<()> {
    sqlx::query!(
        "UPDATE task_run SET state = 'running', ended_at = NULL WHERE task = $1 AND day = $2 AND state = 'done'",
        task,
        day
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds to what a task did.
pub async fn count(conn: &mut PgConnection, task: &str, day: NaiveDate, counts: &Value) -> Result<()> {
    sqlx::query!(
        "UPDATE task_run SET counts = (
             SELECT coalesce(jsonb_object_agg(key, n), '{}') FROM (
                 SELECT key, sum(value::bigint) AS n
                 FROM (SELECT * FROM jsonb_each_text(counts) UNION ALL SELECT * FROM jsonb_each_text($3)) x GROUP BY key) y)
         WHERE task = $1 AND day = $2",
        task,
        day,
        counts
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends a task's day.
pub async fn end(
    conn: &mut PgConnection,
    task: &str,
    day: NaiveDate,
    error: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE task_run SET state = CASE WHEN $3::text IS NULL THEN 'done' ELSE 'failed' END, error = $3, ended_at = $4
         WHERE task = $1 AND day = $2",
        task,
        day,
        error,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The last day on which a task was done.
pub async fn last_done(conn: &mut PgConnection, task: &str) -> Result<Option<NaiveDate>> {
    sqlx::query_scalar!("SELECT max(day) FROM task_run WHERE task = $1 AND state = 'done'", task).fetch_one(conn).await
}

/// The newest runs, at most one for each task and day.
pub async fn runs(conn: &mut PgConnection, since: NaiveDate) -> Result<Vec<RunRow>> {
    sqlx::query_as!(
        RunRow,
        "SELECT task, day, state, started_at, ended_at, counts, error FROM task_run WHERE day >= $1 ORDER BY day DESC, started_at",
        since
    )
    .fetch_all(conn)
    .await
}

/// Takes up to `limit` clients after `after` off a task's list; they are another worker's if this transaction fails.
/// The rows are found by where they lie: a list that was just written has no statistics, and a join over it is a guess.
pub async fn take(
    conn: &mut PgConnection,
    task: &str,
    day: NaiveDate,
    after: ClientId,
    limit: i64,
) -> Result<Vec<ClientId>> {
    let ids = sqlx::query_scalar!(
        "DELETE FROM task_client WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM task_client WHERE task = $1 AND day = $2 AND client_id > $3
             ORDER BY client_id LIMIT $4 FOR UPDATE SKIP LOCKED))
         RETURNING client_id",
        task,
        day,
        after.get(),
        limit
    )
    .fetch_all(conn)
    .await?;
    let mut ids: Vec<ClientId> = ids.into_iter().map(ClientId).collect();
    ids.sort_unstable();
    Ok(ids)
}

/// Is somebody still on a task's list?
pub async fn is_left(conn: &mut PgConnection, task: &str, day: NaiveDate) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM task_client WHERE task = $1 AND day = $2) AS "left!""#,
        task,
        day
    )
    .fetch_one(conn)
    .await
}

/// Takes one client off a task's list. False: somebody else has it, or it is done.
pub async fn take_one(conn: &mut PgConnection, task: &str, day: NaiveDate, client: ClientId) -> Result<bool> {
    let taken = sqlx::query_scalar!(
        "DELETE FROM task_client WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM task_client WHERE task = $1 AND day = $2 AND client_id = $3 FOR UPDATE SKIP LOCKED))
         RETURNING client_id",
        task,
        day,
        client.get()
    )
    .fetch_optional(conn)
    .await?;
    Ok(taken.is_some())
}

/// Parks a client: the task could not help it on `day`.
pub async fn park(conn: &mut PgConnection, task: &str, client: ClientId, reason: &str, day: NaiveDate) -> Result<()> {
    sqlx::query!(
        "INSERT INTO parked (task, client_id, reason, since, last_on) VALUES ($1, $2, $3, $4, $4)
         ON CONFLICT (task, client_id) DO UPDATE SET reason = excluded.reason, last_on = excluded.last_on",
        task,
        client.get(),
        reason,
        day
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Lets a task try those again on `day` that it parked then.
pub async fn try_parked_again(conn: &mut PgConnection, task: &str, day: NaiveDate) -> Result<()> {
    sqlx::query!("UPDATE parked SET last_on = $2::date - 1 WHERE task = $1 AND last_on >= $2", task, day)
        .execute(conn)
        .await?;
    Ok(())
}

/// Lets clients go that the task could help after all.
pub async fn unpark(conn: &mut PgConnection, task: &str, clients: &[ClientId]) -> Result<()> {
    let clients: Vec<i64> = clients.iter().map(|c| c.get()).collect();
    sqlx::query!("DELETE FROM parked WHERE task = $1 AND client_id = ANY($2)", task, &clients).execute(conn).await?;
    Ok(())
}

/// All parked clients, longest first.
pub async fn parked(conn: &mut PgConnection, limit: i64) -> Result<Vec<ParkedRow>> {
    sqlx::query_as!(
        ParkedRow,
        r#"SELECT k.task, k.client_id, coalesce(nullif(c.company, ''), c.first_name || ' ' || c.last_name) AS "client_name!",
                  k.reason, k.since, k.last_on
           FROM parked k JOIN client c ON c.id = k.client_id ORDER BY k.since, k.client_id LIMIT $1"#,
        limit
    )
    .fetch_all(conn)
    .await
}
