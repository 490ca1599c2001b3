//! What plugins were asked, how it went, and how often.

use chrono::{DateTime, Utc};
use innkeeper_domain::PluginCallId;
use serde::Serialize;
use serde_json::Value;
use sqlx::{PgConnection, Result};

/// A call to be written down. Fields as the columns of `plugin_call`.
#[derive(Clone, Debug, Serialize)]
pub struct NewCall {
    pub plugin_id: String,
    pub operation: String,
    pub subject: Option<String>,
    pub subject_id: Option<i64>,
    pub correlation: String,
    pub idempotency_key: String,
    pub argument: Value,
    pub started_at: DateTime<Utc>,
    pub ms: i64,
    pub outcome: &'static str,
    pub error: Option<String>,
    pub exchanges: Value,
    pub exchange_count: i32,
}

/// Calls of a minute that ended alike and took about as long.
#[derive(Clone, Debug, Serialize)]
pub struct Pulse {
    pub plugin_id: String,
    pub minute: DateTime<Utc>,
    pub operation: String,
    pub outcome: &'static str,
    pub up_to_ms: i32,
    pub calls: i64,
}

/// What was not kept in a minute.
#[derive(Clone, Debug, Serialize)]
pub struct Lost {
    pub plugin_id: String,
    pub minute: DateTime<Utc>,
    pub calls: i64,
    pub lines: i64,
}

/// Writes calls down, all at once, in order.
pub async fn insert(conn: &mut PgConnection, calls: &[NewCall]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO plugin_call (plugin_id, operation, subject, subject_id, correlation, idempotency_key, argument,
                                  started_at, ms, outcome, error, exchanges, exchange_count)
         SELECT plugin_id, operation, subject, subject_id, correlation, idempotency_key, coalesce(argument, 'null'),
                started_at, ms, outcome, error, coalesce(exchanges, '[]'), exchange_count
         FROM jsonb_to_recordset($1) AS c (plugin_id text, operation text, subject text, subject_id bigint,
             correlation text, idempotency_key text, argument jsonb, started_at timestamptz, ms bigint, outcome text,
             error text, exchanges jsonb, exchange_count int)",
        sqlx::types::Json(calls) as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds to the counts of calls.
pub async fn count(conn: &mut PgConnection, pulses: &[Pulse]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO plugin_pulse (plugin_id, minute, operation, outcome, up_to_ms, calls)
         SELECT plugin_id, minute, operation, outcome, up_to_ms, calls
         FROM jsonb_to_recordset($1) AS p (plugin_id text, minute timestamptz, operation text, outcome text,
             up_to_ms int, calls bigint)
         ORDER BY 1, 2, 3, 4, 5
         ON CONFLICT (plugin_id, minute, operation, outcome, up_to_ms)
         DO UPDATE SET calls = plugin_pulse.calls + excluded.calls",
        sqlx::types::Json(pulses) as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds to the counts of what was not kept.
pub async fn lose(conn: &mut PgConnection, lost: &[Lost]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO plugin_lost (plugin_id, minute, calls, lines)
         SELECT plugin_id, minute, calls, lines
         FROM jsonb_to_recordset($1) AS l (plugin_id text, minute timestamptz, calls bigint, lines bigint)
         ORDER BY 1, 2
         ON CONFLICT (plugin_id, minute)
         DO UPDATE SET calls = plugin_lost.calls + excluded.calls, lines = plugin_lost.lines + excluded.lines",
        sqlx::types::Json(lost) as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A call in a list.
#[derive(Clone, Debug)]
pub struct CallRow {
    pub id: PluginCallId,
    pub plugin_id: String,
    pub operation: String,
    pub subject: Option<String>,
    pub subject_id: Option<i64>,
    pub correlation: String,
    pub idempotency_key: String,
    pub started_at: DateTime<Utc>,
    pub ms: i64,
    pub outcome: String,
    pub error: Option<String>,
    pub exchange_count: i32,
}

/// Which calls.
#[derive(Clone, Debug, Default)]
pub struct CallFilter<'a> {
    pub plugin: &'a str,
    pub outcome: Option<&'a str>,
    /// Only those that failed.
    pub failed: bool,
    pub operation: Option<&'a str>,
    pub subject: Option<&'a str>,
    pub subject_id: Option<i64>,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    pub before: Option<PluginCallId>,
    pub limit: i64,
}

/// A page of a plugin's calls, newest first.
pub async fn list(conn: &mut PgConnection, filter: &CallFilter<'_>) -> Result<Vec<CallRow>> {
    sqlx::query_as!(
        CallRow,
        "SELECT id, plugin_id, operation, subject, subject_id, correlation, idempotency_key, started_at, ms, outcome,
                left(error, 300) AS error, exchange_count
         FROM plugin_call
         WHERE plugin_id = $1 AND ($2::text IS NULL OR outcome = $2) AND (NOT $3 OR outcome <> 'ok')
           AND ($4::text IS NULL OR operation = $4) AND ($5::text IS NULL OR subject = $5)
           AND ($6::bigint IS NULL OR subject_id = $6) AND ($7::timestamptz IS NULL OR started_at >= $7)
           AND ($8::timestamptz IS NULL OR started_at < $8) AND ($9::bigint IS NULL OR id < $9)
         ORDER BY id DESC LIMIT $10",
        filter.plugin,
        filter.outcome,
        filter.failed,
        filter.operation,
        filter.subject,
        filter.subject_id,
        filter.from,
        filter.until,
        filter.before.map(PluginCallId::get),
        filter.limit
    )
    .fetch_all(conn)
    .await
}

/// A call with everything that was kept of it.
#[derive(Clone, Debug)]
pub struct WholeCall {
    pub id: PluginCallId,
    pub plugin_id: String,
    pub operation: String,
    pub subject: Option<String>,
    pub subject_id: Option<i64>,
    pub correlation: String,
    pub idempotency_key: String,
    pub argument: Value,
    pub started_at: DateTime<Utc>,
    pub ms: i64,
    pub outcome: String,
    pub error: Option<String>,
    pub exchanges: Value,
    pub exchange_count: i32,
}

/// One call of a plugin.
pub async fn get(conn: &mut PgConnection, plugin: &str, id: PluginCallId) -> Result<Option<WholeCall>> {
    sqlx::query_as!(
        WholeCall,
        "SELECT id, plugin_id, operation, subject, subject_id, correlation, idempotency_key, argument, started_at, ms,
                outcome, error, exchanges, exchange_count
         FROM plugin_call WHERE plugin_id = $1 AND id = $2",
        plugin,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// The call with this correlation id.
pub async fn by_correlation(conn: &mut PgConnection, plugin: &str, correlation: &str) -> Result<Option<PluginCallId>> {
    let id = sqlx::query_scalar!(
        "SELECT id FROM plugin_call WHERE correlation = $2 AND plugin_id = $1 LIMIT 1",
        plugin,
        correlation
    )
    .fetch_optional(conn)
    .await?;
    Ok(id.map(PluginCallId))
}

/// The newest call of each plugin that failed.
pub async fn last_failures(conn: &mut PgConnection, plugins: &[String]) -> Result<Vec<CallRow>> {
    sqlx::query_as!(
        CallRow,
        r#"SELECT c.id, c.plugin_id, c.operation, c.subject, c.subject_id, c.correlation, c.idempotency_key,
                  c.started_at, c.ms, c.outcome, left(c.error, 300) AS error, c.exchange_count
           FROM unnest($1::text[]) AS p (id)
           CROSS JOIN LATERAL (SELECT * FROM plugin_call WHERE plugin_id = p.id AND outcome <> 'ok'
                               ORDER BY id DESC LIMIT 1) c"#,
        plugins
    )
    .fetch_all(conn)
    .await
}

/// Calls since two moments that ended alike and took about as long.
#[derive(Clone, Debug)]
pub struct PulseSum {
    pub plugin_id: String,
    pub operation: String,
    pub outcome: String,
    pub up_to_ms: i32,
    /// Since the later moment.
    pub recent: i64,
    /// Since the earlier one.
    pub calls: i64,
}

/// The counts of one plugin, or of all, since `from`, and of those since `recent`.
pub async fn pulses(
    conn: &mut PgConnection,
    plugin: Option<&str>,
    from: DateTime<Utc>,
    recent: DateTime<Utc>,
) -> Result<Vec<PulseSum>> {
    sqlx::query_as!(
        PulseSum,
        r#"SELECT plugin_id, operation, outcome, up_to_ms,
                  coalesce(sum(calls) FILTER (WHERE minute >= $3), 0)::bigint AS "recent!", sum(calls)::bigint AS "calls!"
           FROM plugin_pulse WHERE minute >= $2 AND ($1::text IS NULL OR plugin_id = $1)
           GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"#,
        plugin,
        from,
        recent
    )
    .fetch_all(conn)
    .await
}

/// Calls of an hour.
#[derive(Clone, Debug)]
pub struct HourRow {
    pub plugin_id: String,
    pub hour: DateTime<Utc>,
    pub calls: i64,
    pub failed: i64,
}

/// Calls by the hour since `from`, of one plugin or of all. Hours without any are left out.
pub async fn hours(conn: &mut PgConnection, plugin: Option<&str>, from: DateTime<Utc>) -> Result<Vec<HourRow>> {
    sqlx::query_as!(
        HourRow,
        r#"SELECT plugin_id, date_trunc('hour', minute, 'UTC') AS "hour!", sum(calls)::bigint AS "calls!",
                  coalesce(sum(calls) FILTER (WHERE outcome <> 'ok'), 0)::bigint AS "failed!"
           FROM plugin_pulse WHERE minute >= $2 AND ($1::text IS NULL OR plugin_id = $1)
           GROUP BY 1, 2 ORDER BY 1, 2"#,
        plugin,
        from
    )
    .fetch_all(conn)
    .await
}

/// What a plugin's log lost since some moment: calls, lines.
pub async fn lost_since(conn: &mut PgConnection, plugin: &str, from: DateTime<Utc>) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"SELECT coalesce(sum(calls), 0)::bigint AS "calls!", coalesce(sum(lines), 0)::bigint AS "lines!"
           FROM plugin_lost WHERE plugin_id = $1 AND minute >= $2"#,
        plugin,
        from
    )
    .fetch_one(conn)
    .await?;
    Ok((row.calls, row.lines))
}

/// Operations that a plugin was asked for, by name.
pub async fn operations(conn: &mut PgConnection, plugin: &str, from: DateTime<Utc>) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        "SELECT DISTINCT operation FROM plugin_pulse WHERE plugin_id = $1 AND minute >= $2 ORDER BY 1",
        plugin,
        from
    )
    .fetch_all(conn)
    .await
}

/// Forgets what is older than `before`, and of each plugin all but the newest `rows` calls. How many calls
/// were forgotten.
pub async fn trim(conn: &mut PgConnection, before: DateTime<Utc>, rows: i64) -> Result<u64> {
    let old = sqlx::query!("DELETE FROM plugin_call WHERE started_at < $1", before).execute(&mut *conn).await?;
    let many = sqlx::query!(
        "DELETE FROM plugin_call c USING (
             SELECT p.plugin_id, (SELECT id FROM plugin_call x WHERE x.plugin_id = p.plugin_id
                                  ORDER BY id DESC OFFSET $1 LIMIT 1) AS last
             FROM (SELECT DISTINCT plugin_id FROM plugin_call) p) most
         WHERE c.plugin_id = most.plugin_id AND c.id <= most.last",
        rows
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("DELETE FROM plugin_pulse WHERE minute < now() - interval '2 days'").execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM plugin_lost WHERE minute < now() - interval '2 days'").execute(conn).await?;
    Ok(old.rows_affected() + many.rows_affected())
}
