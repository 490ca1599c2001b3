//! The audit log and the self-audit.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, Result};

/// Something that somebody did.
pub struct NewAudit<'a> {
    pub actor: &'a str,
    pub action: &'a str,
    pub subject: &'a str,
    pub subject_id: Option<i64>,
    pub detail: &'a Value,
    pub ip: &'a str,
    pub request_id: &'a str,
}

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub rule: String,
    pub detail: String,
}

/// A row of the log.
#[derive(Clone, Debug)]
pub struct AuditRow {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub action: String,
    pub subject: String,
    pub subject_id: Option<i64>,
    pub detail: Value,
    pub ip: String,
    pub request_id: String,
    pub sealed: bool,
}

/// Which rows.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    pub subject: Option<String>,
    pub subject_id: Option<i64>,
    /// Part of who did it.
    pub actor: Option<String>,
    /// How the action begins: `client.` or `client.update`.
    pub action: Option<String>,
    pub before: Option<i64>,
    pub limit: i64,
}

/// Rows of the log, newest first.
pub async fn list(conn: &mut PgConnection, filter: &AuditFilter) -> Result<Vec<AuditRow>> {
    sqlx::query_as!(
        AuditRow,
        r#"SELECT id, at, actor, action, subject, subject_id, detail, ip, request_id, seal_no IS NOT NULL AS "sealed!"
           FROM audit_log
           WHERE ($1::text IS NULL OR subject = $1) AND ($2::bigint IS NULL OR subject_id = $2)
             AND ($3::text IS NULL OR strpos(lower(actor), lower($3)) > 0)
             AND ($4::text IS NULL OR starts_with(action, $4)) AND ($5::bigint IS NULL OR id < $5)
           ORDER BY id DESC LIMIT $6"#,
        filter.subject,
        filter.subject_id,
        filter.actor,
        filter.action,
        filter.before,
        filter.limit
    )
    .fetch_all(conn)
    .await
}

/// Writes rows.
pub async fn insert(conn: &mut PgConnection, rows: &[NewAudit<'_>]) -> Result<()> {
    let text = |f: for<'a> fn(&'a NewAudit<'_>) -> &'a str| rows.iter().map(f).collect::<Vec<&str>>();
    sqlx::query!(
        "INSERT INTO audit_log (actor, action, subject, subject_id, detail, ip, request_id)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::jsonb[], $6::text[], $7::text[])",
        &text(|r| r.actor) as &[&str],
        &text(|r| r.action) as &[&str],
        &text(|r| r.subject) as &[&str],
        &rows.iter().map(|r| r.subject_id).collect::<Vec<_>>() as &[Option<i64>],
        &rows.iter().map(|r| r.detail).collect::<Vec<_>>() as &[&Value],
        &text(|r| r.ip) as &[&str],
        &text(|r| r.request_id) as &[&str]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Chains rows that are not yet sealed, oldest first, one node at a time. Returns how many.
pub async fn seal(conn: &mut PgConnection, limit: i64) -> Result<u64> {
    let done = sqlx::query_scalar!(
        r#"WITH RECURSIVE mine AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtext('innkeeper audit seal'))),
           last AS (SELECT coalesce(max(seal_no), 0) AS no FROM audit_log, mine),
           todo AS MATERIALIZED (SELECT row_number() OVER (ORDER BY id) AS n, id FROM audit_log, mine WHERE seal_no IS NULL ORDER BY id LIMIT $1),
           chain AS (
               SELECT 0::bigint AS n, (SELECT seal FROM audit_log, last WHERE seal_no = last.no) AS seal
               UNION ALL
               SELECT t.n, audit_digest(c.seal, a) FROM chain c JOIN todo t ON t.n = c.n + 1 JOIN audit_log a ON a.id = t.id),
           sealed AS (
               UPDATE audit_log a SET seal_no = last.no + t.n, seal = c.seal
               FROM todo t JOIN chain c ON c.n = t.n, last WHERE a.id = t.id RETURNING 1)
           SELECT count(*) AS "count!" FROM sealed"#,
        limit
    )
    .fetch_one(conn)
    .await?;
    Ok(u64::try_from(done).unwrap_or(0))
}

/// Every broken rule. Empty is well.
pub async fn violations(conn: &mut PgConnection) -> Result<Vec<Violation>> {
    sqlx::query_as!(Violation, r#"SELECT rule AS "rule!", detail AS "detail!" FROM violations()"#).fetch_all(conn).await
}
