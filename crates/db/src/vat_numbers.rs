//! VAT numbers of clients, and what is known of them.

use chrono::{DateTime, Utc};
use innkeeper_domain::{ClientId, VatState};
use sqlx::{PgConnection, Result};

use crate::Text;

/// What is known of a client's VAT number.
#[derive(Clone, Debug)]
pub struct VatNumberRow {
    pub number: String,
    pub state: Text<VatState>,
    /// The register's number of the consultation, or who confirmed it.
    pub reference: String,
    /// The name that the register has.
    pub holder: String,
    /// Why there is no answer, or why the number is not valid.
    pub note: String,
    /// When the register, or a person, last said what it is.
    pub checked_at: Option<DateTime<Utc>>,
    pub asked_at: Option<DateTime<Utc>>,
}

/// What a look at a number found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    pub state: VatState,
    pub reference: &'a str,
    pub holder: &'a str,
    pub note: &'a str,
}

/// Of a client.
pub async fn get(conn: &mut PgConnection, client: ClientId) -> Result<Option<VatNumberRow>> {
    sqlx::query_as!(
        VatNumberRow,
        r#"SELECT number, state AS "state: _", reference, holder, note, checked_at, asked_at
           FROM vat_number WHERE client_id = $1"#,
        client.get()
    )
    .fetch_optional(conn)
    .await
}

/// The client has this number now; the same one stays as it is. True if it is another than before.
pub async fn set(conn: &mut PgConnection, client: ClientId, number: &str, state: VatState, note: &str) -> Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO vat_number AS v (client_id, number, state, note) VALUES ($1, $2, $3, $4)
         ON CONFLICT (client_id) DO UPDATE SET number = excluded.number, state = excluded.state, note = excluded.note,
             reference = '', holder = '', checked_at = NULL, asked_at = NULL
         WHERE v.number <> excluded.number",
        client.get(),
        number,
        state.as_str(),
        note
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The client has none.
pub async fn clear(conn: &mut PgConnection, client: ClientId) -> Result<()> {
    sqlx::query!("DELETE FROM vat_number WHERE client_id = $1", client.get()).execute(conn).await?;
    Ok(())
}

/// Writes down what was found, if the client still has that number.
pub async fn found(
    conn: &mut PgConnection,
    (client, number): (ClientId, &str),
    found: Found<'_>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE vat_number SET state = $3, reference = $4, holder = $5, note = $6, checked_at = $7, asked_at = $7
         WHERE client_id = $1 AND number = $2",
        client.get(),
        number,
        found.state.as_str(),
        found.reference,
        found.holder,
        found.note,
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The register did not answer: what was known stays.
pub async fn unanswered(
    conn: &mut PgConnection,
    (client, number): (ClientId, &str),
    note: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE vat_number SET note = $3, asked_at = $4 WHERE client_id = $1 AND number = $2",
        client.get(),
        number,
        note,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Numbers to ask after: waiting ones last asked before `waiting`, valid ones last checked before `valid`.
pub async fn stale(
    conn: &mut PgConnection,
    waiting: DateTime<Utc>,
    valid: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<ClientId>> {
    let ids = sqlx::query_scalar!(
        "SELECT client_id FROM vat_number
         WHERE state IN ('waiting', 'valid') AND (asked_at IS NULL OR asked_at < $1)
           AND (state = 'waiting' OR checked_at < $2)
         ORDER BY asked_at NULLS FIRST, client_id LIMIT $3",
        waiting,
        valid,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(ClientId).collect())
}

/// Clients with a number of a member state of which nothing is known: those from before numbers were checked.
pub async fn unread(conn: &mut PgConnection, limit: i64) -> Result<Vec<(ClientId, String)>> {
    let rows = sqlx::query!(
        "SELECT c.id, c.tax_number FROM client c
         WHERE upper(regexp_replace(c.tax_number, '[\\s.-]', '', 'g'))
                   ~ '^(AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK)' AND NOT EXISTS (SELECT 1 FROM vat_number v WHERE v.client_id = c.id)
         ORDER BY c.id LIMIT $1",
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (ClientId(row.id), row.tax_number)).collect())
}
