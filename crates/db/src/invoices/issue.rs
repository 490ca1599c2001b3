//! Issuing many invoices with few statements. Ids are taken first, so that lines, ledger, events and mail can be
//! written without asking again.

use chrono::NaiveDate;
use innkeeper_domain::{
    BillableItemId, ClientId, DomainId, InvoiceId, InvoiceLineId, Money, OrderId, Period, PriceId, PromotionId,
    ServiceId, TaxRounding, Treatment, state::InvoiceState,
};
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::{PgConnection, Result, postgres::types::PgRange};
use std::{borrow::Cow, ops::Bound};

/// An invoice to be issued.
pub struct NewInvoice<'a> {
    pub id: InvoiceId,
    pub client_id: ClientId,
    pub order_id: Option<OrderId>,
    pub currency: &'a str,
    pub subtotal: i64,
    pub tax: i64,
    pub due_on: NaiveDate,
    pub rounding: TaxRounding,
    /// What decided its tax.
    pub basis: &'a Value,
    /// Of its lines, as `invoice_digest` computes it.
    pub digest: Vec<u8>,
    /// The invoice whose exchange rate it has; else that of the day.
    pub rate_of: Option<InvoiceId>,
}

/// A line to be added.
#[derive(Clone, Debug)]
pub struct NewLine<'a> {
    pub kind: &'a str,
    pub description: Cow<'a, str>,
    pub service_id: Option<ServiceId>,
    pub domain_id: Option<DomainId>,
    /// Of what staff charge by hand.
    pub item_id: Option<BillableItemId>,
    pub period: Option<Period>,
    /// Of a domain's renewal: the expiry that it starts from.
    pub renews_from: Option<NaiveDate>,
    /// Of a credit: the line that it takes something back of.
    pub corrects: Option<InvoiceLineId>,
    pub price_id: Option<PriceId>,
    pub tld_price_id: Option<i64>,
    pub quantity: i32,
    /// What a promotion takes off; the net amount is without it.
    pub discount: Option<(PromotionId, i64)>,
    pub net: i64,
    /// How it is taxed; the names of both taxes; both, and what the second is of them.
    pub treatment: Treatment,
    pub tax_name: &'a str,
    pub tax2_name: &'a str,
    pub tax: i64,
    pub tax2: i64,
}

impl<'a> NewLine<'a> {
    /// One of something, without tax.
    pub fn new(kind: &'a str, description: impl Into<Cow<'a, str>>, net: Money) -> Self {
        Self {
            kind,
            description: description.into(),
            service_id: None,
            domain_id: None,
            item_id: None,
            period: None,
            renews_from: None,
            corrects: None,
            price_id: None,
            tld_price_id: None,
            quantity: 1,
            discount: None,
            net: net.minor(),
            treatment: Treatment::NONE,
            tax_name: "",
            tax2_name: "",
            tax: 0,
            tax2: 0,
        }
    }
}

impl NewLine<'_> {
    /// The rate of the first tax, where there are two.
    fn first_of_two(&self) -> Option<Decimal> {
        (!self.treatment.second().is_zero()).then(|| self.treatment.first().fraction())
    }
}

/// Ids that are nobody else's.
pub struct InvoiceIds {
    pub invoices: Vec<i64>,
    pub lines: Vec<i64>,
}

/// Takes ids for so many invoices and lines.
pub async fn reserve(conn: &mut PgConnection, invoices: usize, lines: usize) -> Result<InvoiceIds> {
    let many = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let row = sqlx::query!(
        r#"SELECT ARRAY(SELECT nextval(pg_get_serial_sequence('invoice', 'id')) FROM generate_series(1, $1::int)) AS "invoices!",
                  ARRAY(SELECT nextval(pg_get_serial_sequence('invoice_line', 'id')) FROM generate_series(1, $2::int)) AS "lines!""#,
        many(invoices),
        many(lines)
    )
    .fetch_one(conn)
    .await?;
    Ok(InvoiceIds { invoices: row.invoices, lines: row.lines })
}

/// Where numbers come from.
pub struct Series {
    pub name: String,
    /// A printed number has at least so many.
    pub digits: i32,
}

/// Writes issued documents of a kind (their state, and whether they are proformas), with the next numbers of `series` in the order given and the clients as they
/// are now. Returns each with its printed number.
pub async fn insert_issued(
    conn: &mut PgConnection,
    series: &Series,
    (state, is_proforma): (InvoiceState, bool),
    invoices: &[NewInvoice<'_>],
    seller: &Value,
    issued_on: NaiveDate,
) -> Result<Vec<(InvoiceId, String)>> {
    let digests: Vec<&[u8]> = invoices.iter().map(|i| i.digest.as_slice()).collect();
    let rows = sqlx::query!(
        r#"WITH number AS (UPDATE number_series SET next = next + $1 WHERE series = $12 RETURNING series, next - $1 AS first),
           rate AS MATERIALIZED (SELECT code, exchange_rate_on(code, $2) AS id FROM currency)
           INSERT INTO invoice (id, client_id, order_id, state, series, number, number_text, currency, subtotal, tax, total,
                                issued_on, due_on, seller_snapshot, digest, issued_by, tax_rounding, tax_basis, exchange_rate_id,
                                is_proforma, client_snapshot)
           OVERRIDING SYSTEM VALUE
           SELECT v.id, v.client_id, v.order_id, $13, number.series, number.first + v.n - 1,
                  document_number(number.series, number.first + v.n - 1, $14),
                  v.currency, v.subtotal, v.tax,
                  v.subtotal + v.tax, $2, v.due_on, $3, v.digest, pg_current_xact_id(), v.rounding, nullif(v.basis, 'null'::jsonb),
                  CASE WHEN v.rate_of IS NULL THEN rate.id ELSE (SELECT o.exchange_rate_id FROM invoice o WHERE o.id = v.rate_of) END,
                  $18,
                  jsonb_build_object('name', c.first_name || ' ' || c.last_name, 'company', c.company,
                      'address1', c.address1, 'address2', c.address2, 'city', c.city, 'region', c.region,
                      'postcode', c.postcode, 'country', c.country, 'tax_number', c.tax_number, 'email', c.email)
           FROM number, unnest($4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::bigint[], $9::bigint[],
                               $10::date[], $11::bytea[], $15::text[], $16::jsonb[], $17::bigint[])
                    WITH ORDINALITY AS v (id, client_id, order_id, currency, subtotal, tax, due_on, digest, rounding, basis, rate_of, n)
           JOIN client c ON c.id = v.client_id LEFT JOIN rate ON rate.code = v.currency
           RETURNING id, number_text AS "number!""#,
        i64::try_from(invoices.len()).unwrap_or(i64::MAX),
        issued_on,
        seller,
        &invoices.iter().map(|i| i.id.get()).collect::<Vec<_>>(),
        &invoices.iter().map(|i| i.client_id.get()).collect::<Vec<_>>(),
        &invoices.iter().map(|i| i.order_id.map(OrderId::get)).collect::<Vec<_>>() as &[Option<i64>],
        &invoices.iter().map(|i| i.currency).collect::<Vec<_>>() as &[&str],
        &invoices.iter().map(|i| i.subtotal).collect::<Vec<_>>(),
        &invoices.iter().map(|i| i.tax).collect::<Vec<_>>(),
        &invoices.iter().map(|i| i.due_on).collect::<Vec<_>>(),
        &digests as &[&[u8]],
        series.name,
        state.as_str(),
        series.digits,
        &invoices.iter().map(|i| i.rounding.as_str()).collect::<Vec<_>>() as &[&str],
        &invoices.iter().map(|i| i.basis.clone()).collect::<Vec<_>>(),
        &invoices.iter().map(|i| i.rate_of.map(InvoiceId::get)).collect::<Vec<_>>() as &[Option<i64>],
        is_proforma
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (InvoiceId(row.id), row.number)).collect())
}

/// Adds lines, each to its invoice under its id, in the transaction that issues them. Fails on
/// `line_one_invoice_per_period` if a period was invoiced before, on `invoice_line_renewal_once` if a renewal was.
pub async fn insert_lines(conn: &mut PgConnection, lines: &[(InvoiceId, i64, &NewLine<'_>)]) -> Result<()> {
    let range = |p: Period| PgRange { start: Bound::Included(p.start), end: Bound::Excluded(p.end) };
    let ranges: Vec<Option<PgRange<NaiveDate>>> = lines.iter().map(|(_, _, l)| l.period.map(range)).collect();
    sqlx::query!(
        "INSERT INTO invoice_line (id, invoice_id, kind, description, service_id, domain_id, period, renews_from, price_id,
                                   tld_price_id, quantity, net, tax_name, tax_rate, tax, corrects, discount, promotion_id, billable_item_id,
                                   tax1_rate, tax2_name, tax2_rate, tax2, tax2_compound, tax_included)
         OVERRIDING SYSTEM VALUE
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
                              $7::daterange[], $8::date[], $9::bigint[], $10::bigint[], $11::int[], $12::bigint[],
                              $13::text[], $14::numeric[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[],
                              $19::bigint[], $20::numeric[], $21::text[], $22::numeric[], $23::bigint[], $24::bool[], $25::bool[])",
        &lines.iter().map(|(_, id, _)| *id).collect::<Vec<_>>(),
        &lines.iter().map(|(invoice, _, _)| invoice.get()).collect::<Vec<_>>(),
        &lines.iter().map(|(_, _, l)| l.kind).collect::<Vec<_>>() as &[&str],
        &lines.iter().map(|(_, _, l)| &*l.description).collect::<Vec<_>>() as &[&str],
        &lines.iter().map(|(_, _, l)| l.service_id.map(ServiceId::get)).collect::<Vec<_>>() as &[Option<i64>],
        &lines.iter().map(|(_, _, l)| l.domain_id.map(DomainId::get)).collect::<Vec<_>>() as &[Option<i64>],
        &ranges as &[Option<PgRange<NaiveDate>>],
        &lines.iter().map(|(_, _, l)| l.renews_from).collect::<Vec<_>>() as &[Option<NaiveDate>],
        &lines.iter().map(|(_, _, l)| l.price_id.map(PriceId::get)).collect::<Vec<_>>() as &[Option<i64>],
        &lines.iter().map(|(_, _, l)| l.tld_price_id).collect::<Vec<_>>() as &[Option<i64>],
        &lines.iter().map(|(_, _, l)| l.quantity).collect::<Vec<_>>(),
        &lines.iter().map(|(_, _, l)| l.net).collect::<Vec<_>>(),
        &lines.iter().map(|(_, _, l)| l.tax_name).collect::<Vec<_>>() as &[&str],
        &lines.iter().map(|(_, _, l)| l.treatment.rate().fraction()).collect::<Vec<_>>(),
        &lines.iter().map(|(_, _, l)| l.tax).collect::<Vec<_>>(),
        &lines.iter().map(|(_, _, l)| l.corrects.map(InvoiceLineId::get)).collect::<Vec<_>>() as &[Option<i64>],
        &lines.iter().map(|(_, _, l)| l.discount.map_or(0, |(_, off)| off)).collect::<Vec<_>>(),
        &lines.iter().map(|(_, _, l)| l.discount.map(|(id, _)| id.get())).collect::<Vec<_>>() as &[Option<i64>],
        &lines.iter().map(|(_, _, l)| l.item_id.map(BillableItemId::get)).collect::<Vec<_>>() as &[Option<i64>],
        &lines.iter().map(|(_, _, l)| l.first_of_two()).collect::<Vec<_>>() as &[Option<Decimal>],
        &lines.iter().map(|(_, _, l)| l.tax2_name).collect::<Vec<_>>() as &[&str],
        &lines.iter().map(|(_, _, l)| l.treatment.second().fraction()).collect::<Vec<_>>(),
        &lines.iter().map(|(_, _, l)| l.tax2).collect::<Vec<_>>(),
        &lines.iter().map(|(_, _, l)| l.treatment.is_compound()).collect::<Vec<_>>(),
        &lines.iter().map(|(_, _, l)| l.treatment.is_included()).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}
