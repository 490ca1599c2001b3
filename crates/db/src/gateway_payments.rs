//! Payments as their gateways tell of them.

use chrono::{DateTime, Utc};
use innkeeper_domain::{ClientId, CollectionId, GatewayPaymentId, InvoiceId, PaymentId};
use sqlx::{PgConnection, Result};

/// What money is collected for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// An invoice.
    Invoice(InvoiceId),
    /// Several of them, or none: money ahead.
    Collection(CollectionId),
}

impl Purpose {
    /// The invoice, if it is one.
    pub fn invoice(self) -> Option<InvoiceId> {
        match self {
            Self::Invoice(id) => Some(id),
            Self::Collection(_) => None,
        }
    }
    /// The collection, if it is one.
    pub fn collection(self) -> Option<CollectionId> {
        match self {
            Self::Invoice(_) => None,
            Self::Collection(id) => Some(id),
        }
    }
}

impl From<InvoiceId> for Purpose {
    fn from(id: InvoiceId) -> Self {
        Self::Invoice(id)
    }
}
impl From<CollectionId> for Purpose {
    fn from(id: CollectionId) -> Self {
        Self::Collection(id)
    }
}

/// What a gateway says.
pub struct Told<'a> {
    pub client_id: Option<ClientId>,
    pub purpose: Option<Purpose>,
    pub currency: &'a str,
    pub amount: i64,
    /// `open`, `pending`, `paid`, `rejected` or `charged_back`.
    pub state: &'a str,
    pub reason: Option<&'a str>,
    pub action_url: Option<&'a str>,
    pub method: Option<&'a str>,
    pub subscription: Option<&'a str>,
    pub fee: Option<i64>,
    pub refunded: i64,
}

/// What was known of it before.
#[derive(Clone, Debug)]
pub struct Known {
    pub id: GatewayPaymentId,
    pub state: String,
    pub refunded: i64,
    pub payment_id: Option<i64>,
}

/// A payment as listed.
#[derive(Clone, Debug)]
pub struct GatewayPaymentRow {
    pub id: GatewayPaymentId,
    pub gateway: String,
    pub remote_id: String,
    pub client_id: Option<i64>,
    pub invoice_id: Option<i64>,
    pub collection_id: Option<i64>,
    pub currency: String,
    pub amount: i64,
    pub state: String,
    pub reason: Option<String>,
    pub action_url: Option<String>,
    pub method: Option<String>,
    pub subscription: Option<String>,
    pub fee: Option<i64>,
    pub refunded: i64,
    pub payment_id: Option<i64>,
    pub created_at: DateTime<Utc>,
}

/// Which payments.
#[derive(Clone, Debug, Default)]
pub struct GatewayPaymentFilter {
    pub id: Option<GatewayPaymentId>,
    pub owner: Option<ClientId>,
    pub client: Option<ClientId>,
    /// For this invoice, alone or with others.
    pub invoice: Option<InvoiceId>,
    pub collection: Option<CollectionId>,
    /// What was recorded of it.
    pub payment: Option<PaymentId>,
    pub gateway: Option<String>,
    pub state: Option<String>,
    /// With those whose page was opened and left.
    pub with_left: bool,
    pub before: Option<i64>,
    pub limit: i64,
}

/// Payments, newest first.
pub async fn list(conn: &mut PgConnection, filter: &GatewayPaymentFilter) -> Result<Vec<GatewayPaymentRow>> {
    sqlx::query_as!(
        GatewayPaymentRow,
        "SELECT id, gateway, remote_id, client_id, invoice_id, collection_id, currency, amount, state, reason, action_url,
                method, subscription, fee, refunded, payment_id, created_at
         FROM gateway_payment
         WHERE ($1::bigint IS NULL OR id = $1) AND ($2::bigint IS NULL OR client_id = $2)
           AND ($3::bigint IS NULL OR client_id = $3) AND ($4::bigint IS NULL OR invoice_id = $4
                OR collection_id = ANY (ARRAY(SELECT l.collection_id FROM collection_invoice l WHERE l.invoice_id = $4)))
           AND ($11::bigint IS NULL OR collection_id = $11)
           AND ($5::bigint IS NULL OR payment_id = $5) AND ($6::text IS NULL OR gateway = $6)
           AND ($7::text IS NULL OR state = $7) AND ($8 OR state <> 'open' OR action_url IS NOT NULL)
           AND ($9::bigint IS NULL OR id < $9)
         ORDER BY id DESC LIMIT $10",
        filter.id.map(GatewayPaymentId::get),
        filter.owner.map(ClientId::get),
        filter.client.map(ClientId::get),
        filter.invoice.map(InvoiceId::get),
        filter.payment.map(PaymentId::get),
        filter.gateway.as_deref(),
        filter.state.as_deref(),
        filter.with_left,
        filter.before,
        filter.limit,
        filter.collection.map(CollectionId::get)
    )
    .fetch_all(conn)
    .await
}

/// Makes sure that there is a row and locks it. The flag: it is new.
pub async fn lock(
    conn: &mut PgConnection,
    gateway: &str,
    remote_id: &str,
    (currency, amount): (&str, i64),
) -> Result<(Known, bool)> {
    let made = sqlx::query!(
        "INSERT INTO gateway_payment (gateway, remote_id, currency, amount) VALUES ($1, $2, $3, $4)
         ON CONFLICT (gateway, remote_id) DO NOTHING",
        gateway,
        remote_id,
        currency,
        amount
    )
    .execute(&mut *conn)
    .await?;
    let known = sqlx::query_as!(
        Known,
        "SELECT id, state, refunded, payment_id FROM gateway_payment WHERE gateway = $1 AND remote_id = $2 FOR UPDATE",
        gateway,
        remote_id
    )
    .fetch_one(conn)
    .await?;
    Ok((known, made.rows_affected() == 1))
}

/// Writes down what the gateway says now.
pub async fn tell(conn: &mut PgConnection, id: GatewayPaymentId, told: &Told<'_>, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE gateway_payment SET client_id = coalesce($2, client_id), invoice_id = coalesce($3, invoice_id),
                collection_id = coalesce($14, collection_id), currency = $4, amount = $5, state = $6, reason = $7, action_url = $8, method = coalesce($9, method),
                subscription = coalesce($10, subscription), fee = coalesce($11, fee), refunded = $12, asked_at = $13
         WHERE id = $1",
        id.get(),
        told.client_id.map(ClientId::get),
        told.purpose.and_then(Purpose::invoice).map(InvoiceId::get),
        told.currency,
        told.amount,
        told.state,
        told.reason,
        told.action_url,
        told.method,
        told.subscription,
        told.fee,
        told.refunded,
        now,
        told.purpose.and_then(Purpose::collection).map(CollectionId::get)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that a page for a payment was opened; what is known of it stays.
pub async fn opened(
    conn: &mut PgConnection,
    (gateway, remote_id): (&str, &str),
    (client, purpose): (ClientId, Purpose),
    (currency, amount): (&str, i64),
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO gateway_payment (gateway, remote_id, client_id, invoice_id, currency, amount, created_at, asked_at, collection_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8) ON CONFLICT (gateway, remote_id) DO NOTHING",
        gateway,
        remote_id,
        client.get(),
        purpose.invoice().map(InvoiceId::get),
        currency,
        amount,
        now,
        purpose.collection().map(CollectionId::get)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes what was recorded of it.
pub async fn recorded(conn: &mut PgConnection, id: GatewayPaymentId, payment: PaymentId) -> Result<()> {
    sqlx::query!("UPDATE gateway_payment SET payment_id = $2 WHERE id = $1", id.get(), payment.get())
        .execute(conn)
        .await?;
    Ok(())
}

/// What is recorded of it.
pub async fn recorded_as(conn: &mut PgConnection, id: GatewayPaymentId) -> Result<Option<PaymentId>> {
    let found =
        sqlx::query_scalar!("SELECT payment_id FROM gateway_payment WHERE id = $1", id.get()).fetch_one(conn).await?;
    Ok(found.map(PaymentId))
}

/// What a page for this payment was opened for.
pub async fn purpose_of(conn: &mut PgConnection, gateway: &str, remote_id: &str) -> Result<Option<Purpose>> {
    let found = sqlx::query!(
        "SELECT invoice_id, collection_id FROM gateway_payment WHERE gateway = $1 AND remote_id = $2",
        gateway,
        remote_id
    )
    .fetch_optional(conn)
    .await?;
    Ok(found.and_then(|row| {
        let alone = row.invoice_id.map(|id| Purpose::Invoice(InvoiceId(id)));
        alone.or(row.collection_id.map(|id| Purpose::Collection(CollectionId(id))))
    }))
}

/// Is money of one of these invoices on its way, alone or with others, or does the payer's bank wait for a word of the
/// payer?
pub async fn under_way(conn: &mut PgConnection, invoices: &[InvoiceId]) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM gateway_payment
               WHERE (invoice_id = ANY($1)
                      OR collection_id = ANY (ARRAY(SELECT l.collection_id FROM collection_invoice l WHERE l.invoice_id = ANY($1))))
                 AND (state = 'pending' OR state = 'open' AND action_url IS NOT NULL)) AS "under_way!""#,
        &invoices.iter().map(|id| id.get()).collect::<Vec<_>>()
    )
    .fetch_one(conn)
    .await
}

/// Pages that are open, as gateway and id: of collections with one of these invoices, but for `except`, and of the invoices
/// alone.
pub async fn pages(
    conn: &mut PgConnection,
    invoices: &[InvoiceId],
    alone: bool,
    except: Option<CollectionId>,
) -> Result<Vec<(String, String)>> {
    let found = sqlx::query!(
        "SELECT gateway, remote_id FROM gateway_payment
         WHERE state = 'open' AND ($2 AND invoice_id = ANY($1) OR collection_id IS DISTINCT FROM $3
             AND collection_id = ANY (ARRAY(SELECT l.collection_id FROM collection_invoice l WHERE l.invoice_id = ANY($1))))
         ORDER BY id",
        &invoices.iter().map(|id| id.get()).collect::<Vec<_>>(),
        alone,
        except.map(CollectionId::get)
    )
    .fetch_all(conn)
    .await?;
    Ok(found.into_iter().map(|row| (row.gateway, row.remote_id)).collect())
}

/// Payments that are not settled and were not asked after for a while, the longer the older they are.
pub async fn unsettled(conn: &mut PgConnection, gateway: &str, now: DateTime<Utc>, limit: i64) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        "SELECT remote_id FROM gateway_payment
         WHERE gateway = $1 AND state IN ('open', 'pending') AND created_at > $2::timestamptz - CASE state WHEN 'open' THEN interval '7 days' ELSE interval '90 days' END
           AND asked_at < $2 - least(interval '1 day', greatest(interval '10 minutes', ($2 - created_at) / 4))
         ORDER BY asked_at LIMIT $3",
        gateway,
        now,
        limit
    )
    .fetch_all(conn)
    .await
}

/// The gateway says that it has no such payment: whoever wanted to make it has given up. What was paid stays.
pub async fn gone(conn: &mut PgConnection, gateway: &str, remote_id: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE gateway_payment SET state = 'rejected', reason = 'The payment was given up.', asked_at = $3
         WHERE gateway = $1 AND remote_id = $2 AND state IN ('open', 'pending')",
        gateway,
        remote_id,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that one was asked after.
pub async fn asked(conn: &mut PgConnection, gateway: &str, remote_id: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE gateway_payment SET asked_at = $3 WHERE gateway = $1 AND remote_id = $2",
        gateway,
        remote_id,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Up to when the changes of a gateway were read.
pub async fn read_until(conn: &mut PgConnection, gateway: &str) -> Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("SELECT read_until FROM gateway_poll WHERE gateway = $1", gateway).fetch_optional(conn).await
}

/// Moves it forward.
pub async fn set_read_until(conn: &mut PgConnection, gateway: &str, until: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO gateway_poll AS p (gateway, read_until) VALUES ($1, $2)
         ON CONFLICT (gateway) DO UPDATE SET read_until = greatest(p.read_until, excluded.read_until)",
        gateway,
        until
    )
    .execute(conn)
    .await?;
    Ok(())
}
