//! The statements of the queue.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgPool, Result};
use std::time::Duration;

/// A job to be done.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Which handler runs it.
    pub kind: &'static str,
    /// Its argument.
    pub payload: Value,
    /// At most one unfinished job has this key.
    pub unique_key: Option<String>,
    /// Not before; none: at once.
    pub run_at: Option<DateTime<Utc>>,
    /// Higher first.
    pub priority: i16,
    /// Then it is dead.
    pub max_attempts: i32,
}

impl NewJob {
    /// A job of `kind` that runs at once, at most 20 times.
    pub fn new(kind: &'static str, payload: Value) -> Self {
        Self { kind, payload, unique_key: None, run_at: None, priority: 0, max_attempts: 20 }
    }
    /// Is one with an unfinished job of this key.
    #[must_use]
    pub fn unique(mut self, key: impl Into<String>) -> Self {
        self.unique_key = Some(key.into());
        self
    }
    /// Not before `at`.
    #[must_use]
    pub fn at(mut self, at: DateTime<Utc>) -> Self {
        self.run_at = Some(at);
        self
    }
}

/// A job leased by this worker.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// Its id.
    pub id: i64,
    /// Which handler runs it.
    pub kind: String,
    /// Its argument.
    pub payload: Value,
    /// Counts from 1; only the current attempt may write an outcome.
    pub attempt: i32,
    /// After this many it is dead.
    pub max_attempts: i32,
}

/// Adds a job in the caller's transaction; its id. A run that begins after the caller's commit is certain:
/// a waiting job with the same key is kept from starting until then, a running one runs once more.
pub async fn enqueue(conn: &mut PgConnection, job: &NewJob) -> Result<i64> {
    sqlx::query_scalar!(
        "INSERT INTO job (kind, payload, unique_key, run_at, priority, max_attempts)
         VALUES ($1, $2, $3, coalesce($4, now()), $5, $6)
         ON CONFLICT (unique_key) WHERE state IN ('ready', 'running') DO UPDATE SET
             again = job.state = 'running', run_at = least(job.run_at, excluded.run_at)
         RETURNING id",
        job.kind,
        job.payload,
        job.unique_key,
        job.run_at,
        job.priority,
        job.max_attempts
    )
    .fetch_one(conn)
    .await
}

/// Adds many jobs of one kind that have no key and run at once.
pub async fn enqueue_all(conn: &mut PgConnection, kind: &str, payloads: &[Value]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO job (kind, payload) SELECT $1, payload FROM unnest($2::jsonb[]) AS payload",
        kind,
        payloads
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Leases up to `limit` due jobs to `worker`.
pub(crate) async fn claim(pool: &PgPool, worker: &str, lease: Duration, limit: i64) -> Result<Vec<Claimed>> {
    sqlx::query_as!(
        Claimed,
        r#"WITH next AS (
               SELECT id FROM job WHERE state = 'ready' AND run_at <= now()
               ORDER BY priority DESC, run_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
           UPDATE job SET state = 'running', attempts = attempts + 1, worker = $1,
                          lease_until = now() + make_interval(secs => $2)
           FROM next WHERE job.id = next.id
           RETURNING job.id, kind, payload, attempts AS attempt, max_attempts"#,
        worker,
        lease.as_secs_f64(),
        limit
    )
    .fetch_all(pool)
    .await
}

/// Prolongs a lease. False: it is lost, stop.
pub async fn heartbeat(pool: &PgPool, job: &Claimed, lease: Duration) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE job SET lease_until = now() + make_interval(secs => $3)
         WHERE id = $1 AND attempts = $2 AND state = 'running'",
        job.id,
        job.attempt,
        lease.as_secs_f64()
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Marks a job done, or ready if it was asked for again. False: the attempt was fenced out.
pub async fn finish(pool: &PgPool, job: &Claimed) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE job SET state = CASE WHEN again THEN 'ready' ELSE 'done' END,
                        finished_at = CASE WHEN NOT again THEN now() END,
                        max_attempts = CASE WHEN again THEN attempts + max_attempts ELSE max_attempts END,
                        again = false, run_at = now(), lease_until = NULL, last_error = NULL
         WHERE id = $1 AND attempts = $2 AND state = 'running'",
        job.id,
        job.attempt
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a job back, to run again after `delay`.
pub async fn retry_later(pool: &PgPool, job: &Claimed, error: &str, delay: Duration) -> Result<()> {
    sqlx::query!(
        "UPDATE job SET state = 'ready', run_at = now() + make_interval(secs => CASE WHEN again THEN 0 ELSE $3::float8 END),
                        again = false, lease_until = NULL, last_error = $4
         WHERE id = $1 AND attempts = $2 AND state = 'running'",
        job.id,
        job.attempt,
        delay.as_secs_f64(),
        error
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Gives a job up, unless it was asked for again.
pub async fn dead(pool: &PgPool, job: &Claimed, error: &str) -> Result<()> {
    sqlx::query!(
        "UPDATE job SET state = CASE WHEN again THEN 'ready' ELSE 'dead' END,
                        finished_at = CASE WHEN NOT again THEN now() END,
                        max_attempts = CASE WHEN again THEN attempts + max_attempts ELSE max_attempts END,
                        again = false, run_at = now(), lease_until = NULL, last_error = $3
         WHERE id = $1 AND attempts = $2 AND state = 'running'",
        job.id,
        job.attempt,
        error
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Lets a dead job run again, with as many attempts as it had. False: it is not dead, or its work is queued
/// anew. The number of the attempt never falls: it tells a worker that slept that its job is another's.
pub async fn rerun(conn: &mut PgConnection, id: i64) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE job SET state = 'ready', max_attempts = attempts + max_attempts, run_at = now(), finished_at = NULL
         WHERE id = $1 AND state = 'dead' AND NOT EXISTS (
             SELECT 1 FROM job o WHERE o.unique_key = job.unique_key AND o.state IN ('ready', 'running'))",
        id
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes jobs with an expired lease ready again; those without attempts left are dead. Returns how many.
pub async fn reclaim_expired(pool: &PgPool) -> Result<u64> {
    let done = sqlx::query!(
        "UPDATE job SET state = CASE WHEN attempts >= max_attempts AND NOT again THEN 'dead' ELSE 'ready' END,
                        finished_at = CASE WHEN attempts >= max_attempts AND NOT again THEN now() END,
                        again = false, lease_until = NULL, last_error = 'the worker died or stalled'
         WHERE state = 'running' AND lease_until < now()"
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected())
}
