//! Requests with an idempotency key.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Result};

/// The key of one request: whose, and what it is called.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    pub actor: &'a str,
    pub key: &'a str,
}

/// What is known of a key.
#[derive(Clone, Debug)]
pub struct KnownRequest {
    pub request_sealed: String,
    pub attempt: i32,
    pub leased_until: DateTime<Utc>,
    pub committed_at: Option<DateTime<Utc>>,
    pub made_kind: Option<String>,
    pub made_id: Option<i64>,
    pub status: Option<i32>,
    pub location: Option<String>,
    pub answer_sealed: Option<String>,
}

/// The answer to be given to repeats.
pub struct StoredAnswer<'a> {
    pub status: i32,
    pub location: Option<&'a str>,
    pub answer_sealed: &'a str,
}

/// Claims a key; the number of the attempt. `None`: it is known already.
pub async fn claim(
    conn: &mut PgConnection,
    key: Key<'_>,
    request_sealed: &str,
    now: DateTime<Utc>,
    leased_until: DateTime<Utc>,
) -> Result<Option<i32>> {
    sqlx::query_scalar!(
        "INSERT INTO idempotent_request (actor, key, request_sealed, leased_until, created_at, attempt)
         VALUES ($1, $2, $3, $4, $5, nextval('idempotent_attempt')) ON CONFLICT DO NOTHING RETURNING attempt",
        key.actor,
        key.key,
        request_sealed,
        leased_until,
        now
    )
    .fetch_optional(conn)
    .await
}

/// What is known of a key.
pub async fn get(conn: &mut PgConnection, key: Key<'_>) -> Result<Option<KnownRequest>> {
    sqlx::query_as!(
        KnownRequest,
        "SELECT request_sealed, attempt, leased_until, committed_at, made_kind, made_id, status, location, answer_sealed
         FROM idempotent_request WHERE actor = $1 AND key = $2",
        key.actor,
        key.key
    )
    .fetch_optional(conn)
    .await
}

/// Takes over from an attempt whose lease has run out and that has committed nothing. The new attempt;
/// `None`: somebody else was faster, or it has committed meanwhile.
pub async fn take_over(
    conn: &mut PgConnection,
    key: Key<'_>,
    now: DateTime<Utc>,
    leased_until: DateTime<Utc>,
) -> Result<Option<i32>> {
    sqlx::query_scalar!(
        "UPDATE idempotent_request SET attempt = nextval('idempotent_attempt'), leased_until = $4
         WHERE actor = $1 AND key = $2 AND leased_until <= $3 AND committed_at IS NULL AND status IS NULL
         RETURNING attempt",
        key.actor,
        key.key,
        now,
        leased_until
    )
    .fetch_optional(conn)
    .await
}

/// Notes that `attempt` commits work, and on what: the kind of thing and its id; the first one stays.
/// False: it is not the current attempt any more.
pub async fn mark(
    conn: &mut PgConnection,
    key: Key<'_>,
    attempt: i32,
    made: Option<(&str, i64)>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let (kind, id) = made.unzip();
    let done = sqlx::query!(
        "UPDATE idempotent_request SET committed_at = coalesce(committed_at, $4),
            made_kind = CASE WHEN made_id IS NULL THEN $5 ELSE made_kind END, made_id = coalesce(made_id, $6)
         WHERE actor = $1 AND key = $2 AND attempt = $3",
        key.actor,
        key.key,
        attempt,
        now,
        kind,
        id
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Keeps the answer of the current attempt.
pub async fn finish(conn: &mut PgConnection, key: Key<'_>, attempt: i32, answer: &StoredAnswer<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE idempotent_request SET status = $4, location = $5, answer_sealed = $6
         WHERE actor = $1 AND key = $2 AND attempt = $3 AND status IS NULL",
        key.actor,
        key.key,
        attempt,
        answer.status,
        answer.location,
        answer.answer_sealed
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets a key whose current attempt committed nothing. False: it did commit, or it is not current.
pub async fn release(conn: &mut PgConnection, key: Key<'_>, attempt: i32) -> Result<bool> {
    let done = sqlx::query!(
        "DELETE FROM idempotent_request WHERE actor = $1 AND key = $2 AND attempt = $3 AND committed_at IS NULL",
        key.actor,
        key.key,
        attempt
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}
