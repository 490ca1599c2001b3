//! What the things of a cart cost: products, their prices, extensions.

use innkeeper_domain::{AfterTerm, BillingCycle, ClientId, CycleId, PriceId, ProductId, Terms, TldId};
use sqlx::{PgConnection, Result};

use crate::{Text, products::terms};

/// A product at one of its current prices.
#[derive(Clone, Debug)]
pub struct PricedProduct {
    pub product_id: ProductId,
    pub name: String,
    pub plugin_id: Option<String>,
    pub server_group_id: Option<i64>,
    pub setup_when: String,
    pub taxable: bool,
    pub sellable: bool,
    pub stock: Option<i32>,
    pub price_id: PriceId,
    pub amount: i64,
    pub setup: i64,
    pub cycle_id: CycleId,
    pub cycle_name: String,
    pub cycle: Text<BillingCycle>,
    pub trial_days: Option<i32>,
    pub term_periods: Option<i32>,
    pub after_term: Text<AfterTerm>,
    pub billing_day: Option<i32>,
    pub join_days: Option<i32>,
}

impl PricedProduct {
    /// The terms on which it is sold.
    pub fn terms(&self) -> Terms {
        terms!(self)
    }
}

/// The current price of each (product, cycle) asked for, in `currency`. Pairs without one are left out.
pub async fn products(
    conn: &mut PgConnection,
    currency: &str,
    products: &[i64],
    cycles: &[i64],
) -> Result<Vec<PricedProduct>> {
    sqlx::query_as!(
        PricedProduct,
        r#"SELECT p.id AS product_id, p.name, p.plugin_id, p.server_group_id, p.setup_when, p.taxable,
                  (p.retired_at IS NULL) AS "sellable!", p.stock, r.id AS price_id, r.amount, r.setup,
                  c.id AS cycle_id, c.name AS cycle_name, c.term AS "cycle: _",
                  p.trial_days, p.term_periods, p.after_term AS "after_term: _", p.billing_day, p.join_days
           FROM (SELECT DISTINCT * FROM unnest($2::bigint[], $3::bigint[]) AS t (product, cycle)) wanted
           JOIN product p ON p.id = wanted.product
           JOIN price r ON r.product_id = p.id AND r.cycle_id = wanted.cycle AND r.currency = $1 AND r.retired_at IS NULL
           JOIN billing_cycle c ON c.id = r.cycle_id"#,
        currency,
        products,
        cycles
    )
    .fetch_all(conn)
    .await
}

/// Which of these products a client has or had.
pub async fn had(conn: &mut PgConnection, client: ClientId, products: &[i64]) -> Result<Vec<ProductId>> {
    let had = sqlx::query_scalar!(
        "SELECT DISTINCT product_id FROM service WHERE client_id = $1 AND product_id = ANY ($2) AND state <> 'cancelled'",
        client.get(),
        products
    )
    .fetch_all(conn)
    .await?;
    Ok(had.into_iter().map(ProductId).collect())
}

/// An extension at its current price.
#[derive(Clone, Debug)]
pub struct PricedTld {
    pub tld_id: TldId,
    pub name: String,
    pub plugin_id: String,
    pub min_years: i32,
    pub max_years: i32,
    pub auth_code_required: bool,
    pub tld_price_id: i64,
    pub register: i64,
    pub renew: i64,
    pub transfer: i64,
}

/// The enabled extensions of `names` that have a price in `currency`; all of them if `names` is empty.
pub async fn tlds(conn: &mut PgConnection, currency: &str, names: &[String]) -> Result<Vec<PricedTld>> {
    sqlx::query_as!(
        PricedTld,
        "SELECT t.id AS tld_id, t.name, t.plugin_id, t.min_years, t.max_years, t.auth_code_required,
                p.id AS tld_price_id, p.register, p.renew, p.transfer
         FROM tld t JOIN tld_price p ON p.tld_id = t.id AND p.currency = $1 AND p.retired_at IS NULL
         WHERE t.enabled AND (cardinality($2::text[]) = 0 OR t.name = ANY ($2)) ORDER BY t.position, t.name",
        currency,
        names
    )
    .fetch_all(conn)
    .await
}

/// Gives one back to the stock of a product that counts it.
pub async fn give_stock(conn: &mut PgConnection, product: ProductId) -> Result<()> {
    sqlx::query!("UPDATE product SET stock = stock + 1 WHERE id = $1", product.get()).execute(conn).await?;
    Ok(())
}

/// Takes `quantity` from the stock of a product that counts it. False: not enough is left.
pub async fn take_stock(conn: &mut PgConnection, product: ProductId, quantity: i32) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE product SET stock = stock - $2 WHERE id = $1 AND (stock IS NULL OR stock >= $2)",
        product.get(),
        quantity
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives the stock of an order's services back.
pub async fn return_stock(conn: &mut PgConnection, order: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE product p SET stock = p.stock + n.count FROM (
             SELECT product_id, count(*)::int AS count FROM service WHERE order_id = $1 GROUP BY product_id) n
         WHERE p.id = n.product_id AND p.stock IS NOT NULL",
        order
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Picks a server of the group with room for one more, by the group's fill rule, and locks it.
/// `None`: all are full or switched off.
pub async fn assign_server(conn: &mut PgConnection, group: i64, plugin: &str) -> Result<Option<i64>> {
    // Lock first, count after: two orders cannot both see the last place.
    sqlx::query!("SELECT id FROM server WHERE group_id = $1 ORDER BY id FOR UPDATE", group)
        .fetch_all(&mut *conn)
        .await?;
    sqlx::query_scalar!(
        r#"WITH load AS (
               SELECT v.id, v.capacity, v.last_assigned_at, g.fill,
                      (SELECT count(*) FROM service s WHERE s.server_id = v.id AND s.state IN ('pending', 'active', 'suspended')) AS used
               FROM server v JOIN server_group g ON g.id = v.group_id
               WHERE v.group_id = $1 AND v.plugin_id = $2 AND v.enabled),
           pick AS (
               SELECT id FROM load WHERE capacity IS NULL OR used < capacity
               ORDER BY CASE WHEN fill = 'least_full' THEN used::numeric / coalesce(capacity, 1000000) END,
                        CASE WHEN fill = 'round_robin' THEN coalesce(last_assigned_at, '-infinity') END, id LIMIT 1)
           UPDATE server SET last_assigned_at = clock_timestamp() FROM pick WHERE server.id = pick.id RETURNING server.id"#,
        group,
        plugin
    )
    .fetch_optional(conn)
    .await
}
