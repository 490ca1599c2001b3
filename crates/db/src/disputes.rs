//! Payments that the payer's bank takes back, for now or for good.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{ClientId, Currency, DisputeId, DisputeState, InvoiceId, PaymentId};
use sqlx::{PgConnection, Result};

use crate::{Text, collections::Owed, dunning::ServiceToSwitch, refunds};

/// A dispute as listed.
#[derive(Clone, Debug)]
pub struct DisputeRow {
    pub id: DisputeId,
    pub gateway: String,
    pub remote_id: String,
    pub client_id: ClientId,
    pub client_name: String,
    pub payment_id: PaymentId,
    pub currency: Text<Currency>,
    /// As the gateway says.
    pub amount: i64,
    /// What was taken of the payment.
    pub taken: i64,
    pub state: Text<DisputeState>,
    pub reason: String,
    pub fee: Option<i64>,
    pub created_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    /// What was recorded when it was won.
    pub restored_id: Option<i64>,
    /// The invoices that were owed again, and their printed numbers.
    pub invoices: Vec<i64>,
    pub numbers: Vec<String>,
}

/// Which disputes.
#[derive(Clone, Debug, Default)]
pub struct DisputeFilter {
    pub id: Option<DisputeId>,
    pub payment: Option<PaymentId>,
    pub invoice: Option<InvoiceId>,
    pub state: Option<DisputeState>,
    pub before: Option<i64>,
    pub limit: i64,
}

/// Disputes, newest first.
pub async fn list(conn: &mut PgConnection, filter: &DisputeFilter) -> Result<Vec<DisputeRow>> {
    sqlx::query_as!(
        DisputeRow,
        r#"SELECT d.id, d.gateway, d.remote_id, p.client_id,
                  coalesce(nullif(k.company, ''), k.first_name || ' ' || k.last_name) AS "client_name!",
                  d.payment_id, d.currency AS "currency: _", d.amount, d.taken, d.state AS "state: _", d.reason, d.fee,
                  d.created_at, d.closed_at, d.restored_id,
                  ARRAY(SELECT t.invoice_id FROM dispute_part t WHERE t.dispute_id = d.id ORDER BY t.invoice_id) AS "invoices!",
                  ARRAY(SELECT i.number_text FROM dispute_part t JOIN invoice i ON i.id = t.invoice_id
                        WHERE t.dispute_id = d.id ORDER BY t.invoice_id) AS "numbers!"
           FROM dispute d JOIN payment p ON p.id = d.payment_id JOIN client k ON k.id = p.client_id
           WHERE ($1::bigint IS NULL OR d.id = $1)
             AND ($2::bigint IS NULL OR d.payment_id = $2 OR d.restored_id = $2)
             AND ($3::bigint IS NULL OR d.id = ANY (ARRAY(SELECT t.dispute_id FROM dispute_part t WHERE t.invoice_id = $3)))
             AND ($4::text IS NULL OR d.state = $4) AND ($5::bigint IS NULL OR d.id < $5)
           ORDER BY d.id DESC LIMIT $6"#,
        filter.id.map(DisputeId::get),
        filter.payment.map(PaymentId::get),
        filter.invoice.map(InvoiceId::get),
        filter.state.map(DisputeState::as_str),
        filter.before,
        filter.limit
    )
    .fetch_all(conn)
    .await
}

/// What is known of a dispute.
#[derive(Clone, Debug)]
pub struct KnownDispute {
    pub id: DisputeId,
    pub payment_id: PaymentId,
    pub taken: i64,
    pub state: Text<DisputeState>,
}

/// The dispute with the gateway's own id, locked.
pub async fn lock(conn: &mut PgConnection, gateway: &str, remote_id: &str) -> Result<Option<KnownDispute>> {
    sqlx::query_as!(
        KnownDispute,
        r#"SELECT id, payment_id, taken, state AS "state: _" FROM dispute WHERE gateway = $1 AND remote_id = $2 FOR UPDATE"#,
        gateway,
        remote_id
    )
    .fetch_optional(conn)
    .await
}

/// A dispute to be written down; nothing is taken yet.
pub struct NewDispute<'a> {
    pub gateway: &'a str,
    pub remote_id: &'a str,
    pub payment_id: PaymentId,
    pub currency: Currency,
    pub amount: i64,
    pub state: DisputeState,
    pub reason: &'a str,
    pub fee: Option<i64>,
}

/// Writes a dispute down.
pub async fn insert(conn: &mut PgConnection, new: &NewDispute<'_>, now: DateTime<Utc>) -> Result<DisputeId> {
    let closed_at = (new.state != DisputeState::Open).then_some(now);
    let id = sqlx::query_scalar!(
        "INSERT INTO dispute (gateway, remote_id, payment_id, currency, amount, taken, state, reason, fee, created_at, closed_at)
         VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9, $10) RETURNING id",
        new.gateway,
        new.remote_id,
        new.payment_id.get(),
        new.currency.code(),
        new.amount,
        new.state.as_str(),
        new.reason,
        new.fee,
        now,
        closed_at
    )
    .fetch_one(conn)
    .await?;
    Ok(DisputeId(id))
}

/// Notes what was taken.
pub async fn took(conn: &mut PgConnection, id: DisputeId, taken: i64) -> Result<()> {
    sqlx::query!("UPDATE dispute SET taken = $2 WHERE id = $1", id.get(), taken).execute(conn).await?;
    Ok(())
}

/// Notes that an invoice is owed again by so much; nobody collects it while the dispute is open.
pub async fn add_part(conn: &mut PgConnection, id: DisputeId, invoice: InvoiceId, amount: i64) -> Result<()> {
    sqlx::query!(
        "INSERT INTO dispute_part (dispute_id, invoice_id, amount) VALUES ($1, $2, $3)",
        id.get(),
        invoice.get(),
        amount
    )
    .execute(&mut *conn)
    .await?;
    refresh(conn, id).await
}

/// The gateway's fee, once it is known.
pub async fn set_fee(conn: &mut PgConnection, id: DisputeId, fee: i64) -> Result<()> {
    sqlx::query!("UPDATE dispute SET fee = $2 WHERE id = $1", id.get(), fee).execute(conn).await?;
    Ok(())
}

/// Closes a dispute. What it left owed is late from `today` on at the earliest.
pub async fn close(
    conn: &mut PgConnection,
    id: DisputeId,
    state: DisputeState,
    restored: Option<PaymentId>,
    (now, today): (DateTime<Utc>, NaiveDate),
) -> Result<()> {
    sqlx::query!(
        "UPDATE dispute SET state = $2, closed_at = $3, restored_id = $4 WHERE id = $1",
        id.get(),
        state.as_str(),
        now,
        restored.map(PaymentId::get)
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE invoice SET reopened_on = $2 WHERE state = 'unpaid'
         AND id IN (SELECT invoice_id FROM dispute_part WHERE dispute_id = $1)",
        id.get(),
        today
    )
    .execute(&mut *conn)
    .await?;
    refresh(conn, id).await
}

/// The invoices of a dispute are disputed as long as one over them is open.
async fn refresh(conn: &mut PgConnection, id: DisputeId) -> Result<()> {
    sqlx::query!(
        "UPDATE invoice i SET is_disputed = EXISTS (SELECT 1 FROM dispute_part p JOIN dispute d ON d.id = p.dispute_id
             WHERE p.invoice_id = i.id AND d.state = 'open')
         WHERE i.id IN (SELECT invoice_id FROM dispute_part WHERE dispute_id = $1)",
        id.get()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A paid invoice is owed again: its services are paid through as far as their other invoices say.
pub async fn reopen(conn: &mut PgConnection, invoice: InvoiceId, today: NaiveDate) -> Result<()> {
    sqlx::query!(
        "UPDATE invoice SET state = 'unpaid', paid_at = NULL, reopened_on = $2 WHERE id = $1 AND state = 'paid'",
        invoice.get(),
        today
    )
    .execute(&mut *conn)
    .await?;
    refunds::paid_by_others(conn, invoice).await
}

/// The invoices of a dispute that are owed, each by no more than what was taken off it; the oldest due first.
pub async fn owed(conn: &mut PgConnection, id: DisputeId) -> Result<Vec<Owed>> {
    sqlx::query_as!(
        Owed,
        r#"SELECT i.id AS invoice_id, least(t.amount,
                  i.total - coalesce((SELECT sum(amount) FROM allocation a WHERE a.invoice_id = i.id), 0))::bigint AS "amount!"
           FROM dispute_part t JOIN invoice i ON i.id = t.invoice_id
           WHERE t.dispute_id = $1 AND i.state = 'unpaid' ORDER BY i.due_on, i.id"#,
        id.get()
    )
    .fetch_all(conn)
    .await
}

/// Active services on these invoices on which nothing is under way.
pub async fn services(conn: &mut PgConnection, id: DisputeId) -> Result<Vec<ServiceToSwitch>> {
    sqlx::query_as!(
        ServiceToSwitch,
        r#"SELECT s.id, s.client_id, p.plugin_id, s.state AS "state: _"
           FROM service s JOIN product p ON p.id = s.product_id
           WHERE s.state = 'active' AND s.id IN (SELECT l.service_id FROM invoice_line l
                 JOIN dispute_part t ON t.invoice_id = l.invoice_id WHERE t.dispute_id = $1 AND NOT l.voided)
             AND NOT EXISTS (SELECT 1 FROM effect e WHERE e.subject = 'service' AND e.subject_id = s.id
                 AND e.state IN ('planned', 'sent', 'pending', 'unknown', 'needs_human'))
           ORDER BY s.id"#,
        id.get()
    )
    .fetch_all(conn)
    .await
}
