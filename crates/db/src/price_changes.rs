//! New prices for services that are charged an old one.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{BillingCycle, ClientId, Currency, PriceChangeId, ProductId, ServiceId};
use sqlx::{PgConnection, Result};

use crate::Text;

/// Lets services follow the prices of a product that were replaced at `at`, for periods that begin on `from` or later;
/// how many prices.
pub async fn insert(conn: &mut PgConnection, product: ProductId, from: NaiveDate, at: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO price_change (old_price_id, new_price_id, takes_effect, created_at)
         SELECT o.id, n.id, $2, $3
         FROM price o JOIN price n ON (n.product_id, n.currency, n.cycle_id) = (o.product_id, o.currency, o.cycle_id)
         JOIN billing_cycle c ON c.id = o.cycle_id AND c.kind = 'recurring'
         WHERE o.product_id = $1 AND o.retired_at = $3 AND n.retired_at IS NULL AND n.amount <> o.amount
         ON CONFLICT (old_price_id) DO NOTHING",
        product.get(),
        from,
        at
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// A change that services wait for.
#[derive(Clone, Debug)]
pub struct PriceChangeRow {
    pub id: PriceChangeId,
    pub cycle_name: String,
    pub currency: Text<Currency>,
    /// For each period, without tax, in minor units.
    pub old: i64,
    pub new: i64,
    /// For periods that begin on this day or later.
    pub takes_effect: NaiveDate,
    /// Services that are charged the old price.
    pub services: i64,
    /// Of them, those whose client was told.
    pub told: i64,
}

/// Changes of a product that services wait for, the next one first.
pub async fn of_product(conn: &mut PgConnection, product: ProductId) -> Result<Vec<PriceChangeRow>> {
    sqlx::query_as!(
        PriceChangeRow,
        r#"SELECT k.id, c.name AS cycle_name, o.currency AS "currency: _", o.amount AS old, n.amount AS new, k.takes_effect,
                  count(s.id) AS "services!", count(t.service_id) AS "told!"
           FROM price_change k JOIN price o ON o.id = k.old_price_id JOIN price n ON n.id = k.new_price_id
           JOIN billing_cycle c ON c.id = o.cycle_id
           JOIN service s ON s.price_id = o.id AND s.amount - s.options_amount = o.amount
               AND s.state IN ('pending', 'active', 'suspended')
           LEFT JOIN price_notice t ON t.change_id = k.id AND t.service_id = s.id
           WHERE o.product_id = $1 GROUP BY k.id, c.name, o.currency, o.amount, n.amount
           ORDER BY k.takes_effect, k.id"#,
        product.get()
    )
    .fetch_all(conn)
    .await
}

/// Takes a change of a product back, for services that it has not reached. False: there is none.
pub async fn remove(conn: &mut PgConnection, product: ProductId, id: PriceChangeId) -> Result<bool> {
    let done = sqlx::query!(
        "DELETE FROM price_change k USING price o WHERE k.id = $2 AND o.id = k.old_price_id AND o.product_id = $1",
        product.get(),
        id.get()
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes the clients who are to be told, or whose next period has its new price, as work of `task`; how many.
pub async fn collect(conn: &mut PgConnection, task: &str, day: NaiveDate) -> Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO task_client (task, day, client_id)
         SELECT DISTINCT $1, $2::date, s.client_id
         FROM (SELECT s.client_id FROM price_change k JOIN price o ON o.id = k.old_price_id
               JOIN service s ON s.price_id = o.id AND s.amount - s.options_amount = o.amount AND s.state IN ('active', 'suspended')
               WHERE (s.bills_until IS NULL OR s.billed_through < s.bills_until)
                 AND (s.billed_through >= k.takes_effect
                      OR NOT EXISTS (SELECT 1 FROM price_notice t WHERE t.change_id = k.id AND t.service_id = s.id))
               UNION ALL
               SELECT s.client_id FROM option_price_change k
               JOIN service s ON s.id = k.service_id AND s.state IN ('active', 'suspended')
               WHERE (s.bills_until IS NULL OR s.billed_through < s.bills_until)
                 AND (s.billed_through >= k.takes_effect OR k.told_at IS NULL)) s
         WHERE NOT EXISTS (SELECT 1 FROM parked p WHERE p.task = $1 AND p.client_id = s.client_id AND p.last_on >= $2)
         ON CONFLICT DO NOTHING",
        task,
        day
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// A service whose client is to be told of its new price.
#[derive(Clone, Debug)]
pub struct Untold {
    /// Which change it is.
    pub change: String,
    pub service_id: ServiceId,
    pub client_id: ClientId,
    pub product: String,
    pub label: String,
    pub cycle_name: String,
    pub cycle: Text<BillingCycle>,
    pub currency: Text<Currency>,
    pub old: i64,
    pub new: i64,
    pub takes_effect: NaiveDate,
    pub anchor: NaiveDate,
    pub billed_through: NaiveDate,
}

/// Those of some clients, noted as told.
pub async fn tell(conn: &mut PgConnection, clients: &[ClientId], now: DateTime<Utc>) -> Result<Vec<Untold>> {
    sqlx::query_as!(
        Untold,
        r#"WITH told AS (
               INSERT INTO price_notice (change_id, service_id, told_at)
               SELECT k.id, s.id, $2
               FROM price_change k JOIN price o ON o.id = k.old_price_id
               JOIN service s ON s.price_id = o.id AND s.amount - s.options_amount = o.amount AND s.state IN ('active', 'suspended')
               WHERE s.client_id = ANY($1) AND (s.bills_until IS NULL OR s.billed_through < s.bills_until)
               ON CONFLICT DO NOTHING RETURNING change_id, service_id)
           SELECT k.id::text AS "change!", s.id AS service_id, s.client_id, p.name AS product, s.label, c.name AS cycle_name,
                  c.term AS "cycle: _", o.currency AS "currency: _", o.amount + s.options_amount AS "old!",
                  n.amount + s.options_amount AS "new!", k.takes_effect, s.anchor, s.billed_through AS "billed_through!"
           FROM told t JOIN price_change k ON k.id = t.change_id JOIN price o ON o.id = k.old_price_id
           JOIN price n ON n.id = k.new_price_id JOIN service s ON s.id = t.service_id
           JOIN product p ON p.id = s.product_id JOIN billing_cycle c ON c.id = s.cycle_id ORDER BY s.id"#,
        &clients.iter().map(|c| c.get()).collect::<Vec<_>>(),
        now
    )
    .fetch_all(conn)
    .await
}

/// Charges services of some clients the new price whose next period begins late enough; how many. A new price may have
/// been replaced itself: then once more.
pub async fn apply(conn: &mut PgConnection, clients: &[ClientId]) -> Result<u64> {
    let done = sqlx::query!(
        "UPDATE service s SET price_id = n.id, amount = n.amount + s.options_amount
         FROM price_change k JOIN price o ON o.id = k.old_price_id JOIN price n ON n.id = k.new_price_id
         WHERE s.client_id = ANY($1) AND s.price_id = o.id AND s.amount - s.options_amount = o.amount AND s.state IN ('active', 'suspended')
           AND s.billed_through >= k.takes_effect",
        &clients.iter().map(|c| c.get()).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
