//! Money of clients that no invoice has used yet.

use innkeeper_domain::{ClientId, InvoiceId, PaymentId};
use sqlx::{PgConnection, Result};

/// A payment with something left, beside an invoice that it may pay.
#[derive(Clone, Debug)]
pub struct Usable {
    pub invoice_id: InvoiceId,
    /// Owed on the invoice.
    pub owed: i64,
    pub payment_id: PaymentId,
    /// Left of the payment.
    pub free: i64,
    pub client_id: ClientId,
    pub currency: String,
}

/// For each of these invoices that is owed, the payments of its client that have something left in its currency; oldest
/// invoices and payments first.
pub async fn usable(conn: &mut PgConnection, invoices: &[InvoiceId]) -> Result<Vec<Usable>> {
    sqlx::query_as!(
        Usable,
        r#"SELECT i.id AS invoice_id, (i.total - o.paid)::bigint AS "owed!", p.id AS payment_id, f.free AS "free!",
                  i.client_id, i.currency
           FROM invoice i
           JOIN ledger_account a ON a.client_id = i.client_id AND a.kind = 'client_credit' AND a.currency = i.currency
               AND a.balance < 0
           CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS paid FROM allocation WHERE invoice_id = i.id) o
           JOIN payment p ON p.client_id = i.client_id AND p.currency = i.currency
           CROSS JOIN LATERAL (SELECT (p.amount - coalesce((SELECT sum(amount) FROM allocation WHERE payment_id = p.id), 0)
               - coalesce((SELECT sum(from_credit) FROM refund WHERE payment_id = p.id), 0))::bigint AS free) f
           WHERE i.id = ANY($1) AND i.state = 'unpaid' AND f.free > 0
             AND NOT EXISTS (SELECT 1 FROM allocation x WHERE x.payment_id = p.id AND x.invoice_id = i.id)
           ORDER BY i.id, p.id"#,
        &invoices.iter().map(|i| i.get()).collect::<Vec<_>>()
    )
    .fetch_all(conn)
    .await
}
