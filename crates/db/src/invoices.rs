//! Invoices and their lines.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{state::InvoiceState, *};
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::{PgConnection, Result, postgres::types::PgRange};
use std::ops::Bound;

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
    pub notes: String,
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
    pub tax_rate: Decimal,
    pub tax: i64,
}

/// Which invoices.
#[derive(Clone, Debug, Default)]
pub struct InvoiceFilter {
    pub owner: Option<ClientId>,
    pub client: Option<ClientId>,
    pub state: Option<InvoiceState>,
    /// Unpaid and due before this day.
    pub overdue_on: Option<NaiveDate>,
    pub before: Option<i64>,
    pub limit: i64,
}

/// A line to be added.
pub struct NewLine<'a> {
    pub kind: &'a str,
    pub description: &'a str,
    pub service_id: Option<ServiceId>,
    pub domain_id: Option<DomainId>,
    pub period: Option<Period>,
    pub price_id: Option<PriceId>,
    pub tld_price_id: Option<i64>,
    pub quantity: i32,
    pub net: i64,
    pub tax_name: &'a str,
    pub tax_rate: Decimal,
    pub tax: i64,
}

/// Adds a draft.
pub async fn insert_draft(
    conn: &mut PgConnection,
    client: ClientId,
    order: Option<OrderId>,
    currency: &str,
    notes: &str,
) -> Result<InvoiceId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO invoice (client_id, order_id, currency, notes) VALUES ($1, $2, $3, $4) RETURNING id",
        client.get(),
        order.map(OrderId::get),
        currency,
        notes
    )
    .fetch_one(conn)
    .await?;
    Ok(InvoiceId(id))
}

/// Adds lines to a draft. Fails on `line_one_invoice_per_period` if a period was invoiced before.
pub async fn insert_lines(conn: &mut PgConnection, invoice: InvoiceId, lines: &[NewLine<'_>]) -> Result<()> {
    let text =
        |f: for<'a> fn(&'a NewLine<'_>) -> &'a str| lines.iter().map(|l| f(l).to_owned()).collect::<Vec<String>>();
    let ranges: Vec<Option<PgRange<NaiveDate>>> = lines
        .iter()
        .map(|l| l.period.map(|p| PgRange { start: Bound::Included(p.start), end: Bound::Excluded(p.end) }))
        .collect();
    sqlx::query!(
        "INSERT INTO invoice_line (invoice_id, kind, description, service_id, domain_id, period, price_id, tld_price_id,
                                   quantity, net, tax_name, tax_rate, tax)
         SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::daterange[], $7::bigint[],
                                  $8::bigint[], $9::int[], $10::bigint[], $11::text[], $12::numeric[], $13::bigint[])",
        invoice.get(),
        &text(|l| l.kind),
        &text(|l| l.description),
        &lines.iter().map(|l| l.service_id.map(ServiceId::get)).collect::<Vec<_>>() as &[Option<i64>],
        &lines.iter().map(|l| l.domain_id.map(DomainId::get)).collect::<Vec<_>>() as &[Option<i64>],
        &ranges as &[Option<PgRange<NaiveDate>>],
        &lines.iter().map(|l| l.price_id.map(PriceId::get)).collect::<Vec<_>>() as &[Option<i64>],
        &lines.iter().map(|l| l.tld_price_id).collect::<Vec<_>>() as &[Option<i64>],
        &lines.iter().map(|l| l.quantity).collect::<Vec<_>>(),
        &lines.iter().map(|l| l.net).collect::<Vec<_>>(),
        &text(|l| l.tax_name),
        &lines.iter().map(|l| l.tax_rate).collect::<Vec<_>>(),
        &lines.iter().map(|l| l.tax).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Issues a draft: sums, snapshots, the next number of the series, the digest. Returns the printed number.
pub async fn issue(
    conn: &mut PgConnection,
    id: InvoiceId,
    seller: &Value,
    issued_on: NaiveDate,
    due_on: NaiveDate,
) -> Result<String> {
    sqlx::query_scalar!(
        r#"WITH number AS (UPDATE number_series SET next = next + 1 WHERE series = 'INV' RETURNING series, next - 1 AS n),
           sums AS (SELECT coalesce(sum(net), 0)::bigint AS net, coalesce(sum(tax), 0)::bigint AS tax
                    FROM invoice_line WHERE invoice_id = $1 AND NOT voided)
           UPDATE invoice i SET state = 'unpaid', series = number.series, number = number.n,
                  number_text = number.series || '-' || lpad(number.n::text, 6, '0'),
                  subtotal = sums.net, tax = sums.tax, total = sums.net + sums.tax, issued_on = $3, due_on = $4,
                  digest = invoice_digest($1), seller_snapshot = $2,
                  client_snapshot = (SELECT jsonb_build_object('name', first_name || ' ' || last_name, 'company', company,
                      'address1', address1, 'address2', address2, 'city', city, 'region', region, 'postcode', postcode,
                      'country', country, 'tax_number', tax_number, 'email', email) FROM client WHERE id = i.client_id)
           FROM number, sums WHERE i.id = $1 AND i.state = 'draft' RETURNING i.number_text AS "number_text!""#,
        id.get(),
        seller,
        issued_on,
        due_on
    )
    .fetch_one(conn)
    .await
}

/// Invoices, newest first.
pub async fn list(conn: &mut PgConnection, filter: &InvoiceFilter) -> Result<Vec<InvoiceRow>> {
    sqlx::query_as!(
        InvoiceRow,
        r#"SELECT i.id, i.client_id, coalesce(nullif(c.company, ''), c.first_name || ' ' || c.last_name) AS "client_name!",
                  i.order_id, i.state AS "state: _", i.number_text, i.currency, i.subtotal, i.tax, i.total,
                  coalesce((SELECT sum(amount) FROM allocation a WHERE a.invoice_id = i.id), 0)::bigint AS "paid!",
                  i.issued_on, i.due_on, i.paid_at, i.client_snapshot, i.seller_snapshot, i.notes, i.created_at
           FROM invoice i JOIN client c ON c.id = i.client_id
           WHERE ($1::bigint IS NULL OR i.client_id = $1) AND ($2::bigint IS NULL OR i.client_id = $2)
             AND ($3::text IS NULL OR i.state = $3) AND ($4::date IS NULL OR (i.state = 'unpaid' AND i.due_on < $4))
             AND ($5::bigint IS NULL OR i.id < $5)
           ORDER BY i.id DESC LIMIT $6"#,
        filter.owner.map(ClientId::get),
        filter.client.map(ClientId::get),
        filter.state.map(InvoiceState::as_str),
        filter.overdue_on,
        filter.before,
        filter.limit
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
                quantity, discount, net, tax_name, tax_rate, tax
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
        r#"SELECT client_id, order_id, state AS "state: _", currency, total, subtotal, tax,
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

/// Voids an unpaid invoice or a draft and releases the periods on it.
pub async fn void(conn: &mut PgConnection, id: InvoiceId) -> Result<()> {
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
