//! Quotes: offers to clients.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{ClientId, Currency, InvoiceId, QuoteId, state::QuoteState};
use serde_json::Value;
use sqlx::{PgConnection, Result};

use crate::Text;

/// A quote without its lines; `net` is their sum without tax.
#[derive(Clone, Debug)]
pub struct QuoteRow {
    pub id: QuoteId,
    /// None: for a prospect.
    pub client_id: Option<i64>,
    /// What is known of somebody who is no client yet.
    pub prospect: Option<Value>,
    /// The client's name, or the prospect's.
    pub name: String,
    pub currency: Text<Currency>,
    pub state: Text<QuoteState>,
    pub subject: String,
    pub introduction: String,
    pub terms: String,
    pub valid_until: NaiveDate,
    pub version: i32,
    pub sent_at: Option<DateTime<Utc>>,
    pub decided_at: Option<DateTime<Utc>>,
    pub invoice_id: Option<i64>,
    pub net: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Which quotes.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuoteFilter {
    /// A client, who does not see what was never sent.
    pub owner: Option<ClientId>,
    pub client: Option<ClientId>,
    pub state: Option<QuoteState>,
    pub only: Option<QuoteId>,
    pub before: Option<QuoteId>,
    pub limit: i64,
}

/// Quotes, newest first.
pub async fn list(conn: &mut PgConnection, filter: QuoteFilter) -> Result<Vec<QuoteRow>> {
    sqlx::query_as!(
        QuoteRow,
        r#"SELECT q.id, q.client_id, q.prospect,
                  coalesce(nullif(c.company, ''), c.first_name || ' ' || c.last_name, nullif(q.prospect->>'company', ''),
                           concat_ws(' ', q.prospect->>'first_name', q.prospect->>'last_name')) AS "name!",
                  q.currency AS "currency: _", q.state AS "state: _", q.subject, q.introduction, q.terms, q.valid_until,
                  q.version, q.sent_at, q.decided_at, q.invoice_id,
                  coalesce((SELECT sum(l.quantity * l.amount) FROM composed_line l WHERE l.quote_id = q.id), 0)::bigint AS "net!",
                  q.created_at, q.updated_at
           FROM quote q LEFT JOIN client c ON c.id = q.client_id
           WHERE ($1::bigint IS NULL OR (q.client_id = $1 AND q.state <> 'draft'))
             AND ($2::bigint IS NULL OR q.client_id = $2) AND ($3::text IS NULL OR q.state = $3)
             AND ($4::bigint IS NULL OR q.id = $4) AND ($5::bigint IS NULL OR q.id < $5)
           ORDER BY q.id DESC LIMIT $6"#,
        filter.owner.map(ClientId::get),
        filter.client.map(ClientId::get),
        filter.state.map(QuoteState::as_str),
        filter.only.map(QuoteId::get),
        filter.before.map(QuoteId::get),
        filter.limit
    )
    .fetch_all(conn)
    .await
}

/// The quote, if `owner` may see it.
pub async fn get(conn: &mut PgConnection, owner: Option<ClientId>, id: QuoteId) -> Result<Option<QuoteRow>> {
    let filter = QuoteFilter { owner, only: Some(id), limit: 1, ..QuoteFilter::default() };
    Ok(list(conn, filter).await?.into_iter().next())
}

/// The quote that a link leads to.
pub async fn by_link(conn: &mut PgConnection, token_hash: &[u8]) -> Result<Option<QuoteId>> {
    let id = sqlx::query_scalar!("SELECT id FROM quote WHERE token_hash = $1", token_hash).fetch_optional(conn).await?;
    Ok(id.map(QuoteId))
}

/// Keeps the quote as it is until the transaction ends: one for a prospect has no client to lock.
pub async fn lock(conn: &mut PgConnection, id: QuoteId) -> Result<()> {
    sqlx::query_scalar!("SELECT id FROM quote WHERE id = $1 FOR UPDATE", id.get()).fetch_optional(conn).await?;
    Ok(())
}

/// What is stored of a quote.
pub struct QuoteFields<'a> {
    pub subject: &'a str,
    pub introduction: &'a str,
    pub terms: &'a str,
    pub valid_until: NaiveDate,
}

/// Whom a quote is for.
#[derive(Clone, Debug)]
pub enum For {
    Client(ClientId),
    Prospect(Value),
}

impl For {
    fn parts(&self) -> (Option<i64>, Option<&Value>) {
        match self {
            Self::Client(id) => (Some(id.get()), None),
            Self::Prospect(known) => (None, Some(known)),
        }
    }
}

/// Adds a quote without lines.
pub async fn insert(conn: &mut PgConnection, whom: &For, currency: Currency, new: &QuoteFields<'_>) -> Result<QuoteId> {
    let (client, prospect) = whom.parts();
    let id = sqlx::query_scalar!(
        "INSERT INTO quote (client_id, currency, subject, introduction, terms, valid_until, prospect)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        client,
        currency.code(),
        new.subject,
        new.introduction,
        new.terms,
        new.valid_until,
        prospect
    )
    .fetch_one(conn)
    .await?;
    Ok(QuoteId(id))
}

/// Changes a quote, which is a draft from now on; its link leads nowhere. `prospect`: what is known of that one now.
pub async fn update(
    conn: &mut PgConnection,
    id: QuoteId,
    new: &QuoteFields<'_>,
    prospect: Option<&Value>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE quote SET subject = $2, introduction = $3, terms = $4, valid_until = $5, state = 'draft',
                decided_at = NULL, version = version + 1, updated_at = now(), token_hash = NULL,
                prospect = coalesce($6, prospect)
         WHERE id = $1",
        id.get(),
        new.subject,
        new.introduction,
        new.terms,
        new.valid_until,
        prospect
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that it was sent; to a prospect, with a link of this hash.
pub async fn mark_sent(conn: &mut PgConnection, id: QuoteId, at: DateTime<Utc>, link: Option<&[u8]>) -> Result<()> {
    sqlx::query!(
        "UPDATE quote SET state = 'sent', sent_at = $2, token_hash = $3, updated_at = now() WHERE id = $1",
        id.get(),
        at,
        link
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The prospect is this client now.
pub async fn joined(conn: &mut PgConnection, id: QuoteId, client: ClientId) -> Result<()> {
    sqlx::query!("UPDATE quote SET client_id = $2, prospect = NULL WHERE id = $1", id.get(), client.get())
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes the answer: the invoice that it has become, or none.
pub async fn decide(conn: &mut PgConnection, id: QuoteId, invoice: Option<InvoiceId>, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE quote SET state = CASE WHEN $2::bigint IS NULL THEN 'declined' ELSE 'accepted' END, invoice_id = $2,
                decided_at = $3, updated_at = now() WHERE id = $1",
        id.get(),
        invoice.map(InvoiceId::get),
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Throws a quote away that was never sent.
pub async fn delete(conn: &mut PgConnection, id: QuoteId) -> Result<()> {
    sqlx::query!("DELETE FROM quote WHERE id = $1 AND sent_at IS NULL AND invoice_id IS NULL", id.get())
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes every client with a quote that nobody accepted in time as work of `task`; how many are new.
pub async fn collect(conn: &mut PgConnection, task: &str, day: NaiveDate) -> Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO task_client (task, day, client_id)
         SELECT DISTINCT $1, $2::date, q.client_id FROM quote q
         WHERE q.state = 'sent' AND q.client_id IS NOT NULL AND q.valid_until < $2
           AND NOT EXISTS (SELECT 1 FROM parked k WHERE k.task = $1 AND k.client_id = q.client_id AND k.last_on >= $2)
         ON CONFLICT DO NOTHING",
        task,
        day
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Ends the quotes of these clients that nobody accepted in time: each with its client.
pub async fn expire(conn: &mut PgConnection, clients: &[ClientId], day: NaiveDate) -> Result<Vec<(QuoteId, ClientId)>> {
    let rows = sqlx::query!(
        r#"UPDATE quote SET state = 'expired', updated_at = now()
           WHERE client_id = ANY($1) AND state = 'sent' AND valid_until < $2 RETURNING id, client_id AS "client_id!""#,
        &clients.iter().map(|id| id.get()).collect::<Vec<_>>(),
        day
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (QuoteId(row.id), ClientId(row.client_id))).collect())
}

/// Ends the quotes for prospects that nobody accepted in time.
pub async fn expire_for_prospects(conn: &mut PgConnection, day: NaiveDate) -> Result<Vec<QuoteId>> {
    let ids = sqlx::query_scalar!(
        "UPDATE quote SET state = 'expired', updated_at = now()
         WHERE client_id IS NULL AND state = 'sent' AND valid_until < $1 RETURNING id",
        day
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(QuoteId).collect())
}
