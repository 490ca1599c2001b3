//! Mail that is to be sent, and that was.

use sqlx::{PgConnection, Result};

/// A message to be queued.
pub struct NewMail<'a> {
    pub template: &'a str,
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

/// Queues many messages; returns the ids of those that were not written before.
pub async fn insert_all(conn: &mut PgConnection, mails: &[NewMail<'_>]) -> Result<Vec<i64>> {
    let text = |f: for<'a> fn(&'a NewMail<'_>) -> &'a str| mails.iter().map(f).collect::<Vec<&str>>();
    sqlx::query_scalar!(
        "INSERT INTO mail (template, occasion, client_id, recipient, subject, body)
         SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[])
         ON CONFLICT (template, occasion, recipient) DO NOTHING RETURNING id",
        &text(|m| m.template) as &[&str],
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
    /// `sent`, `skipped` or `failed`.
    pub state: &'a str,
    /// Why it did not go out.
    pub error: Option<&'a str>,
    /// What is kept of it.
    pub subject: &'a str,
    pub body: &'a str,
}

/// Notes that a message went out, or why it did not. The text of a password link is not kept: it would be
/// a second copy of what is otherwise stored as a hash only.
pub async fn mark(conn: &mut PgConnection, id: i64, ended: &Ended<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE mail SET state = $2, last_error = $3, sent_at = CASE WHEN $2 = 'sent' THEN now() END, subject = $4,
                body = CASE WHEN template = 'password_reset' THEN '(not kept)' ELSE $5 END
         WHERE id = $1",
        id,
        ended.state,
        ended.error,
        ended.subject,
        ended.body
    )
    .execute(conn)
    .await?;
    Ok(())
}
