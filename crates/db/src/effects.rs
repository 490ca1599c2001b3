//! Effects on outside systems: intent first, then the call, then the outcome.

use chrono::{DateTime, Utc};
use innkeeper_domain::{EffectId, state::EffectState};
use serde_json::Value;
use sqlx::{PgConnection, Result};

use crate::Text;

/// An effect to be recorded.
pub struct NewEffect<'a> {
    pub key: &'a str,
    pub kind: &'a str,
    pub subject: &'a str,
    pub subject_id: i64,
    pub plugin_id: &'a str,
    pub request: &'a Value,
    pub request_sealed: Option<&'a str>,
    pub actor: &'a str,
}

/// An effect as stored.
#[derive(Clone, Debug)]
pub struct EffectRow {
    pub id: EffectId,
    pub key: String,
    pub kind: String,
    pub subject: String,
    pub subject_id: i64,
    pub plugin_id: String,
    pub state: Text<EffectState>,
    pub request: Value,
    pub request_sealed: Option<String>,
    pub pending_ref: Option<String>,
    pub attempts: i32,
    pub fence: i64,
}

/// How an attempt ended.
pub struct Outcome<'a> {
    pub state: EffectState,
    pub provider_ref: Option<&'a str>,
    pub pending_ref: Option<&'a str>,
    pub error_kind: Option<&'a str>,
    pub error: Option<&'a str>,
    pub public_error: Option<&'a str>,
}

/// Records an intent. Fails on `effect_one_live` if another operation on the subject is under way.
pub async fn insert(conn: &mut PgConnection, effect: &NewEffect<'_>) -> Result<EffectId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO effect (key, kind, subject, subject_id, plugin_id, request, request_sealed, actor)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        effect.key,
        effect.kind,
        effect.subject,
        effect.subject_id,
        effect.plugin_id,
        effect.request,
        effect.request_sealed,
        effect.actor
    )
    .fetch_one(conn)
    .await?;
    Ok(EffectId(id))
}

/// The effect, locked for the rest of the transaction.
pub async fn lock(conn: &mut PgConnection, id: EffectId) -> Result<Option<EffectRow>> {
    sqlx::query_as!(
        EffectRow,
        r#"SELECT id, key, kind, subject, subject_id, plugin_id, state AS "state: _", request, request_sealed,
                  pending_ref, attempts, fence
           FROM effect WHERE id = $1 FOR UPDATE"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// Lets an attempt through: state `sent`, or unchanged for a mere look. Returns its fence. Asking after
/// something pending does not count as an attempt.
pub async fn let_through(conn: &mut PgConnection, id: EffectId, state: EffectState) -> Result<i64> {
    sqlx::query_scalar!(
        "UPDATE effect SET state = $2, attempts = attempts + (state <> 'pending')::int, fence = fence + 1
         WHERE id = $1 RETURNING fence",
        id.get(),
        state.as_str()
    )
    .fetch_one(conn)
    .await
}

/// Writes an outcome if the attempt with this fence is still the current one. False: it was fenced out.
pub async fn settle(conn: &mut PgConnection, id: EffectId, fence: i64, outcome: &Outcome<'_>) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE effect SET state = $3, provider_ref = coalesce($4, provider_ref), pending_ref = $5, error_kind = $6,
                error = $7, public_error = $8,
                finished_at = CASE WHEN $3 IN ('succeeded', 'failed') THEN now() END
         WHERE id = $1 AND fence = $2 AND state IN ('planned', 'sent', 'pending', 'unknown')",
        id.get(),
        fence,
        outcome.state.as_str(),
        outcome.provider_ref,
        outcome.pending_ref,
        outcome.error_kind,
        outcome.error,
        outcome.public_error
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps what an effect brought to light.
pub async fn keep_result(conn: &mut PgConnection, id: EffectId, result: &Value, sealed: Option<&str>) -> Result<()> {
    sqlx::query!("UPDATE effect SET result = $2, result_sealed = $3 WHERE id = $1", id.get(), result, sealed)
        .execute(conn)
        .await?;
    Ok(())
}

/// The secrets that an effect on this subject brought to light, if `actor` asked for it.
pub async fn sealed_result(
    conn: &mut PgConnection,
    id: EffectId,
    (subject, subject_id): (&str, i64),
    actor: &str,
) -> Result<Option<String>> {
    let found = sqlx::query_scalar!(
        "SELECT result_sealed FROM effect WHERE id = $1 AND subject = $2 AND subject_id = $3 AND actor = $4",
        id.get(),
        subject,
        subject_id,
        actor
    )
    .fetch_optional(conn)
    .await?;
    Ok(found.flatten())
}

/// Puts an effect that waits for a person back to work. It starts by asking the vendor. False: it does not wait.
pub async fn resume(conn: &mut PgConnection, id: EffectId) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE effect SET state = 'unknown', attempts = 0, planned_at = now() WHERE id = $1 AND state = 'needs_human'",
        id.get()
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Is an operation on this under way, or does one wait for a person?
pub async fn is_live(conn: &mut PgConnection, subject: &str, id: i64) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM effect WHERE subject = $1 AND subject_id = $2
               AND state NOT IN ('succeeded', 'failed')) AS "live!""#,
        subject,
        id
    )
    .fetch_one(conn)
    .await
}

/// What an effect is about.
pub async fn subject_of(conn: &mut PgConnection, id: EffectId) -> Result<Option<String>> {
    sqlx::query_scalar!("SELECT subject FROM effect WHERE id = $1", id.get()).fetch_optional(conn).await
}

/// Gives up an effect that waits for a person. False: it does not wait.
pub async fn give_up(conn: &mut PgConnection, id: EffectId) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE effect SET state = 'failed', finished_at = now() WHERE id = $1 AND state = 'needs_human'",
        id.get()
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Open effects without an unfinished job: left behind by nothing we know, picked up all the same.
pub async fn without_job(conn: &mut PgConnection) -> Result<Vec<i64>> {
    sqlx::query_scalar!(
        "SELECT id FROM effect e WHERE state IN ('planned', 'sent', 'pending', 'unknown')
           AND NOT EXISTS (SELECT 1 FROM job WHERE unique_key = 'effect:' || e.id AND state IN ('ready', 'running'))"
    )
    .fetch_all(conn)
    .await
}

/// Marks an effect as sent, if the attempt with this fence is still the current one: the call follows.
pub async fn mark_sent(conn: &mut PgConnection, id: EffectId, fence: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE effect SET state = 'sent' WHERE id = $1 AND fence = $2 AND state IN ('unknown', 'pending')",
        id.get(),
        fence
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An effect as staff see it; the request holds no secrets.
#[derive(Clone, Debug)]
pub struct EffectSummary {
    pub id: EffectId,
    pub kind: String,
    pub subject: String,
    pub subject_id: i64,
    /// Label of the service, name of the domain, number of the invoice, or the gateway's id of the payment.
    pub subject_name: String,
    pub plugin_id: String,
    pub state: Text<EffectState>,
    pub request: Value,
    pub error_kind: Option<String>,
    pub error: Option<String>,
    pub public_error: Option<String>,
    pub attempts: i32,
    pub actor: String,
    pub planned_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// Which effects to list.
#[derive(Clone, Debug, Default)]
pub struct EffectFilter<'a> {
    pub id: Option<EffectId>,
    pub state: Option<EffectState>,
    /// `service`, `domain`, `invoice` or `payment`.
    pub subject: Option<&'a str>,
    pub subject_id: Option<i64>,
    pub before: Option<EffectId>,
    pub limit: i64,
}

/// A page of effects, newest first.
pub async fn list(conn: &mut PgConnection, filter: &EffectFilter<'_>) -> Result<Vec<EffectSummary>> {
    sqlx::query_as!(
        EffectSummary,
        r#"SELECT e.id, e.kind, e.subject, e.subject_id, coalesce(s.label, d.name, i.number_text, p.transaction_ref, '') AS "subject_name!", e.plugin_id,
                  e.state AS "state: _", e.request, e.error_kind, e.error, e.public_error, e.attempts, e.actor,
                  e.planned_at, e.finished_at
           FROM effect e LEFT JOIN service s ON e.subject = 'service' AND s.id = e.subject_id
           LEFT JOIN domain d ON e.subject = 'domain' AND d.id = e.subject_id
           LEFT JOIN invoice i ON e.subject = 'invoice' AND i.id = e.subject_id
           LEFT JOIN payment p ON e.subject = 'payment' AND p.id = e.subject_id
           WHERE ($1::bigint IS NULL OR e.id = $1) AND ($2::text IS NULL OR e.state = $2)
             AND ($3::text IS NULL OR e.subject = $3) AND ($4::bigint IS NULL OR e.subject_id = $4)
             AND ($5::bigint IS NULL OR e.id < $5)
           ORDER BY e.id DESC LIMIT $6"#,
        filter.id.map(EffectId::get),
        filter.state.map(EffectState::as_str),
        filter.subject,
        filter.subject_id,
        filter.before.map(EffectId::get),
        filter.limit
    )
    .fetch_all(conn)
    .await
}

/// The fence of the current attempt.
pub async fn fence(conn: &mut PgConnection, id: EffectId) -> Result<i64> {
    sqlx::query_scalar!("SELECT fence FROM effect WHERE id = $1", id.get()).fetch_one(conn).await
}
