//! Invoices and their lines.

mod issue;

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{state::InvoiceState, *};
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::{PgConnection, Result};

pub use issue::{InvoiceIds, NewInvoice, NewLine, Series, insert_issued, insert_lines, reserve};

use crate::Text;

/// An invoice.
#[derive(Clone, Debug)]
pub struct InvoiceRow {
    pub id: InvoiceId,
    pub client_id: ClientId,
    pub client_name: String,
    pub order_id: Option<i64>,
    pub state: Text<InvoiceState>,
    pub number_text: Option<String>,
    pub currency: String,
    pub subtotal: i64,
    pub tax: i64,
    pub total: i64,
    pub paid: i64,
    pub issued_on: Option<NaiveDate>,
    pub due_on: Option<NaiveDate>,
    pub paid_at: Option<DateTime<Utc>>,
    pub client_snapshot: Option<Value>,
    pub seller_snapshot: Option<Value>,
    pub tax_rounding: Text<TaxRounding>,
    /// What decided its tax; none: it was not kept yet.
    pub tax_basis: Option<Value>,
    pub notes: String,
    /// It is asked for, and no invoice yet: in no book and no tax report before it is one.
    pub is_proforma: bool,
    pub created_at: DateTime<Utc>,
}

/// A line.
#[derive(Clone, Debug)]
pub struct LineRow {
    pub id: InvoiceLineId,
    pub kind: String,
    pub description: String,
    pub service_id: Option<i64>,
    pub domain_id: Option<i64>,
    pub period_start: Option<NaiveDate>,
    pub period_end: Option<NaiveDate>,
    pub quantity: i32,
    pub discount: i64,
    pub net: i64,
    pub tax_name: String,
    /// Both taxes together.
    pub tax_rate: Decimal,
    pub tax: i64,
    /// The rate of the first of two taxes; none: there is one only.
    pub tax1_rate: Option<Decimal>,
    pub tax2_name: String,
    pub tax2_rate: Decimal,
    pub tax2: i64,
    pub tax2_compound: bool,
}

/// Which invoices.
#[derive(Clone, Debug, Default)]
pub struct InvoiceFilter {
    pub owner: Option<ClientId>,
    pub client: Option<ClientId>,
    pub state: Option<InvoiceState>,
    /// Unpaid and due before this day.
    pub overdue_on: Option<NaiveDate>,
    /// Proformas that are owed.
    pub proformas: bool,
    pub before: Option<i64>,
    pub limit: i64,
}

/// Invoices, newest first.
pub async fn list(conn: &mut PgConnection, filter: &InvoiceFilter) -> Result<Vec<InvoiceRow>> {
    sqlx::query_as!(
        InvoiceRow,
        r#"SELECT i.id, i.client_id, coalesce(nullif(c.company, ''), c.first_name || ' ' || c.last_name) AS "client_name!",
                  i.order_id, i.state AS "state: _", i.number_text, i.currency, i.subtotal, i.tax, i.total,
                  coalesce((SELECT sum(amount) FROM allocation a WHERE a.invoice_id = i.id), 0)::bigint AS "paid!",
                  i.issued_on, i.due_on, i.paid_at, i.client_snapshot, i.seller_snapshot, i.tax_rounding AS "tax_rounding: _", i.tax_basis,
                  i.notes, i.is_proforma, i.created_at
           FROM invoice i JOIN client c ON c.id = i.client_id
           WHERE ($1::bigint IS NULL OR i.client_id = $1) AND ($2::bigint IS NULL OR i.client_id = $2)
             AND ($3::text IS NULL OR i.state = $3) AND ($4::date IS NULL OR (i.state = 'unpaid' AND i.due_on < $4))
             AND ($5::bigint IS NULL OR i.id < $5) AND (NOT $7 OR (i.is_proforma AND i.state = 'unpaid'))
           ORDER BY i.id DESC LIMIT $6"#,
        filter.owner.map(ClientId::get),
        filter.client.map(ClientId::get),
        filter.state.map(InvoiceState::as_str),
        filter.overdue_on,
        filter.before,
        filter.limit,
        filter.proformas
    )
    .fetch_all(conn)
    .await
}

/// One invoice, if `owner` may see it.
pub async fn get(conn: &mut PgConnection, owner: Option<ClientId>, id: InvoiceId) -> Result<Option<InvoiceRow>> {
    let filter =
        InvoiceFilter { owner, before: Some(id.get().saturating_add(1)), limit: 1, ..InvoiceFilter::default() };
    Ok(list(conn, &filter).await?.into_iter().find(|i| i.id == id))
}

/// The lines of an invoice.
pub async fn lines(conn: &mut PgConnection, id: InvoiceId) -> Result<Vec<LineRow>> {
    sqlx::query_as!(
        LineRow,
        "SELECT id, kind, description, service_id, domain_id, lower(period) AS period_start, upper(period) AS period_end,
                quantity, discount, net, tax_name, tax_rate, tax, tax1_rate, tax2_name, tax2_rate, tax2, tax2_compound
         FROM invoice_line WHERE invoice_id = $1 ORDER BY id",
        id.get()
    )
    .fetch_all(conn)
    .await
}

/// What a payment needs to know of an invoice.
#[derive(Clone, Debug)]
pub struct LockedInvoice {
    pub client_id: ClientId,
    pub order_id: Option<i64>,
    pub state: Text<InvoiceState>,
    pub currency: String,
    pub total: i64,
    pub subtotal: i64,
    pub tax: i64,
    pub paid: i64,
    pub is_proforma: bool,
}

/// The client of an invoice.
pub async fn client_of(conn: &mut PgConnection, id: InvoiceId) -> Result<Option<ClientId>> {
    Ok(sqlx::query_scalar!("SELECT client_id FROM invoice WHERE id = $1", id.get())
        .fetch_optional(conn)
        .await?
        .map(ClientId))
}

/// Locks an invoice.
pub async fn lock(conn: &mut PgConnection, id: InvoiceId) -> Result<Option<LockedInvoice>> {
    sqlx::query_as!(
        LockedInvoice,
        r#"SELECT client_id, order_id, state AS "state: _", currency, total, subtotal, tax, is_proforma,
                  coalesce((SELECT sum(amount) FROM allocation a WHERE a.invoice_id = i.id), 0)::bigint AS "paid!"
           FROM invoice i WHERE id = $1 FOR UPDATE"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// Marks an invoice as paid, and moves the services on it to the end of their paid periods.
pub async fn mark_paid(conn: &mut PgConnection, id: InvoiceId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("UPDATE invoice SET state = 'paid', paid_at = $2 WHERE id = $1", id.get(), now)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "UPDATE service s SET paid_through = p.until FROM (
             SELECT l.service_id, max(upper(l.period)) AS until
             FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id AND i.state = 'paid'
             WHERE l.kind = 'recurring' AND NOT l.voided
               AND l.service_id IN (SELECT service_id FROM invoice_line WHERE invoice_id = $1 AND kind = 'recurring')
             GROUP BY l.service_id) p
         WHERE s.id = p.service_id",
        id.get()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Voids an unpaid invoice or a draft and releases the periods on it; items that staff charge wait for them again.
pub async fn void(conn: &mut PgConnection, id: InvoiceId) -> Result<()> {
    sqlx::query!(
        "UPDATE billable_item SET bill = 'hand', bill_on = NULL
         WHERE id IN (SELECT billable_item_id FROM invoice_line WHERE invoice_id = $1 AND NOT voided)",
        id.get()
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("UPDATE invoice_line SET voided = true WHERE invoice_id = $1 AND NOT voided", id.get())
        .execute(&mut *conn)
        .await?;
    sqlx::query!("UPDATE invoice SET state = 'void', voided_at = now() WHERE id = $1", id.get()).execute(conn).await?;
    Ok(())
}

/// The invoice of an order.
pub async fn of_order(conn: &mut PgConnection, order: OrderId) -> Result<Option<(InvoiceId, InvoiceState)>> {
    let row = sqlx::query!(
        r#"SELECT id, state AS "state: Text<InvoiceState>" FROM invoice WHERE order_id = $1 ORDER BY id DESC LIMIT 1"#,
        order.get()
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|r| (InvoiceId(r.id), r.state.0)))
}
