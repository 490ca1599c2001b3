//! Changes of services to another product, rhythm or choice of options.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{
    BillingCycle, ClientId, Currency, CycleId, Discount, DiscountKind, InvoiceId, InvoiceLineId, Period, PriceId,
    ProductId, ServiceId,
    options::Chosen,
    state::{InvoiceState, ServiceState},
};
use rust_decimal::Decimal;
use sqlx::{PgConnection, Result, types::Json};

use crate::{Text, promotions};

/// How a service is sold now, and to whom.
#[derive(Clone, Debug)]
pub struct Terms {
    pub id: ServiceId,
    pub client_id: ClientId,
    pub label: String,
    pub state: Text<ServiceState>,
    pub plugin_id: Option<String>,
    pub product_id: ProductId,
    pub product: String,
    pub cycle_id: CycleId,
    pub cycle_name: String,
    pub cycle: Text<BillingCycle>,
    pub price_id: PriceId,
    /// With its options.
    pub amount: i64,
    pub options: Json<Vec<Chosen>>,
    pub taxable: bool,
    pub currency: Text<Currency>,
    pub anchor: NaiveDate,
    pub billed_through: Option<NaiveDate>,
    /// A pause kept days of a period until then.
    pub resumed_from: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    /// An issued invoice with a line of it that is owed.
    pub unpaid_invoice: Option<String>,
}

/// The terms of a service that `owner` may see, locked.
pub async fn terms(conn: &mut PgConnection, owner: Option<ClientId>, id: ServiceId) -> Result<Option<Terms>> {
    sqlx::query_as!(
        Terms,
        r#"SELECT s.id, s.client_id, s.label, s.state AS "state: _", p.plugin_id, s.product_id, p.name AS product, s.cycle_id,
                  y.name AS cycle_name, y.term AS "cycle: _", s.price_id, s.amount, s.options AS "options: _", p.taxable, s.currency AS "currency: _", s.anchor, s.billed_through, s.resumed_from, s.ends_on,
                  (SELECT i.number_text FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id AND i.state = 'unpaid'
                   WHERE l.service_id = s.id LIMIT 1) AS unpaid_invoice
           FROM service s JOIN product p ON p.id = s.product_id JOIN billing_cycle y ON y.id = s.cycle_id
           WHERE s.id = $1 AND ($2::bigint IS NULL OR s.client_id = $2) FOR NO KEY UPDATE OF s"#,
        id.get(),
        owner.map(ClientId::get)
    )
    .fetch_optional(conn)
    .await
}

impl Terms {
    /// Itself as it is.
    pub fn own(&self) -> Offer {
        Offer {
            product_id: self.product_id,
            product: self.product.clone(),
            cycle_id: self.cycle_id,
            cycle_name: self.cycle_name.clone(),
            cycle: self.cycle,
            price_id: self.price_id,
            amount: self.amount,
            options: self.options.clone(),
            taxable: self.taxable,
            sold_out: false,
        }
    }
}

/// A product with options at a price, that a service may become.
#[derive(Clone, Debug)]
pub struct Offer {
    pub product_id: ProductId,
    pub product: String,
    pub cycle_id: CycleId,
    pub cycle_name: String,
    pub cycle: Text<BillingCycle>,
    pub price_id: PriceId,
    /// With its options.
    pub amount: i64,
    pub options: Json<Vec<Chosen>>,
    pub taxable: bool,
    pub sold_out: bool,
}

/// What a service may become, without options: itself in another rhythm, or another product of the same plugin; for its
/// client only those that its product leads to. By product and length.
pub async fn offers(conn: &mut PgConnection, id: ServiceId, by_client: bool) -> Result<Vec<Offer>> {
    sqlx::query_as!(
        Offer,
        r#"SELECT n.id AS product_id, n.name AS product, y.id AS cycle_id, y.name AS cycle_name, y.term AS "cycle: _",
                  r.id AS price_id, r.amount, '[]'::jsonb AS "options!: _", n.taxable, coalesce(n.stock = 0 AND n.id <> s.product_id, false) AS "sold_out!"
           FROM service s JOIN product p ON p.id = s.product_id
           JOIN product n ON n.plugin_id IS NOT DISTINCT FROM p.plugin_id AND n.is_addon = p.is_addon
           JOIN price r ON r.product_id = n.id AND r.currency = s.currency AND r.retired_at IS NULL
           JOIN billing_cycle y ON y.id = r.cycle_id AND y.kind = 'recurring'
           WHERE s.id = $1 AND (n.id <> s.product_id OR y.id <> s.cycle_id) AND (n.retired_at IS NULL OR n.id = s.product_id)
             AND (n.id = s.product_id OR NOT $2
                  OR EXISTS (SELECT 1 FROM product_path w WHERE w.product_id = p.id AND w.to_product_id = n.id))
           ORDER BY n.id <> s.product_id, n.position, n.id, r.amount"#,
        id.get(),
        by_client
    )
    .fetch_all(conn)
    .await
}

/// A line over days of a service.
#[derive(Clone, Debug)]
pub struct Charged {
    pub id: InvoiceLineId,
    pub kind: String,
    pub net: i64,
    /// Of it, what was not taken back.
    pub left: i64,
    pub state: Text<InvoiceState>,
    pub start: NaiveDate,
    pub end: NaiveDate,
    /// Days of the period that its price is for: more than it covers, if those are the first days of the service.
    pub of: i32,
    /// What was taken off it, and is of what it is to be, too.
    pub discount_kind: Option<Text<DiscountKind>>,
    pub discount_percent: Option<Decimal>,
    pub discount_amount: Option<i64>,
}

impl Charged {
    /// The days it covers.
    pub fn period(&self) -> Period {
        Period { start: self.start, end: self.end }
    }
    /// What was taken off it, and is of what it is to be, too.
    pub fn discount(&self) -> Option<Discount> {
        promotions::discount(self.discount_kind?.0, self.discount_percent, self.discount_amount)
    }
}

/// What was invoiced for days of a service from `from` on, credit notes included; newest first. Discounts are those that
/// it has as `to`.
pub async fn charged(conn: &mut PgConnection, id: ServiceId, from: NaiveDate, to: &Offer) -> Result<Vec<Charged>> {
    sqlx::query_as!(
        Charged,
        r#"SELECT l.id, l.kind, l.net, i.state AS "state: _", lower(l.period) AS "start!", upper(l.period) AS "end!",
                  (l.net + coalesce((SELECT sum(c.net) FROM invoice_line c WHERE c.corrects = l.id AND NOT c.voided), 0))::bigint
                      AS "left!",
                  CASE WHEN l.kind = 'recurring' AND lower(l.period) = s.begins_on
                      THEN upper(l.period) - (upper(l.period) - (y.count || ' ' || y.unit)::interval)::date
                      ELSE upper(l.period) - lower(l.period) END AS "of!",
                  d.kind AS "discount_kind?: _", d.percent AS discount_percent, d.amount AS discount_amount
           FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id
           JOIN service s ON s.id = l.service_id JOIN billing_cycle y ON y.id = s.cycle_id
           LEFT JOIN service_discount d ON d.service_id = s.id AND d.promotion_id = l.promotion_id
               AND (d.product_id, d.cycle_id) = ($3, $4) AND l.kind = 'recurring'
           WHERE l.service_id = $1 AND NOT l.voided AND i.number IS NOT NULL AND upper(l.period) > $2
             AND l.kind IN ('recurring', 'change', 'credit')
           ORDER BY l.id DESC"#,
        id.get(),
        from,
        to.product_id.get(),
        to.cycle_id.get()
    )
    .fetch_all(conn)
    .await
}

/// A change to be recorded.
pub struct NewChange<'a> {
    pub terms: &'a Terms,
    pub to: &'a Offer,
    pub state: &'a str,
    pub starts_on: NaiveDate,
    pub settled_through: NaiveDate,
    pub invoice_id: Option<InvoiceId>,
    pub actor: &'a str,
    pub now: DateTime<Utc>,
}

/// Records a change; its id. Fails on `plan_change_one_open` if one is open.
pub async fn insert(conn: &mut PgConnection, new: &NewChange<'_>) -> Result<i64> {
    sqlx::query_scalar!(
        "INSERT INTO plan_change (service_id, client_id, state, product_id, cycle_id, price_id, amount, from_product_id,
             from_cycle_id, from_price_id, from_amount, from_anchor, starts_on, settled_through, invoice_id, actor, created_at,
             options, from_options, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
             CASE $3 WHEN 'done' THEN $17::timestamptz END) RETURNING id",
        new.terms.id.get(),
        new.terms.client_id.get(),
        new.state,
        new.to.product_id.get(),
        new.to.cycle_id.get(),
        new.to.price_id.get(),
        new.to.amount,
        new.terms.product_id.get(),
        new.terms.cycle_id.get(),
        new.terms.price_id.get(),
        new.terms.amount,
        new.terms.anchor,
        new.starts_on,
        new.settled_through,
        new.invoice_id.map(InvoiceId::get),
        new.actor,
        new.now,
        Json(&new.to.options.0) as _,
        Json(&new.terms.options.0) as _
    )
    .fetch_one(conn)
    .await
}

/// A change as shown and worked on.
#[derive(Clone, Debug)]
pub struct ChangeRow {
    pub id: i64,
    pub service_id: ServiceId,
    pub client_id: ClientId,
    pub state: String,
    pub product_id: ProductId,
    pub product: String,
    pub plugin_id: Option<String>,
    pub cycle_id: CycleId,
    pub cycle_name: String,
    pub cycle: Text<BillingCycle>,
    pub price_id: PriceId,
    /// With its options.
    pub amount: i64,
    pub options: Json<Vec<Chosen>>,
    pub currency: Text<Currency>,
    pub taxable: bool,
    pub from_product_id: ProductId,
    pub from_product: String,
    pub from_cycle_id: CycleId,
    pub from_price_id: PriceId,
    pub from_amount: i64,
    pub from_options: Json<Vec<Chosen>>,
    pub from_anchor: NaiveDate,
    pub starts_on: NaiveDate,
    pub settled_through: NaiveDate,
    pub invoice_id: Option<i64>,
    pub actor: String,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

impl ChangeRow {
    /// What it changes to.
    pub fn offer(&self) -> Offer {
        Offer {
            product_id: self.product_id,
            product: self.product.clone(),
            cycle_id: self.cycle_id,
            cycle_name: self.cycle_name.clone(),
            cycle: self.cycle,
            price_id: self.price_id,
            amount: self.amount,
            options: self.options.clone(),
            taxable: self.taxable,
            sold_out: false,
        }
    }
}

/// Which changes.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    /// Of a service, newest first.
    OfService(ServiceId),
    /// Open, and paid by or waiting for this invoice.
    OfInvoice(InvoiceId),
}

/// Changes.
pub async fn list(conn: &mut PgConnection, which: Which) -> Result<Vec<ChangeRow>> {
    let (service, invoice) = match which {
        Which::OfService(id) => (Some(id.get()), None),
        Which::OfInvoice(id) => (None, Some(id.get())),
    };
    sqlx::query_as!(
        ChangeRow,
        r#"SELECT k.id, k.service_id, k.client_id, k.state, k.product_id, p.name AS product, p.plugin_id, k.cycle_id,
                  y.name AS cycle_name, y.term AS "cycle: _", k.price_id, k.amount, k.options AS "options: _",
                  s.currency AS "currency: _", p.taxable, k.from_product_id, f.name AS from_product, k.from_cycle_id,
                  k.from_price_id, k.from_amount, k.from_options AS "from_options: _", k.from_anchor,
                  k.starts_on, k.settled_through, k.invoice_id, k.actor, k.created_at, k.ended_at
           FROM plan_change k JOIN service s ON s.id = k.service_id JOIN product p ON p.id = k.product_id
           JOIN product f ON f.id = k.from_product_id JOIN billing_cycle y ON y.id = k.cycle_id
           WHERE ($1::bigint IS NULL OR k.service_id = $1)
             AND ($2::bigint IS NULL OR (k.invoice_id = $2 AND k.state IN ('waiting', 'scheduled')))
           ORDER BY k.id DESC LIMIT 50"#,
        service,
        invoice
    )
    .fetch_all(conn)
    .await
}

/// Ends an open change as `done` or `cancelled`. False: it was ended before.
pub async fn end(conn: &mut PgConnection, id: i64, state: &str, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE plan_change SET state = $2, ended_at = $3 WHERE id = $1 AND state IN ('waiting', 'scheduled')",
        id,
        state,
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How a service is to be charged.
pub struct NewTerms<'a> {
    pub cycle_id: CycleId,
    pub price_id: PriceId,
    /// With its options.
    pub amount: i64,
    pub options: &'a [Chosen],
    pub anchor: NaiveDate,
}

/// Charges a service differently from its next period on.
pub async fn set_terms(conn: &mut PgConnection, id: ServiceId, terms: &NewTerms<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE service SET cycle_id = $2, price_id = $3, amount = $4, anchor = $5, options = $6,
             options_amount = (SELECT coalesce(sum((o ->> 'amount')::bigint), 0) FROM jsonb_array_elements($6) o)
         WHERE id = $1",
        id.get(),
        terms.cycle_id.get(),
        terms.price_id.get(),
        terms.amount,
        terms.anchor,
        Json(terms.options) as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes a service that no plugin provisions another product.
pub async fn set_product(conn: &mut PgConnection, id: ServiceId, product: ProductId) -> Result<()> {
    sqlx::query!("UPDATE service SET product_id = $2 WHERE id = $1", id.get(), product.get()).execute(conn).await?;
    Ok(())
}

/// Notes the clients with a change whose day has come, or that waited for its payment since before `waiting_since`, as
/// work of `task`; how many.
pub async fn collect(conn: &mut PgConnection, task: &str, day: NaiveDate, waiting_since: NaiveDate) -> Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO task_client (task, day, client_id)
         SELECT DISTINCT $1, $2::date, k.client_id FROM plan_change k
         WHERE ((k.state = 'scheduled' AND k.starts_on <= $2) OR (k.state = 'waiting' AND k.starts_on < $3))
           AND NOT EXISTS (SELECT 1 FROM effect e WHERE e.subject = 'service' AND e.subject_id = k.service_id
               AND e.state IN ('planned', 'sent', 'pending', 'unknown', 'needs_human'))
           AND NOT EXISTS (SELECT 1 FROM parked w WHERE w.task = $1 AND w.client_id = k.client_id AND w.last_on >= $2)
         ON CONFLICT DO NOTHING",
        task,
        day,
        waiting_since
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Services of some clients with a change as in [`collect`].
pub async fn due(
    conn: &mut PgConnection,
    clients: &[ClientId],
    day: NaiveDate,
    waiting_since: NaiveDate,
) -> Result<Vec<ServiceId>> {
    let ids = sqlx::query_scalar!(
        "SELECT k.service_id FROM plan_change k WHERE k.client_id = ANY($1)
           AND ((k.state = 'scheduled' AND k.starts_on <= $2) OR (k.state = 'waiting' AND k.starts_on < $3))
           AND NOT EXISTS (SELECT 1 FROM effect e WHERE e.subject = 'service' AND e.subject_id = k.service_id
               AND e.state IN ('planned', 'sent', 'pending', 'unknown', 'needs_human'))
         ORDER BY k.id",
        &clients.iter().map(|c| c.get()).collect::<Vec<_>>(),
        day,
        waiting_since
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(ServiceId).collect())
}

/// The products that clients may change a product to, as ids.
pub async fn paths(conn: &mut PgConnection, from: ProductId) -> Result<Vec<ProductId>> {
    let ids =
        sqlx::query_scalar!("SELECT to_product_id FROM product_path WHERE product_id = $1 ORDER BY 1", from.get())
            .fetch_all(conn)
            .await?;
    Ok(ids.into_iter().map(ProductId).collect())
}

/// Sets them.
pub async fn set_paths(conn: &mut PgConnection, from: ProductId, to: &[ProductId]) -> Result<()> {
    let to: Vec<i64> = to.iter().map(|id| id.get()).collect();
    sqlx::query!("DELETE FROM product_path WHERE product_id = $1 AND to_product_id <> ALL($2)", from.get(), &to)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "INSERT INTO product_path (product_id, to_product_id) SELECT $1, unnest($2::bigint[]) ON CONFLICT DO NOTHING",
        from.get(),
        &to
    )
    .execute(conn)
    .await?;
    Ok(())
}
