//! Money given back.

use chrono::{DateTime, Utc};
use innkeeper_domain::{DisputeId, EffectId, InvoiceId, PaymentId, RefundId, state::InvoiceState};
use sqlx::{PgConnection, Result};

use crate::Text;

/// A refund to be recorded.
pub struct NewRefund<'a> {
    pub payment_id: PaymentId,
    pub invoice_id: Option<InvoiceId>,
    /// None: staff gave it back by hand.
    pub effect_id: Option<EffectId>,
    pub gateway: &'a str,
    pub remote_id: &'a str,
    pub currency: &'a str,
    pub amount: i64,
    pub from_credit: i64,
    pub note: &'a str,
    /// The payer's bank took it.
    pub dispute_id: Option<DisputeId>,
}

/// A refund as listed.
#[derive(Clone, Debug)]
pub struct RefundRow {
    pub id: RefundId,
    pub payment_id: PaymentId,
    pub invoice_id: Option<i64>,
    pub remote_id: String,
    pub currency: String,
    pub amount: i64,
    pub note: String,
    pub created_at: DateTime<Utc>,
}

/// What a payment is made of: the client, and how much of it is where.
#[derive(Clone, Debug)]
pub struct Parts {
    pub client_id: i64,
    pub gateway: String,
    pub currency: String,
    pub amount: i64,
    /// The gateway's own id, if it told of it.
    pub remote_id: Option<String>,
    /// Given back so far.
    pub refunded: i64,
    /// Of it, what staff took without giving money back.
    pub taken: i64,
    /// Given back of the client's credit.
    pub refunded_credit: i64,
    /// Used on invoices.
    pub allocated: i64,
}

/// What an invoice holds of a payment.
#[derive(Clone, Debug)]
pub struct Held {
    pub invoice_id: InvoiceId,
    pub state: Text<InvoiceState>,
    /// What was used there and not given back.
    pub amount: i64,
}

/// The parts of a payment.
pub async fn parts(conn: &mut PgConnection, payment: PaymentId) -> Result<Option<Parts>> {
    sqlx::query_as!(
        Parts,
        r#"SELECT p.client_id, p.gateway, p.currency, p.amount, g.remote_id AS "remote_id?",
                  coalesce((SELECT sum(amount) FROM refund r WHERE r.payment_id = p.id), 0)::bigint AS "refunded!",
                  coalesce((SELECT sum(amount) FROM refund r WHERE r.payment_id = p.id AND r.adjustment_id IS NOT NULL), 0)::bigint AS "taken!",
                  coalesce((SELECT sum(from_credit) FROM refund r WHERE r.payment_id = p.id), 0)::bigint AS "refunded_credit!",
                  coalesce((SELECT sum(amount) FROM allocation a WHERE a.payment_id = p.id), 0)::bigint AS "allocated!"
           FROM payment p LEFT JOIN gateway_payment g ON g.payment_id = p.id WHERE p.id = $1"#,
        payment.get()
    )
    .fetch_optional(conn)
    .await
}

/// The invoices that hold something of a payment: those that are owed first, then the newest.
pub async fn held(conn: &mut PgConnection, payment: PaymentId) -> Result<Vec<Held>> {
    sqlx::query_as!(
        Held,
        r#"SELECT i.id AS invoice_id, i.state AS "state: _", h.amount AS "amount!"
           FROM allocation a JOIN invoice i ON i.id = a.invoice_id
           CROSS JOIN LATERAL (SELECT (a.amount - coalesce((SELECT sum(r.amount - r.from_credit) FROM refund r
               WHERE r.payment_id = a.payment_id AND r.invoice_id = a.invoice_id), 0))::bigint AS amount) h
           WHERE a.payment_id = $1 AND h.amount > 0 ORDER BY i.state <> 'unpaid', i.id DESC"#,
        payment.get()
    )
    .fetch_all(conn)
    .await
}

/// Records a refund. Fails on `refund_gateway_remote_id_key` if one of the gateway has this reference.
pub async fn insert(conn: &mut PgConnection, refund: &NewRefund<'_>) -> Result<RefundId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO refund (payment_id, invoice_id, effect_id, gateway, remote_id, currency, amount, from_credit, note, dispute_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        refund.payment_id.get(),
        refund.invoice_id.map(InvoiceId::get),
        refund.effect_id.map(EffectId::get),
        refund.gateway,
        refund.remote_id,
        refund.currency,
        refund.amount,
        refund.from_credit,
        refund.note,
        refund.dispute_id.map(DisputeId::get)
    )
    .fetch_one(conn)
    .await?;
    Ok(RefundId(id))
}

/// The refunds of a payment, newest first.
pub async fn of_payment(conn: &mut PgConnection, payment: PaymentId) -> Result<Vec<RefundRow>> {
    sqlx::query_as!(
        RefundRow,
        "SELECT id, payment_id, invoice_id, remote_id, currency, amount, note, created_at FROM refund
         WHERE payment_id = $1 ORDER BY id DESC LIMIT 100",
        payment.get()
    )
    .fetch_all(conn)
    .await
}

/// How much of an invoice that counts as paid was given back.
pub async fn of_invoice(conn: &mut PgConnection, invoice: InvoiceId) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT coalesce(sum(amount - from_credit), 0)::bigint AS "n!" FROM refund WHERE invoice_id = $1"#,
        invoice.get()
    )
    .fetch_one(conn)
    .await
}

/// Takes a part of a payment off an invoice that still waits for the rest.
pub async fn release(conn: &mut PgConnection, payment: PaymentId, invoice: InvoiceId, amount: i64) -> Result<()> {
    sqlx::query!(
        "DELETE FROM allocation WHERE payment_id = $1 AND invoice_id = $2 AND amount = $3",
        payment.get(),
        invoice.get(),
        amount
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE allocation SET amount = amount - $3 WHERE payment_id = $1 AND invoice_id = $2 AND amount > $3",
        payment.get(),
        invoice.get(),
        amount
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Marks a paid invoice as given back; its services are paid through as far as their other invoices say.
pub async fn mark_refunded(conn: &mut PgConnection, invoice: InvoiceId) -> Result<()> {
    sqlx::query!("UPDATE invoice SET state = 'refunded' WHERE id = $1 AND state = 'paid'", invoice.get())
        .execute(&mut *conn)
        .await?;
    paid_by_others(conn, invoice).await
}

/// The services of an invoice that is not paid any more are paid through as far as their other invoices say.
pub(crate) async fn paid_by_others(conn: &mut PgConnection, invoice: InvoiceId) -> Result<()> {
    sqlx::query!(
        "UPDATE service s SET paid_through = (
             SELECT max(upper(l.period)) FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id AND i.state = 'paid'
             WHERE l.service_id = s.id AND l.kind = 'recurring' AND NOT l.voided)
         WHERE s.id IN (SELECT service_id FROM invoice_line WHERE invoice_id = $1 AND kind = 'recurring')",
        invoice.get()
    )
    .execute(conn)
    .await?;
    Ok(())
}
