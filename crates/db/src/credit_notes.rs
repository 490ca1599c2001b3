//! What can be taken back of invoices, and what credit notes give.

use chrono::NaiveDate;
use innkeeper_domain::{ClientId, Currency, InvoiceId, InvoiceLineId, PaymentId, Period, state::InvoiceState};
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::{PgConnection, Result};

use crate::Text;

/// A line of an issued invoice, and what was taken back of it before.
#[derive(Clone, Debug)]
pub struct CreditableLine {
    pub id: InvoiceLineId,
    pub invoice_id: InvoiceId,
    pub client_id: ClientId,
    pub state: Text<InvoiceState>,
    pub number: String,
    pub is_proforma: bool,
    pub currency: Text<Currency>,
    pub description: String,
    pub service_id: Option<i64>,
    pub domain_id: Option<i64>,
    pub period_start: Option<NaiveDate>,
    pub period_end: Option<NaiveDate>,
    pub tax_name: String,
    pub tax_rate: Decimal,
    pub tax1_rate: Option<Decimal>,
    pub tax2_name: String,
    pub tax2_rate: Decimal,
    pub tax2_compound: bool,
    /// What decided the tax of its invoice.
    pub tax_basis: Option<Value>,
    pub net: i64,
    pub tax: i64,
    pub tax2: i64,
    /// Taken back, without tax.
    pub credited: i64,
    pub credited_tax: i64,
    pub credited_tax2: i64,
    /// What the whole invoice leaves to be taken back, tax included: neither taken back nor given back.
    pub invoice_left: i64,
}

impl CreditableLine {
    /// What is left to take back, without tax.
    pub fn left(&self) -> i64 {
        self.net - self.credited
    }
    /// The days it covers.
    pub fn period(&self) -> Option<Period> {
        Some(Period { start: self.period_start?, end: self.period_end? })
    }
}

/// Which lines.
#[derive(Clone, Copy, Debug)]
pub enum Of<'a> {
    Lines(&'a [InvoiceLineId]),
    Invoice(InvoiceId),
}

/// Lines of issued invoices, locked, in their order.
pub async fn creditable(conn: &mut PgConnection, of: Of<'_>) -> Result<Vec<CreditableLine>> {
    let (lines, invoice) = match of {
        Of::Lines(lines) => (lines, None),
        Of::Invoice(id) => (&[][..], Some(id.get())),
    };
    sqlx::query_as!(
        CreditableLine,
        r#"SELECT l.id, l.invoice_id, i.client_id, i.state AS "state: _", i.number_text AS "number!", i.is_proforma,
                  i.currency AS "currency: _", l.description, l.service_id, l.domain_id,
                  lower(l.period) AS period_start, upper(l.period) AS period_end, l.tax_name, l.tax_rate, l.tax1_rate,
                  l.tax2_name, l.tax2_rate, l.tax2_compound, i.tax_basis, l.net, l.tax, l.tax2,
                  coalesce(-b.net, 0)::bigint AS "credited!", coalesce(-b.tax, 0)::bigint AS "credited_tax!",
                  coalesce(-b.tax2, 0)::bigint AS "credited_tax2!",
                  (i.total + coalesce(w.total, 0) - coalesce(r.amount, 0))::bigint AS "invoice_left!"
           FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id
           CROSS JOIN LATERAL (SELECT sum(c.net) AS net, sum(c.tax) AS tax, sum(c.tax2) AS tax2 FROM invoice_line c
               WHERE c.corrects = l.id AND NOT c.voided) b
           CROSS JOIN LATERAL (SELECT sum(c.net + c.tax) AS total FROM invoice_line o JOIN invoice_line c ON c.corrects = o.id
               WHERE o.invoice_id = i.id AND NOT c.voided) w
           CROSS JOIN LATERAL (SELECT sum(amount - from_credit) AS amount FROM refund WHERE invoice_id = i.id) r
           WHERE (l.id = ANY($1) OR l.invoice_id = $2) AND NOT l.voided AND i.number IS NOT NULL
           ORDER BY l.id FOR UPDATE OF i, l"#,
        &lines.iter().map(|id| id.get()).collect::<Vec<_>>(),
        invoice
    )
    .fetch_all(conn)
    .await
}

/// Records what a credit note gives: it is used like a payment.
pub async fn give(
    conn: &mut PgConnection,
    client: ClientId,
    (note, number): (InvoiceId, &str),
    (currency, amount): (&str, i64),
    today: NaiveDate,
) -> Result<PaymentId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO payment (client_id, gateway, transaction_ref, currency, amount, received_on, credit_note_id)
         VALUES ($1, 'credit-note', $2, $3, $4, $5, $6) RETURNING id",
        client.get(),
        number,
        currency,
        amount,
        today,
        note.get()
    )
    .fetch_one(conn)
    .await?;
    Ok(PaymentId(id))
}

/// The money on an invoice, newest first: each payment with the part of it that is used there and not given back. No
/// credit notes.
pub async fn money_on(conn: &mut PgConnection, invoice: InvoiceId) -> Result<Vec<(PaymentId, i64)>> {
    let rows = sqlx::query!(
        r#"SELECT a.payment_id, h.amount AS "amount!" FROM allocation a JOIN payment p ON p.id = a.payment_id
           CROSS JOIN LATERAL (SELECT (a.amount - coalesce((SELECT sum(r.amount - r.from_credit) FROM refund r
               WHERE r.payment_id = a.payment_id AND r.invoice_id = a.invoice_id), 0))::bigint AS amount) h
           WHERE a.invoice_id = $1 AND p.credit_note_id IS NULL AND h.amount > 0 ORDER BY a.payment_id DESC"#,
        invoice.get()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (PaymentId(row.payment_id), row.amount)).collect())
}

/// Says of a void invoice that credit notes took its amounts back.
pub async fn mark_credited(conn: &mut PgConnection, invoice: InvoiceId) -> Result<()> {
    sqlx::query!("UPDATE invoice SET credited = true WHERE id = $1", invoice.get()).execute(conn).await?;
    Ok(())
}

/// The invoices that a credit note takes something back of, or the credit notes about an invoice, as (id, number).
pub async fn related(conn: &mut PgConnection, invoice: InvoiceId) -> Result<Vec<(InvoiceId, String)>> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT i.id, i.number_text AS "number!" FROM invoice_line l JOIN invoice_line o ON o.id = l.corrects
           JOIN invoice i ON i.id = CASE WHEN l.invoice_id = $1 THEN o.invoice_id ELSE l.invoice_id END
           WHERE l.invoice_id = $1 OR o.invoice_id = $1 ORDER BY i.id"#,
        invoice.get()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (InvoiceId(row.id), row.number)).collect())
}
