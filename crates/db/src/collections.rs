//! What a client pays by one payment for several invoices, or for none: ahead.

use chrono::{DateTime, Utc};
use innkeeper_domain::{ClientId, CollectionId, Currency, InvoiceId};
use sqlx::{PgConnection, Result};

use crate::Text;

/// A collection.
#[derive(Clone, Debug)]
pub struct CollectionRow {
    pub id: CollectionId,
    pub client_id: ClientId,
    pub client_name: String,
    pub currency: Text<Currency>,
    /// What was asked for.
    pub amount: i64,
    /// `open`, `ended` (others took its place) or `paid`.
    pub state: String,
    pub created_at: DateTime<Utc>,
    /// The invoices, and their printed numbers, in the order in which they are paid; none: money ahead.
    pub invoices: Vec<i64>,
    pub numbers: Vec<String>,
    /// What was recorded of it first.
    pub payment_id: Option<i64>,
}

/// Which collections.
#[derive(Clone, Debug, Default)]
pub struct CollectionFilter {
    pub id: Option<CollectionId>,
    pub owner: Option<ClientId>,
    pub client: Option<ClientId>,
    pub before: Option<i64>,
    pub limit: i64,
}

/// Collections, newest first.
pub async fn list(conn: &mut PgConnection, filter: &CollectionFilter) -> Result<Vec<CollectionRow>> {
    sqlx::query_as!(
        CollectionRow,
        r#"SELECT c.id, c.client_id, coalesce(nullif(k.company, ''), k.first_name || ' ' || k.last_name) AS "client_name!",
                  c.currency AS "currency: _", c.amount, c.state, c.created_at,
                  ARRAY(SELECT i.id FROM collection_invoice l JOIN invoice i ON i.id = l.invoice_id
                        WHERE l.collection_id = c.id ORDER BY i.due_on, i.id) AS "invoices!",
                  ARRAY(SELECT i.number_text FROM collection_invoice l JOIN invoice i ON i.id = l.invoice_id
                        WHERE l.collection_id = c.id ORDER BY i.due_on, i.id) AS "numbers!",
                  (SELECT min(p.id) FROM payment p WHERE p.collection_id = c.id) AS payment_id
           FROM collection c JOIN client k ON k.id = c.client_id
           WHERE ($1::bigint IS NULL OR c.id = $1) AND ($2::bigint IS NULL OR c.client_id = $2)
             AND ($3::bigint IS NULL OR c.client_id = $3) AND ($4::bigint IS NULL OR c.id < $4)
           ORDER BY c.id DESC LIMIT $5"#,
        filter.id.map(CollectionId::get),
        filter.owner.map(ClientId::get),
        filter.client.map(ClientId::get),
        filter.before,
        filter.limit
    )
    .fetch_all(conn)
    .await
}

/// One of them, if `owner` may see it.
pub async fn get(conn: &mut PgConnection, owner: Option<ClientId>, id: CollectionId) -> Result<Option<CollectionRow>> {
    let filter = CollectionFilter { id: Some(id), owner, limit: 1, ..CollectionFilter::default() };
    Ok(list(conn, &filter).await?.pop())
}

/// What a payment needs to know of it.
#[derive(Clone, Debug)]
pub struct LockedCollection {
    pub client_id: ClientId,
    pub currency: String,
    pub amount: i64,
    pub state: String,
    /// Is it money ahead?
    pub is_ahead: bool,
}

/// Its client.
pub async fn client_of(conn: &mut PgConnection, id: CollectionId) -> Result<Option<ClientId>> {
    let found =
        sqlx::query_scalar!("SELECT client_id FROM collection WHERE id = $1", id.get()).fetch_optional(conn).await?;
    Ok(found.map(ClientId))
}

/// Locks it.
pub async fn lock(conn: &mut PgConnection, id: CollectionId) -> Result<Option<LockedCollection>> {
    sqlx::query_as!(
        LockedCollection,
        r#"SELECT client_id, currency, amount, state,
                  NOT EXISTS (SELECT 1 FROM collection_invoice l WHERE l.collection_id = c.id) AS "is_ahead!"
           FROM collection c WHERE id = $1 FOR UPDATE"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// Begins one.
pub async fn insert(
    conn: &mut PgConnection,
    client: ClientId,
    (currency, amount): (Currency, i64),
    invoices: &[InvoiceId],
    now: DateTime<Utc>,
) -> Result<CollectionId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO collection (client_id, currency, amount, created_at) VALUES ($1, $2, $3, $4) RETURNING id",
        client.get(),
        currency.code(),
        amount,
        now
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO collection_invoice (collection_id, invoice_id) SELECT $1, invoice FROM unnest($2::bigint[]) AS invoice",
        id,
        &invoices.iter().map(|i| i.get()).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(CollectionId(id))
}

/// Notes what is asked for now.
pub async fn set_amount(conn: &mut PgConnection, id: CollectionId, amount: i64) -> Result<()> {
    sqlx::query!("UPDATE collection SET amount = $2 WHERE id = $1", id.get(), amount).execute(conn).await?;
    Ok(())
}

/// Closes it as `ended` or `paid`, and lets its invoices go. What is paid stays paid.
pub async fn close(conn: &mut PgConnection, id: CollectionId, state: &str) -> Result<()> {
    sqlx::query!("UPDATE collection SET state = $2 WHERE id = $1 AND state <> 'paid'", id.get(), state)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("UPDATE collection_invoice SET live = false WHERE collection_id = $1 AND live", id.get())
        .execute(conn)
        .await?;
    Ok(())
}

/// What is owed on some invoices of a client in a currency.
#[derive(Clone, Copy, Debug)]
pub struct Owed {
    pub invoice_id: InvoiceId,
    pub amount: i64,
}

/// The invoices of a collection that are owed, oldest due first.
pub async fn owed(conn: &mut PgConnection, id: CollectionId) -> Result<Vec<Owed>> {
    sqlx::query_as!(
        Owed,
        r#"SELECT i.id AS invoice_id,
                  (i.total - coalesce((SELECT sum(amount) FROM allocation a WHERE a.invoice_id = i.id), 0))::bigint AS "amount!"
           FROM collection_invoice l JOIN invoice i ON i.id = l.invoice_id
           WHERE l.collection_id = $1 AND i.state = 'unpaid' ORDER BY i.due_on, i.id"#,
        id.get()
    )
    .fetch_all(conn)
    .await
}

/// An invoice that is to be paid together with others.
#[derive(Clone, Debug)]
pub struct Payable {
    pub invoice_id: InvoiceId,
    pub currency: Text<Currency>,
    pub owed: i64,
}

/// Which of these invoices of a client are owed.
pub async fn payable(conn: &mut PgConnection, client: ClientId, invoices: &[InvoiceId]) -> Result<Vec<Payable>> {
    sqlx::query_as!(
        Payable,
        r#"SELECT i.id AS invoice_id, i.currency AS "currency: _",
                  (i.total - coalesce((SELECT sum(amount) FROM allocation a WHERE a.invoice_id = i.id), 0))::bigint AS "owed!"
           FROM invoice i WHERE i.id = ANY($2) AND i.client_id = $1 AND i.state = 'unpaid' ORDER BY i.id"#,
        client.get(),
        &invoices.iter().map(|i| i.get()).collect::<Vec<_>>()
    )
    .fetch_all(conn)
    .await
}

/// The live collections of these invoices.
pub async fn live(conn: &mut PgConnection, invoices: &[InvoiceId]) -> Result<Vec<CollectionId>> {
    let found = sqlx::query_scalar!(
        "SELECT DISTINCT collection_id FROM collection_invoice WHERE live AND invoice_id = ANY($1)",
        &invoices.iter().map(|i| i.get()).collect::<Vec<_>>()
    )
    .fetch_all(conn)
    .await?;
    Ok(found.into_iter().map(CollectionId).collect())
}

/// The invoices of a collection.
pub async fn invoices(conn: &mut PgConnection, id: CollectionId) -> Result<Vec<InvoiceId>> {
    let found = sqlx::query_scalar!(
        "SELECT invoice_id FROM collection_invoice WHERE collection_id = $1 ORDER BY invoice_id",
        id.get()
    )
    .fetch_all(conn)
    .await?;
    Ok(found.into_iter().map(InvoiceId).collect())
}

/// What a client has to its credit in a currency, with what it pays ahead and is on its way.
pub async fn ahead(conn: &mut PgConnection, client: ClientId, currency: Currency) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT (coalesce((SELECT -balance FROM ledger_account
                       WHERE client_id = $1 AND kind = 'client_credit' AND currency = $2), 0)
               + coalesce((SELECT sum(g.amount) FROM gateway_payment g
                       WHERE g.client_id = $1 AND g.currency = $2 AND g.state = 'pending' AND g.collection_id IS NOT NULL
                         AND NOT EXISTS (SELECT 1 FROM collection_invoice l WHERE l.collection_id = g.collection_id)), 0)
           )::bigint AS "ahead!""#,
        client.get(),
        currency.code()
    )
    .fetch_one(conn)
    .await
}
