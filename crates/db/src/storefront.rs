//! What visitors see of the catalogue.

use innkeeper_domain::{AfterTerm, BillingCycle, Currency, CycleId, PriceId, ProductGroupId, ProductId, Terms};
use sqlx::{PgConnection, Result};

use crate::{Text, products::terms};

/// A product on sale with one of its prices; the rows of a product and of a group follow one another.
#[derive(Clone, Debug)]
pub struct OfferRow {
    pub group_id: ProductGroupId,
    pub group_name: String,
    pub group_description: String,
    pub product_id: ProductId,
    pub name: String,
    pub slug: String,
    pub description: String,
    pub stock: Option<i32>,
    pub price_id: PriceId,
    pub cycle_id: CycleId,
    pub cycle_name: String,
    pub cycle: Text<BillingCycle>,
    pub amount: i64,
    pub setup: i64,
    pub trial_days: Option<i32>,
    pub term_periods: Option<i32>,
    pub after_term: Text<AfterTerm>,
    pub billing_day: Option<i32>,
    pub join_days: Option<i32>,
}

impl OfferRow {
    /// The terms on which the product is sold.
    pub fn terms(&self) -> Terms {
        terms!(self)
    }
}

/// Everything visible and on sale in a currency.
pub async fn offers(conn: &mut PgConnection, currency: Currency) -> Result<Vec<OfferRow>> {
    sqlx::query_as!(
        OfferRow,
        r#"SELECT g.id AS group_id, g.name AS group_name, g.description AS group_description, p.id AS product_id,
                  p.name, p.slug, p.description, p.stock, r.id AS price_id, r.cycle_id, c.name AS cycle_name,
                  c.term AS "cycle: _", r.amount, r.setup, p.trial_days, p.term_periods,
                  p.after_term AS "after_term: _", p.billing_day, p.join_days
           FROM product_group g JOIN product p ON p.group_id = g.id
           JOIN price r ON r.product_id = p.id AND r.currency = $1 AND r.retired_at IS NULL
           JOIN billing_cycle c ON c.id = r.cycle_id JOIN currency u ON u.code = r.currency AND u.enabled
           WHERE NOT g.hidden AND NOT p.hidden AND NOT p.is_addon AND p.retired_at IS NULL
           ORDER BY g.position, g.id, p.position, p.id, c.kind = 'recurring', r.cycle_id"#,
        currency.code()
    )
    .fetch_all(conn)
    .await
}
