//! Meters of products, what they measured of services by the month, and what that came to.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{ClientId, Currency, Measure, MeterId, ProductId, ServerId, ServiceId, UsageId, UsagePrice};
use sqlx::{PgConnection, Result, types::Json};

use crate::Text;

/// What is measured of a product's services.
#[derive(Clone, Debug)]
pub struct MeterRow {
    pub id: MeterId,
    pub product_id: ProductId,
    /// The plugin's key.
    pub metric: String,
    pub name: String,
    pub unit: String,
    /// How many of the plugin's count make a unit.
    pub unit_size: i64,
    pub measure: Text<Measure>,
    /// The first month that is charged.
    pub starts_on: NaiveDate,
}

/// The meters of a product, by name.
pub async fn meters(conn: &mut PgConnection, product: ProductId) -> Result<Vec<MeterRow>> {
    sqlx::query_as!(
        MeterRow,
        r#"SELECT id, product_id, metric, name, unit, unit_size, measure AS "measure: _", starts_on
           FROM meter WHERE product_id = $1 AND retired_at IS NULL ORDER BY name, id"#,
        product.get()
    )
    .fetch_all(conn)
    .await
}

/// The keys of what plugins told last of a product's services, besides the space on disk.
pub async fn told(conn: &mut PgConnection, product: ProductId) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"SELECT DISTINCT m ->> 'key' AS "key!"
           FROM service s CROSS JOIN LATERAL jsonb_array_elements(s.usage -> 'metrics') m
           WHERE s.product_id = $1 AND s.state IN ('active', 'suspended') AND jsonb_typeof(s.usage -> 'metrics') = 'array'
             AND m ->> 'key' IS NOT NULL ORDER BY 1 LIMIT 50"#,
        product.get()
    )
    .fetch_all(conn)
    .await
}

/// A meter that is not retired.
pub async fn meter(conn: &mut PgConnection, id: MeterId) -> Result<Option<MeterRow>> {
    sqlx::query_as!(
        MeterRow,
        r#"SELECT id, product_id, metric, name, unit, unit_size, measure AS "measure: _", starts_on
           FROM meter WHERE id = $1 AND retired_at IS NULL"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// A price of a meter's units, for months from `starts_on` on.
#[derive(Clone, Debug)]
pub struct PriceRow {
    pub meter_id: MeterId,
    pub currency: Text<Currency>,
    pub starts_on: NaiveDate,
    pub tiers: Json<UsagePrice>,
}

/// The prices of a product's meters, by meter, currency and month.
pub async fn prices(conn: &mut PgConnection, product: ProductId) -> Result<Vec<PriceRow>> {
    sqlx::query_as!(
        PriceRow,
        r#"SELECT p.meter_id, p.currency AS "currency: _", p.starts_on, p.tiers AS "tiers: _"
           FROM meter_price p JOIN meter m ON m.id = p.meter_id
           WHERE m.product_id = $1 AND m.retired_at IS NULL ORDER BY p.meter_id, p.currency, p.starts_on"#,
        product.get()
    )
    .fetch_all(conn)
    .await
}

/// A meter to be added.
pub struct NewMeter<'a> {
    pub product_id: ProductId,
    pub metric: &'a str,
    pub name: &'a str,
    pub unit: &'a str,
    pub unit_size: i64,
    pub measure: Measure,
    pub starts_on: NaiveDate,
}

/// Adds a meter. Fails on `meter_metric` if the product has one of this metric.
pub async fn insert(conn: &mut PgConnection, new: &NewMeter<'_>) -> Result<MeterId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO meter (product_id, metric, name, unit, unit_size, measure, starts_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        new.product_id.get(),
        new.metric,
        new.name,
        new.unit,
        new.unit_size,
        new.measure.as_str(),
        new.starts_on
    )
    .fetch_one(conn)
    .await?;
    Ok(MeterId(id))
}

/// Sets what units cost in a currency in months from `starts_on` on.
pub async fn put_price(
    conn: &mut PgConnection,
    meter: MeterId,
    (currency, price): (Currency, &UsagePrice),
    starts_on: NaiveDate,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO meter_price (meter_id, currency, starts_on, tiers) VALUES ($1, $2, $3, $4)
         ON CONFLICT (meter_id, currency, starts_on) DO UPDATE SET tiers = excluded.tiers",
        meter.get(),
        currency.code(),
        starts_on,
        Json(price) as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Measures no more, and charges no month that is not closed. False: it did not any more.
pub async fn retire(conn: &mut PgConnection, id: MeterId, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!("UPDATE meter SET retired_at = $2 WHERE id = $1 AND retired_at IS NULL", id.get(), now)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// A quantity that a vendor told of an account.
pub struct Reading<'a> {
    pub remote_id: &'a str,
    pub metric: &'a str,
    pub quantity: i64,
}

/// When readings were taken, and the first day of that month where the company is.
#[derive(Clone, Copy, Debug)]
pub struct ReadAt {
    pub at: DateTime<Utc>,
    pub month: NaiveDate,
}

/// Keeps what is metered of these. A counter that is lower than before began anew; the first reading of all only says
/// where counting begins. A reading that is older than what is known changes nothing.
pub async fn keep(conn: &mut PgConnection, server: ServerId, readings: &[Reading<'_>], read: ReadAt) -> Result<()> {
    sqlx::query!(
        "INSERT INTO usage_month AS u (service_id, metric, month, highest, added, last, read_at)
         SELECT s.id, r.metric, $5, r.quantity,
                CASE WHEN b.last IS NULL THEN 0 WHEN r.quantity >= b.last THEN r.quantity - b.last ELSE r.quantity END,
                r.quantity, $6
         FROM unnest($2::text[], $3::text[], $4::bigint[]) AS r (remote_id, metric, quantity)
         JOIN service s ON s.server_id = $1 AND s.remote_id = r.remote_id AND s.state IN ('active', 'suspended')
         JOIN meter m ON m.product_id = s.product_id AND m.metric = r.metric AND m.retired_at IS NULL
         LEFT JOIN LATERAL (SELECT e.last FROM usage_month e WHERE (e.service_id, e.metric) = (s.id, r.metric) AND e.month < $5
             ORDER BY e.month DESC LIMIT 1) b ON true
         ORDER BY s.id, r.metric
         ON CONFLICT (service_id, metric, month) DO UPDATE SET
             highest = greatest(u.highest, excluded.last),
             added = u.added + CASE WHEN excluded.last >= u.last THEN excluded.last - u.last ELSE excluded.last END,
             last = excluded.last, read_at = excluded.read_at
         WHERE u.closed_at IS NULL AND u.read_at < excluded.read_at",
        server.get(),
        &readings.iter().map(|r| r.remote_id).collect::<Vec<_>>() as &[&str],
        &readings.iter().map(|r| r.metric).collect::<Vec<_>>() as &[&str],
        &readings.iter().map(|r| r.quantity).collect::<Vec<_>>(),
        read.month,
        read.at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A month of a service, with what its meter and price are now, or were when it was closed.
#[derive(Clone, Debug)]
pub struct UsageRow {
    pub id: UsageId,
    pub label: String,
    pub currency: Text<Currency>,
    pub metric: String,
    pub month: NaiveDate,
    pub highest: i64,
    pub added: i64,
    pub read_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    /// None: nothing of it is charged.
    pub meter_id: Option<i64>,
    pub name: Option<String>,
    pub unit: Option<String>,
    pub unit_size: Option<i64>,
    pub measure: Option<Text<Measure>>,
    /// None: it is not sold in that currency.
    pub tiers: Option<Json<UsagePrice>>,
    /// What was reckoned, once it was.
    pub amount: Option<i64>,
}

/// Which months.
#[derive(Clone, Copy, Debug)]
pub enum Months<'a> {
    /// Those of these clients before this one that are not closed.
    Open(&'a [ClientId], NaiveDate),
    /// The latest 24 rows of a service, newest first.
    Of(ServiceId),
}

/// Months of services.
pub async fn months(conn: &mut PgConnection, which: Months<'_>) -> Result<Vec<UsageRow>> {
    let (clients, before, service) = match which {
        Months::Open(clients, before) => {
            (Some(clients.iter().map(|c| c.get()).collect::<Vec<_>>()), Some(before), None)
        }
        Months::Of(service) => (None, None, Some(service.get())),
    };
    sqlx::query_as!(
        UsageRow,
        r#"SELECT u.id, s.label, coalesce(u.currency, s.currency) AS "currency!: _",
                  u.metric, u.month, u.highest, u.added, u.read_at, u.closed_at,
                  m.id AS "meter_id?", m.name AS "name?", m.unit AS "unit?", m.unit_size AS "unit_size?",
                  m.measure AS "measure?: _", coalesce(u.tiers, r.tiers) AS "tiers: _", u.amount
           FROM usage_month u JOIN service s ON s.id = u.service_id
           LEFT JOIN meter m ON CASE WHEN u.closed_at IS NOT NULL THEN m.id = u.meter_id
               ELSE m.product_id = s.product_id AND m.metric = u.metric AND m.retired_at IS NULL AND m.starts_on <= u.month END
           LEFT JOIN LATERAL (SELECT e.tiers FROM meter_price e
               WHERE e.meter_id = m.id AND e.currency = s.currency AND e.starts_on <= u.month
               ORDER BY e.starts_on DESC LIMIT 1) r ON u.closed_at IS NULL
           WHERE ($1::bigint[] IS NULL OR s.client_id = ANY($1) AND u.closed_at IS NULL AND u.month < $2)
             AND ($3::bigint IS NULL OR u.service_id = $3)
           ORDER BY u.month DESC, s.id, u.metric LIMIT CASE WHEN $3 IS NULL THEN NULL::bigint ELSE 24 END"#,
        clients.as_deref(),
        before,
        service
    )
    .fetch_all(conn)
    .await
}

/// Notes the clients with a month before this one that is not closed as work of `task`; how many.
pub async fn collect(conn: &mut PgConnection, task: &str, day: NaiveDate, month: NaiveDate) -> Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO task_client (task, day, client_id)
         SELECT DISTINCT $1, $2::date, s.client_id FROM usage_month u JOIN service s ON s.id = u.service_id
         WHERE u.closed_at IS NULL AND u.month < $3
           AND NOT EXISTS (SELECT 1 FROM parked k WHERE k.task = $1 AND k.client_id = s.client_id AND k.last_on >= $2)
         ON CONFLICT DO NOTHING",
        task,
        day,
        month
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Holds months of clients before this one that are not closed: no reading changes them until they are.
pub async fn hold(conn: &mut PgConnection, clients: &[ClientId], before: NaiveDate) -> Result<()> {
    sqlx::query!(
        "SELECT u.id FROM usage_month u JOIN service s ON s.id = u.service_id
         WHERE s.client_id = ANY($1) AND u.closed_at IS NULL AND u.month < $2
         ORDER BY u.service_id, u.metric, u.month FOR UPDATE OF u",
        &clients.iter().map(|c| c.get()).collect::<Vec<_>>(),
        before
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// What a month came to.
pub struct Reckoned<'a> {
    pub row: &'a UsageRow,
    pub units: i64,
    pub amount: i64,
    /// What the client reads on the invoice.
    pub description: String,
}

/// Closes months of clients: those that were reckoned, to be invoiced on `day`, and those that cost nothing because nobody
/// charges for them.
pub async fn close(
    conn: &mut PgConnection,
    reckoned: &[Reckoned<'_>],
    rest: &[UsageId],
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<()> {
    let ids: Vec<i64> = reckoned.iter().map(|one| one.row.id.get()).collect();
    let amounts: Vec<i64> = reckoned.iter().map(|one| one.amount).collect();
    sqlx::query!(
        "UPDATE usage_month u SET closed_at = $6, meter_id = v.meter_id, units = v.units, amount = v.amount,
             currency = s.currency, tiers = v.tiers
         FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::jsonb[])
             AS v (id, meter_id, units, amount, tiers), service s
         WHERE u.id = v.id AND s.id = u.service_id",
        &ids,
        &reckoned.iter().map(|one| one.row.meter_id.unwrap_or_default()).collect::<Vec<_>>(),
        &reckoned.iter().map(|one| one.units).collect::<Vec<_>>(),
        &amounts,
        &reckoned.iter().map(|one| serde_json::json!(one.row.tiers.as_deref())).collect::<Vec<_>>(),
        now
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE usage_month SET closed_at = $2 WHERE id = ANY($1)",
        &rest.iter().map(|id| id.get()).collect::<Vec<_>>(),
        now
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO billable_item (client_id, description, currency, amount, taxable, bill, bill_on, usage_id)
         SELECT s.client_id, v.description, u.currency, u.amount, p.taxable, 'day', $3, u.id
         FROM unnest($1::bigint[], $2::text[]) AS v (id, description)
         JOIN usage_month u ON u.id = v.id AND u.amount > 0
         JOIN service s ON s.id = u.service_id JOIN product p ON p.id = s.product_id ORDER BY u.id",
        &ids,
        &reckoned.iter().map(|one| one.description.as_str()).collect::<Vec<_>>() as &[&str],
        day
    )
    .execute(conn)
    .await?;
    Ok(())
}
