//! Mail that is to be sent, and that was.

use chrono::{DateTime, Utc};
use innkeeper_domain::{ClientId, MailId, state::MailState};
use sqlx::{PgConnection, Result};

use crate::Text;

/// A message to be queued.
pub struct NewMail<'a> {
    pub template: &'a str,
    /// The language of its text.
    pub language: &'a str,
    /// What it is about: the same notice to the same address is written once.
    pub occasion: &'a str,
    pub client_id: Option<i64>,
    pub recipient: &'a str,
    pub subject: &'a str,
    pub body: &'a str,
}

/// A queued message.
pub struct MailRow {
    pub id: i64,
    pub template: String,
    pub occasion: String,
    pub client_id: Option<i64>,
    pub recipient: String,
    pub subject: String,
    pub body: String,
    pub state: String,
}

/// A message without its text.
#[derive(Clone, Debug)]
pub struct MailEntry {
    pub id: MailId,
    pub template: String,
    pub language: String,
    pub client_id: Option<i64>,
    /// None: it is about no client.
    pub client_name: Option<String>,
    pub recipient: String,
    pub subject: String,
    pub state: Text<MailState>,
    /// How often it was handed to the mail server.
    pub attempts: i32,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
}

/// Which messages.
#[derive(Clone, Debug, Default)]
pub struct MailFilter {
    pub state: Option<MailState>,
    pub client: Option<ClientId>,
    pub before: Option<MailId>,
    pub limit: i64,
}

/// Queues many messages; returns the ids of those that were not written before.
pub async fn insert_all(conn: &mut PgConnection, mails: &[NewMail<'_>]) -> Result<Vec<i64>> {
    let text = |f: for<'a> fn(&'a NewMail<'_>) -> &'a str| mails.iter().map(f).collect::<Vec<&str>>();
    sqlx::query_scalar!(
        "INSERT INTO mail (template, language, occasion, client_id, recipient, subject, body)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[])
         ON CONFLICT (template, occasion, recipient) DO NOTHING RETURNING id",
        &text(|m| m.template) as &[&str],
        &text(|m| m.language) as &[&str],
        &text(|m| m.occasion) as &[&str],
        &mails.iter().map(|m| m.client_id).collect::<Vec<_>>() as &[Option<i64>],
        &text(|m| m.recipient) as &[&str],
        &text(|m| m.subject) as &[&str],
        &text(|m| m.body) as &[&str]
    )
    .fetch_all(conn)
    .await
}

/// A message.
pub async fn get(conn: &mut PgConnection, id: i64) -> Result<Option<MailRow>> {
    sqlx::query_as!(
        MailRow,
        "SELECT id, template, occasion, client_id, recipient, subject, body, state FROM mail WHERE id = $1",
        id
    )
    .fetch_optional(conn)
    .await
}

/// How a message ended.
pub struct Ended<'a> {
    pub state: MailState,
    /// Why it did not go out.
    pub error: Option<&'a str>,
    /// What is kept of it.
    pub subject: &'a str,
    pub body: &'a str,
    /// Whether the mail server was asked.
    pub tried: bool,
}

/// Notes that a message went out, or why it did not.
pub async fn mark(conn: &mut PgConnection, id: i64, ended: &Ended<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE mail SET state = $2, last_error = $3, sent_at = CASE WHEN $2 = 'sent' THEN now() END, subject = $4,
                body = $5, attempts = attempts + $6::bool::int
         WHERE id = $1",
        id,
        ended.state.as_str(),
        ended.error,
        ended.subject,
        ended.body,
        ended.tried
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes why the mail server did not take a message this time.
pub async fn note_attempt(conn: &mut PgConnection, id: i64, error: &str) -> Result<()> {
    sqlx::query!("UPDATE mail SET attempts = attempts + 1, last_error = $2 WHERE id = $1", id, error)
        .execute(conn)
        .await?;
    Ok(())
}

/// Lets a failed message wait again. False: it did not fail.
pub async fn requeue(conn: &mut PgConnection, id: MailId) -> Result<bool> {
    let done = sqlx::query!("UPDATE mail SET state = 'queued' WHERE id = $1 AND state = 'failed'", id.get())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// A page of messages, newest first. Most are sent: the others are found by an index of their own.
pub async fn list(conn: &mut PgConnection, filter: &MailFilter) -> Result<Vec<MailEntry>> {
    sqlx::query_as!(
        MailEntry,
        r#"SELECT m.id, m.template, m.language, m.client_id,
                  c.first_name || ' ' || c.last_name AS client_name, m.recipient, m.subject, m.state AS "state: _",
                  m.attempts, m.last_error, m.created_at, m.sent_at
           FROM mail m LEFT JOIN client c ON c.id = m.client_id
           WHERE ($1::text IS NULL OR (m.state = $1 AND ($1 = 'sent' OR m.state <> 'sent')))
             AND ($2::bigint IS NULL OR m.client_id = $2) AND ($3::bigint IS NULL OR m.id < $3)
           ORDER BY m.id DESC LIMIT $4"#,
        filter.state.map(MailState::as_str),
        filter.client.map(ClientId::get),
        filter.before.map(MailId::get),
        filter.limit
    )
    .fetch_all(conn)
    .await
}

/// A message without its text.
pub async fn entry(conn: &mut PgConnection, id: MailId) -> Result<Option<MailEntry>> {
    sqlx::query_as!(
        MailEntry,
        r#"SELECT m.id, m.template, m.language, m.client_id,
                  c.first_name || ' ' || c.last_name AS client_name, m.recipient, m.subject, m.state AS "state: _",
                  m.attempts, m.last_error, m.created_at, m.sent_at
           FROM mail m LEFT JOIN client c ON c.id = m.client_id WHERE m.id = $1"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// How many messages wait and how many failed.
pub async fn unsent(conn: &mut PgConnection) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"SELECT count(*) FILTER (WHERE state = 'queued') AS "queued!", count(*) FILTER (WHERE state = 'failed') AS "failed!"
           FROM mail WHERE state <> 'sent'"#
    )
    .fetch_one(conn)
    .await?;
    Ok((row.queued, row.failed))
}
