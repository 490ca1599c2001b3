//! Prices of products. Those who bought at an old price keep it: their lines name the row.

use chrono::NaiveDate;
use innkeeper_db::{
    currencies, cycles, price_changes,
    prices::{self, PriceRow, Wanted},
    products,
};
use innkeeper_domain::{BillingCycle, Currency, CycleId, Permission, ProductId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashSet;

use crate::{Actor, App, AppError, Checks, Result, calendar};

/// A price that a product is to have.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewPrice {
    /// In which currency.
    pub currency: Currency,
    /// For which cycle.
    pub cycle_id: CycleId,
    /// Minor units for each cycle, without tax.
    pub amount: i64,
    /// Minor units once, when set up.
    #[serde(default)]
    pub setup: i64,
}

/// Current prices of a product; with `retired` those before, too.
pub async fn list_prices(app: &App, actor: &Actor, product: ProductId, retired: bool) -> Result<Vec<PriceRow>> {
    actor.require(Permission::CatalogueRead)?;
    let mut conn = app.conn().await?;
    products::get(&mut conn, product).await?.ok_or(AppError::NotFound("product"))?;
    Ok(prices::of_product(&mut conn, product, retired).await?)
}

/// Gives a product exactly these prices. A price that stays keeps its row; one that changes or goes is
/// retired, and the new one is a new row. With `existing`, services that are charged an old price are charged the new one
/// for periods that begin on that day or later; their clients are told by the daily run. Fields of errors:
/// `prices.0.amount`.
pub async fn set_prices(
    app: &App,
    actor: &Actor,
    product: ProductId,
    new: Vec<NewPrice>,
    existing: Option<NaiveDate>,
) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    let today = calendar::today_in(&mut tx).await?;
    products::get(tx.conn(), product).await?.ok_or(AppError::NotFound("product"))?;
    let known = cycles::all(tx.conn()).await?;
    let money: HashSet<Currency> = currencies::all(tx.conn()).await?.iter().map(|c| *c.code).collect();
    let mut checks = Checks::default();
    let mut seen = HashSet::new();
    let mut wanted = Wanted::default();
    for (i, price) in new.iter().enumerate() {
        let field = |name: &str| format!("prices.{i}.{name}");
        let cycle = known.iter().find(|c| c.id == price.cycle_id);
        checks.require(cycle.is_some(), &field("cycle_id"), "is not a billing cycle");
        checks.require(money.contains(&price.currency), &field("currency"), "is not a currency of this business");
        checks.require(price.amount >= 0, &field("amount"), "must not be negative");
        checks.require(price.setup >= 0, &field("setup"), "must not be negative");
        let free = cycle.is_some_and(|c| *c.cycle == BillingCycle::Free);
        checks.require(!free || price.amount == 0, &field("amount"), "must be 0 for a free cycle");
        let fresh = seen.insert((price.currency, price.cycle_id));
        checks.require(fresh, &field("cycle_id"), "is given twice for this currency");
        wanted.currencies.push(price.currency.code().to_owned());
        wanted.cycles.push(price.cycle_id.get());
        wanted.amounts.push(price.amount);
        wanted.setups.push(price.setup);
    }
    checks.require(existing.is_none_or(|day| day >= today), "existing", "must not be in the past");
    checks.finish()?;
    let before = summary(&prices::of_product(tx.conn(), product, false).await?);
    let now = tx.now();
    if prices::replace(tx.conn(), product, &wanted, now).await? == (0, 0) {
        return Ok(());
    }
    if let Some(from) = existing {
        price_changes::insert(tx.conn(), product, from, now).await?;
    }
    super::products::edited(&mut tx, product, "prices").await?;
    tx.audit("product.set_prices", "product", product, json!({ "before": before, "after": new, "existing": existing }))
        .await?;
    tx.commit().await
}

fn summary(prices: &[PriceRow]) -> Vec<Value> {
    let one = |p: &PriceRow| json!({ "price_id": p.id, "currency": *p.currency, "cycle_id": p.cycle_id, "amount": p.amount, "setup": p.setup });
    prices.iter().map(one).collect()
}
