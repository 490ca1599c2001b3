//! What is measured of a product's services, and what it costs.

use chrono::NaiveDate;
use innkeeper_db::{
    currencies, products,
    usage::{self as db, MeterRow, NewMeter, PriceRow},
};
use innkeeper_domain::{Currency, Measure, MeterId, Permission, ProductId, UsagePrice};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::month_after;
use crate::{Actor, App, AppError, Checks, Result, Tx, calendar, catalogue::taken};

/// A meter with its prices.
#[derive(Clone, Debug)]
pub struct Meter {
    /// The meter.
    pub row: MeterRow,
    /// By currency and first month.
    pub prices: Vec<PriceRow>,
}

/// A meter as staff write it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MeterInput {
    /// The plugin's key: `disk`, or the key of a metric that it tells.
    pub metric: String,
    /// What clients read: `Traffic`.
    pub name: String,
    /// What a unit is called: `GB`.
    pub unit: String,
    /// How many of the plugin's count make a unit.
    pub unit_size: i64,
    /// What counts of a month.
    pub measure: Measure,
    /// The first day of the first month that is charged: this month or later; none: the next one.
    #[serde(default)]
    pub starts_on: Option<NaiveDate>,
    /// What units cost.
    pub prices: Vec<(Currency, UsagePrice)>,
}

/// The meters of a product.
pub async fn list_meters(app: &App, actor: &Actor, product: ProductId) -> Result<Vec<Meter>> {
    actor.require(Permission::CatalogueRead)?;
    let mut conn = app.conn().await?;
    products::get(&mut conn, product).await?.ok_or(AppError::NotFound("product"))?;
    let prices = db::prices(&mut conn, product).await?;
    let rows = db::meters(&mut conn, product).await?;
    let of = |id: MeterId| prices.iter().filter(|price| price.meter_id == id).cloned().collect();
    Ok(rows.into_iter().map(|row| Meter { prices: of(row.id), row }).collect())
}

/// A meter.
pub async fn get_meter(app: &App, actor: &Actor, id: MeterId) -> Result<Meter> {
    actor.require(Permission::CatalogueRead)?;
    let row = db::meter(&mut *app.conn().await?, id).await?.ok_or(AppError::NotFound("meter"))?;
    let all = list_meters(app, actor, row.product_id).await?;
    all.into_iter().find(|meter| meter.row.id == id).ok_or(AppError::NotFound("meter"))
}

/// What can be metered of a product's services: the space on disk, and what their plugin told last.
pub async fn metrics(app: &App, actor: &Actor, product: ProductId) -> Result<Vec<String>> {
    actor.require(Permission::CatalogueRead)?;
    let told = db::told(&mut *app.conn().await?, product).await?;
    Ok(std::iter::once(super::DISK.to_owned()).chain(told).collect())
}

/// Measures something more of the services of a product.
pub async fn add_meter(app: &App, actor: &Actor, product: ProductId, input: MeterInput) -> Result<MeterId> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    products::get(tx.conn(), product).await?.ok_or(AppError::NotFound("product"))?;
    let today = calendar::today_in(&mut tx).await?;
    let starts_on = input.starts_on.unwrap_or_else(|| month_after(today));
    let mut checks = Checks::default();
    let (metric, name, unit) = (input.metric.trim(), input.name.trim(), input.unit.trim());
    checks.text("metric", metric, 60, true);
    checks.text("name", name, 80, true);
    checks.text("unit", unit, 20, true);
    checks.require(input.unit_size > 0, "unit_size", "must be more than nothing");
    let fits = starts_on == super::month_of(starts_on) && month_after(starts_on) > today;
    checks.require(fits, "starts_on", "must be the first day of this month or of a later one");
    check_prices(&mut tx, &mut checks, &input.prices).await?;
    checks.finish()?;
    let new = NewMeter {
        product_id: product,
        metric,
        name,
        unit,
        unit_size: input.unit_size,
        measure: input.measure,
        starts_on,
    };
    let id = db::insert(tx.conn(), &new).await;
    let id = id.map_err(|e| taken(e, "meter_metric", "metric", "is measured of this product already"))?;
    put(&mut tx, id, &input.prices, starts_on).await?;
    tx.audit("meter.add", "product", product, json!({ "meter": id, "starts_on": starts_on, "input": input })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Sets what units cost in months from `starts_on` on: the first day of a later month; none: the next one. A currency
/// that is not given keeps its price.
pub async fn set_prices(
    app: &App,
    actor: &Actor,
    id: MeterId,
    prices: &[(Currency, UsagePrice)],
    starts_on: Option<NaiveDate>,
) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    let meter = db::meter(tx.conn(), id).await?.ok_or(AppError::NotFound("meter"))?;
    let next = month_after(calendar::today_in(&mut tx).await?).max(meter.starts_on);
    let starts_on = starts_on.unwrap_or(next);
    let mut checks = Checks::default();
    let fits = starts_on == super::month_of(starts_on) && starts_on >= next;
    checks.require(fits, "starts_on", format_args!("must be the first day of a month, {next} or later"));
    check_prices(&mut tx, &mut checks, prices).await?;
    checks.finish()?;
    put(&mut tx, id, prices, starts_on).await?;
    let detail = json!({ "meter": id, "starts_on": starts_on, "prices": prices });
    tx.audit("meter.price", "product", meter.product_id, detail).await?;
    tx.commit().await
}

/// Measures no more, and charges nothing that is not reckoned yet.
pub async fn retire_meter(app: &App, actor: &Actor, id: MeterId) -> Result<ProductId> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    let meter = db::meter(tx.conn(), id).await?.ok_or(AppError::NotFound("meter"))?;
    let now = tx.now();
    if !db::retire(tx.conn(), id, now).await? {
        return Err(AppError::NotFound("meter"));
    }
    tx.audit("meter.retire", "product", meter.product_id, json!({ "meter": id })).await?;
    tx.commit().await?;
    Ok(meter.product_id)
}

async fn check_prices(tx: &mut Tx<'_>, checks: &mut Checks, prices: &[(Currency, UsagePrice)]) -> Result<()> {
    let known = currencies::all(tx.conn()).await?;
    checks.require(!prices.is_empty(), "prices", "must be there in at least one currency");
    for (currency, _) in prices {
        let is_known = known.iter().any(|row| *row.code == *currency);
        checks.require(is_known, "prices", format_args!("{currency} is no currency of the business"));
    }
    Ok(())
}

async fn put(tx: &mut Tx<'_>, id: MeterId, prices: &[(Currency, UsagePrice)], starts_on: NaiveDate) -> Result<()> {
    for (currency, price) in prices {
        db::put_price(tx.conn(), id, (*currency, price), starts_on).await?;
    }
    Ok(())
}
