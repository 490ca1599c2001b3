//! Prices of products. A price is never edited: it is retired, and a new one takes its place.

use chrono::{DateTime, Utc};
use innkeeper_domain::{BillingCycle, Currency, CycleId, PriceId, ProductId};
use sqlx::{PgConnection, Result};

use crate::Text;

/// A price with its cycle. Amounts in minor units.
#[derive(Clone, Debug)]
pub struct PriceRow {
    pub id: PriceId,
    pub product_id: ProductId,
    pub currency: Text<Currency>,
    pub cycle_id: CycleId,
    pub cycle_name: String,
    pub cycle: Text<BillingCycle>,
    pub amount: i64,
    pub setup: i64,
    pub retired_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// The prices a product is to have, column by column.
#[derive(Default)]
pub struct Wanted {
    pub currencies: Vec<String>,
    pub cycles: Vec<i64>,
    pub amounts: Vec<i64>,
    pub setups: Vec<i64>,
}

/// Prices of a product, current ones first, by currency and length of the cycle; `retired`: those before, too.
pub async fn of_product(conn: &mut PgConnection, product: ProductId, retired: bool) -> Result<Vec<PriceRow>> {
    sqlx::query_as!(
        PriceRow,
        r#"SELECT p.id, p.product_id, p.currency AS "currency: _", p.cycle_id, c.name AS cycle_name, c.term AS "cycle: _",
                  p.amount, p.setup, p.retired_at, p.created_at
           FROM price p JOIN billing_cycle c ON c.id = p.cycle_id
           WHERE p.product_id = $1 AND ($2 OR p.retired_at IS NULL)
           ORDER BY p.retired_at DESC NULLS FIRST, p.currency, c.kind = 'recurring', p.cycle_id, p.id DESC"#,
        product.get(),
        retired
    )
    .fetch_all(conn)
    .await
}

/// Retires current prices that are not among `wanted`, then inserts those of `wanted` that are missing.
/// Returns how many were retired and inserted.
pub async fn replace(
    conn: &mut PgConnection,
    product: ProductId,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<(u64, u64)> {
    let retired = sqlx::query!(
        "UPDATE price p SET retired_at = $6 WHERE p.product_id = $1 AND p.retired_at IS NULL AND NOT EXISTS (
             SELECT 1 FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[]) AS w (currency, cycle_id, amount, setup)
             WHERE (w.currency, w.cycle_id, w.amount, w.setup) = (p.currency, p.cycle_id, p.amount, p.setup))",
        product.get(),
        &wanted.currencies,
        &wanted.cycles,
        &wanted.amounts,
        &wanted.setups,
        now
    )
    .execute(&mut *conn)
    .await?;
    let inserted = sqlx::query!(
        "INSERT INTO price (product_id, currency, cycle_id, amount, setup, created_at)
         SELECT $1, w.currency, w.cycle_id, w.amount, w.setup, $6
         FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[]) AS w (currency, cycle_id, amount, setup)
         WHERE NOT EXISTS (SELECT 1 FROM price p WHERE p.product_id = $1 AND p.retired_at IS NULL
             AND (p.currency, p.cycle_id) = (w.currency, w.cycle_id))",
        product.get(),
        &wanted.currencies,
        &wanted.cycles,
        &wanted.amounts,
        &wanted.setups,
        now
    )
    .execute(conn)
    .await?;
    Ok((retired.rows_affected(), inserted.rows_affected()))
}
