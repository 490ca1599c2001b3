//! Merging and splitting: lines of unpaid invoices that go to other ones.

use chrono::NaiveDate;
use innkeeper_domain::{ClientId, Currency, InvoiceId, InvoiceLineId, Period, TaxRounding, state::InvoiceState};
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::{PgConnection, Result};

use crate::Text;

/// An invoice whose lines are to go to another one.
#[derive(Clone, Debug)]
pub struct MovableInvoice {
    pub id: InvoiceId,
    pub client_id: ClientId,
    pub number: String,
    pub state: Text<InvoiceState>,
    pub currency: Text<Currency>,
    pub due_on: NaiveDate,
    pub order_id: Option<i64>,
    pub tax: i64,
    pub paid: i64,
    pub is_proforma: bool,
    /// Of its payment.
    pub was_disputed: bool,
    /// A change of plan waits for its payment.
    pub is_awaited: bool,
    pub rounding: Text<TaxRounding>,
    /// What decided its tax.
    pub basis: Option<Value>,
}

/// Issued invoices, locked, oldest first.
pub async fn lock(conn: &mut PgConnection, ids: &[InvoiceId]) -> Result<Vec<MovableInvoice>> {
    sqlx::query_as!(
        MovableInvoice,
        r#"SELECT i.id, i.client_id, i.number_text AS "number!", i.state AS "state: _", i.currency AS "currency: _",
                  i.due_on AS "due_on!", i.order_id, i.tax, i.is_proforma, i.tax_rounding AS "rounding: _", i.tax_basis AS basis,
                  (i.is_disputed OR i.reopened_on IS NOT NULL) AS "was_disputed!",
                  coalesce((SELECT sum(a.amount) FROM allocation a WHERE a.invoice_id = i.id), 0)::bigint AS "paid!",
                  EXISTS (SELECT 1 FROM plan_change p WHERE p.invoice_id = i.id AND p.state = 'waiting') AS "is_awaited!"
           FROM invoice i WHERE i.id = ANY($1) AND i.number IS NOT NULL ORDER BY i.id FOR UPDATE OF i"#,
        &ids.iter().map(|id| id.get()).collect::<Vec<_>>()
    )
    .fetch_all(conn)
    .await
}

/// A line with all that it says.
#[derive(Clone, Debug)]
pub struct MovableLine {
    pub id: InvoiceLineId,
    pub invoice_id: InvoiceId,
    pub kind: String,
    pub description: String,
    pub service_id: Option<i64>,
    pub domain_id: Option<i64>,
    pub item_id: Option<i64>,
    pub period_start: Option<NaiveDate>,
    pub period_end: Option<NaiveDate>,
    pub renews_from: Option<NaiveDate>,
    pub price_id: Option<i64>,
    pub tld_price_id: Option<i64>,
    pub promotion_id: Option<i64>,
    pub quantity: i32,
    pub discount: i64,
    pub net: i64,
    pub tax: i64,
    pub tax_name: String,
    pub tax_rate: Decimal,
    pub tax1_rate: Option<Decimal>,
    pub tax2_name: String,
    pub tax2_rate: Decimal,
    pub tax2_compound: bool,
    pub tax_included: bool,
}

impl MovableLine {
    /// The days it covers.
    pub fn period(&self) -> Option<Period> {
        Some(Period { start: self.period_start?, end: self.period_end? })
    }
    /// What its tax is reckoned from.
    pub fn amount(&self) -> i64 {
        if self.tax_included { self.net + self.tax } else { self.net }
    }
}

/// The lines of these invoices, what is due first before the rest.
pub async fn lines(conn: &mut PgConnection, invoices: &[InvoiceId]) -> Result<Vec<MovableLine>> {
    sqlx::query_as!(
        MovableLine,
        "SELECT l.id, l.invoice_id, l.kind, l.description, l.service_id, l.domain_id, l.billable_item_id AS item_id,
                lower(l.period) AS period_start, upper(l.period) AS period_end, l.renews_from, l.price_id, l.tld_price_id,
                l.promotion_id, l.quantity, l.discount, l.net, l.tax, l.tax_name, l.tax_rate, l.tax1_rate, l.tax2_name,
                l.tax2_rate, l.tax2_compound, l.tax_included
         FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id
         WHERE l.invoice_id = ANY($1) ORDER BY i.due_on, l.id",
        &invoices.iter().map(|id| id.get()).collect::<Vec<_>>()
    )
    .fetch_all(conn)
    .await
}

/// Notes where lines went: those of the new invoice, in their order.
pub async fn insert(conn: &mut PgConnection, from: &[InvoiceLineId], to: InvoiceId) -> Result<()> {
    sqlx::query!(
        "INSERT INTO moved_line (from_id, to_id)
         SELECT f.id, t.id FROM unnest($1::bigint[]) WITH ORDINALITY AS f (id, n)
         JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM invoice_line WHERE invoice_id = $2) t USING (n)",
        &from.iter().map(|id| id.get()).collect::<Vec<_>>(),
        to.get()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The steps that old invoices have seen because nobody paid are taken for the new one, too.
pub async fn inherit_steps(conn: &mut PgConnection, from: &[InvoiceId], to: InvoiceId) -> Result<()> {
    sqlx::query!(
        "INSERT INTO dunning_step (invoice_id, kind, step, taken_on)
         SELECT $2, kind, step, min(taken_on) FROM dunning_step WHERE invoice_id = ANY($1) GROUP BY kind, step",
        &from.iter().map(|id| id.get()).collect::<Vec<_>>(),
        to.get()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An invoice that lines came from or went to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherInvoice {
    pub id: InvoiceId,
    pub number: String,
    /// Lines of this one are there now; else lines of it are here.
    pub is_newer: bool,
}

/// The invoices in whose place this one is, and those that are in its place.
pub async fn others(conn: &mut PgConnection, invoice: InvoiceId) -> Result<Vec<OtherInvoice>> {
    sqlx::query_as!(
        OtherInvoice,
        r#"SELECT DISTINCT i.id, i.number_text AS "number!", i.id > $1 AS "is_newer!"
           FROM invoice_line l
           JOIN moved_line m ON m.from_id = l.id OR m.to_id = l.id
           JOIN invoice_line o ON o.id = CASE WHEN m.from_id = l.id THEN m.to_id ELSE m.from_id END
           JOIN invoice i ON i.id = o.invoice_id
           WHERE l.invoice_id = $1 ORDER BY i.id"#,
        invoice.get()
    )
    .fetch_all(conn)
    .await
}
