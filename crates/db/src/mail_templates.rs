//! Texts of mails that the host wrote itself, and which notices are switched off.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Result};

/// A text of the host's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateRow {
    pub key: String,
    pub language: String,
    pub subject: String,
    pub body: String,
    pub updated_at: DateTime<Utc>,
}

/// That there is a text of the host's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateMark {
    pub key: String,
    pub language: String,
    pub updated_at: DateTime<Utc>,
}

/// The texts of some notices, in all languages.
pub async fn of_keys(conn: &mut PgConnection, keys: &[&str]) -> Result<Vec<TemplateRow>> {
    sqlx::query_as!(
        TemplateRow,
        "SELECT key, language, subject, body, updated_at FROM mail_template WHERE key = ANY($1)",
        keys as &[&str]
    )
    .fetch_all(conn)
    .await
}

/// Which texts there are.
pub async fn marks(conn: &mut PgConnection) -> Result<Vec<TemplateMark>> {
    sqlx::query_as!(TemplateMark, "SELECT key, language, updated_at FROM mail_template ORDER BY key, language")
        .fetch_all(conn)
        .await
}

/// A text.
pub async fn get(conn: &mut PgConnection, key: &str, language: &str) -> Result<Option<TemplateRow>> {
    sqlx::query_as!(
        TemplateRow,
        "SELECT key, language, subject, body, updated_at FROM mail_template WHERE key = $1 AND language = $2",
        key,
        language
    )
    .fetch_optional(conn)
    .await
}

/// Writes a text in place of the one of `edited`; none: in place of none. False: another one is there.
pub async fn put(
    conn: &mut PgConnection,
    (key, language): (&str, &str),
    (subject, body): (&str, &str),
    edited: Option<DateTime<Utc>>,
) -> Result<bool> {
    let done = match edited {
        None => sqlx::query!(
            "INSERT INTO mail_template (key, language, subject, body) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            key,
            language,
            subject,
            body
        )
        .execute(conn)
        .await?,
        Some(edited) => {
            sqlx::query!(
                "UPDATE mail_template SET subject = $3, body = $4, updated_at = clock_timestamp()
                 WHERE key = $1 AND language = $2 AND updated_at = $5",
                key,
                language,
                subject,
                body,
                edited
            )
            .execute(conn)
            .await?
        }
    };
    Ok(done.rows_affected() == 1)
}

/// Removes the text of `edited`; none: whichever is there. False: there is none, or another one.
pub async fn delete(conn: &mut PgConnection, key: &str, language: &str, edited: Option<DateTime<Utc>>) -> Result<bool> {
    let done = sqlx::query!(
        "DELETE FROM mail_template
         WHERE key = $1 AND language = $2 AND ($3::timestamptz IS NULL OR updated_at = $3)",
        key,
        language,
        edited
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The notices that are switched off.
pub async fn off(conn: &mut PgConnection) -> Result<Vec<String>> {
    sqlx::query_scalar!("SELECT key FROM mail_notice WHERE NOT enabled").fetch_all(conn).await
}

/// Switches a notice on or off.
pub async fn set_enabled(conn: &mut PgConnection, key: &str, enabled: bool) -> Result<()> {
    sqlx::query!(
        "INSERT INTO mail_notice (key, enabled) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET enabled = excluded.enabled",
        key,
        enabled
    )
    .execute(conn)
    .await?;
    Ok(())
}
