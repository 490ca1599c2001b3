//! Payments and what they pay.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{ClientId, CollectionId, InvoiceId, PaymentId};
use sqlx::{PgConnection, Result};

/// A payment to be recorded.
pub struct NewPayment<'a> {
    pub client_id: ClientId,
    pub gateway: &'a str,
    pub transaction_ref: &'a str,
    pub currency: &'a str,
    pub amount: i64,
    pub received_on: NaiveDate,
    pub note: &'a str,
    /// It pays several invoices, or comes ahead.
    pub collection_id: Option<CollectionId>,
}

/// A payment as listed.
#[derive(Clone, Debug)]
pub struct PaymentRow {
    pub id: PaymentId,
    pub client_id: ClientId,
    pub client_name: String,
    pub gateway: String,
    pub transaction_ref: String,
    pub currency: String,
    pub amount: i64,
    pub received_on: NaiveDate,
    pub note: String,
    pub created_at: DateTime<Utc>,
    pub invoice_id: Option<i64>,
    pub invoice_number: Option<String>,
    pub collection_id: Option<i64>,
}

/// Which payments.
#[derive(Clone, Debug, Default)]
pub struct PaymentFilter {
    pub owner: Option<ClientId>,
    pub client: Option<ClientId>,
    pub invoice: Option<InvoiceId>,
    pub before: Option<i64>,
    pub limit: i64,
}

/// Records a payment. Fails on `payment_gateway_transaction_ref_key` if it was recorded before.
pub async fn insert(conn: &mut PgConnection, payment: &NewPayment<'_>) -> Result<PaymentId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO payment (client_id, gateway, transaction_ref, currency, amount, received_on, note, collection_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        payment.client_id.get(),
        payment.gateway,
        payment.transaction_ref,
        payment.currency,
        payment.amount,
        payment.received_on,
        payment.note,
        payment.collection_id.map(CollectionId::get)
    )
    .fetch_one(conn)
    .await?;
    Ok(PaymentId(id))
}

/// The payment with a gateway's own id.
pub async fn by_ref(conn: &mut PgConnection, gateway: &str, transaction_ref: &str) -> Result<Option<PaymentId>> {
    let found = sqlx::query_scalar!(
        "SELECT id FROM payment WHERE gateway = $1 AND transaction_ref = $2",
        gateway,
        transaction_ref
    )
    .fetch_optional(conn)
    .await?;
    Ok(found.map(PaymentId))
}

/// Uses a part of a payment for an invoice.
pub async fn allocate(conn: &mut PgConnection, payment: PaymentId, invoice: InvoiceId, amount: i64) -> Result<()> {
    sqlx::query!(
        "INSERT INTO allocation (payment_id, invoice_id, amount) VALUES ($1, $2, $3)",
        payment.get(),
        invoice.get(),
        amount
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Payments, newest first, with the first invoice each one pays.
pub async fn list(conn: &mut PgConnection, filter: &PaymentFilter) -> Result<Vec<PaymentRow>> {
    sqlx::query_as!(
        PaymentRow,
        r#"SELECT p.id, p.client_id, coalesce(nullif(c.company, ''), c.first_name || ' ' || c.last_name) AS "client_name!",
                  p.gateway, p.transaction_ref, p.currency, p.amount, p.received_on, p.note, p.created_at,
                  i.id AS "invoice_id?", i.number_text AS "invoice_number?", p.collection_id
           FROM payment p JOIN client c ON c.id = p.client_id
           LEFT JOIN invoice i ON i.id = (SELECT min(a.invoice_id) FROM allocation a WHERE a.payment_id = p.id)
           WHERE ($1::bigint IS NULL OR p.client_id = $1) AND ($2::bigint IS NULL OR p.client_id = $2)
             AND ($3::bigint IS NULL OR p.id = ANY (ARRAY(SELECT a.payment_id FROM allocation a WHERE a.invoice_id = $3)))
             AND ($4::bigint IS NULL OR p.id < $4)
           ORDER BY p.id DESC LIMIT $5"#,
        filter.owner.map(ClientId::get),
        filter.client.map(ClientId::get),
        filter.invoice.map(InvoiceId::get),
        filter.before,
        filter.limit
    )
    .fetch_all(conn)
    .await
}

/// One payment, if `owner` may see it.
pub async fn get(conn: &mut PgConnection, owner: Option<ClientId>, id: PaymentId) -> Result<Option<PaymentRow>> {
    let filter =
        PaymentFilter { owner, before: Some(id.get().saturating_add(1)), limit: 1, ..PaymentFilter::default() };
    Ok(list(conn, &filter).await?.into_iter().find(|p| p.id == id))
}
