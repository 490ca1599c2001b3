//! What is charged by use: meters of products, and what services used.

use axum::Json;
use chrono::NaiveDate;
use innkeeper_app::usage::{self, Meter, MonthView, PriceRow};
use innkeeper_domain::{Currency, Measure, MeterId, ProductId, ServiceId, UsagePrice, usage::UsageTier};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::money::{Amount, currency};
use super::params::Page;
use super::problem::{Answer, Problem};
use super::reply::{Created, Done, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(get))
        .routes(routes!(set_prices))
        .routes(routes!(retire))
        .routes(routes!(of_service))
}

/// Something that is measured of a product's services and charged by the month.
#[derive(Serialize, ToSchema)]
struct UsageMeter {
    id: i64,
    product_id: i64,
    /// As the plugin calls it; `disk` is the space in bytes.
    #[schema(example = "traffic")]
    metric: String,
    #[schema(example = "Traffic")]
    name: String,
    #[schema(example = "GB")]
    unit: String,
    /// So many of what the plugin counts make a unit.
    #[schema(example = 1000000000)]
    unit_size: i64,
    /// What counts of a month: `highest`, the most at once, or `added`, all that was added to a counter.
    #[schema(example = "added")]
    measure: &'static str,
    /// The first month that is charged.
    starts_on: NaiveDate,
    /// By currency and month.
    prices: Vec<MeterPrice>,
}

/// What units cost in months from a day on.
#[derive(Serialize, ToSchema)]
struct MeterPrice {
    #[schema(example = "EUR")]
    currency: &'static str,
    starts_on: NaiveDate,
    tiers: Vec<UsageStep>,
}

/// What each unit beyond so many costs, without tax.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UsageStep {
    #[schema(example = 100)]
    above: u64,
    /// In whole units of the currency, at most 8 decimals.
    #[schema(value_type = String, example = "0.10")]
    #[serde(with = "rust_decimal::serde::str")]
    each: Decimal,
}

fn meter(meter: Meter) -> UsageMeter {
    let Meter { row, prices } = meter;
    UsageMeter {
        id: row.id.get(),
        product_id: row.product_id.get(),
        metric: row.metric,
        name: row.name,
        unit: row.unit,
        unit_size: row.unit_size,
        measure: row.measure.as_str(),
        starts_on: row.starts_on,
        prices: prices.into_iter().map(price).collect(),
    }
}

fn price(row: PriceRow) -> MeterPrice {
    let step = |tier: &UsageTier| UsageStep { above: tier.above, each: tier.each };
    MeterPrice {
        currency: row.currency.code(),
        starts_on: row.starts_on,
        tiers: row.tiers.tiers().iter().map(step).collect(),
    }
}

/// What is charged by use of a product's services
#[utoipa::path(get, path = "/products/{id}/meters", tag = "Catalogue",
    responses((status = 200, body = Page<UsageMeter>)))]
async fn list(Caller { app, actor }: Caller, Id(id): Id<ProductId>) -> Answer<Page<UsageMeter>> {
    Ok(Page::whole(usage::list_meters(&app, &actor, id).await?, meter))
}

/// A meter
#[utoipa::path(get, path = "/meters/{id}", tag = "Catalogue", responses((status = 200, body = UsageMeter)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<MeterId>) -> Answer<Json<UsageMeter>> {
    Ok(Json(meter(usage::get_meter(&app, &actor, id).await?)))
}

/// What is to be measured and charged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"metric": "traffic", "name": "Traffic", "unit": "GB", "unit_size": 1000000000,
    "measure": "added", "prices": [{"currency": "EUR",
    "tiers": [{"above": 100, "each": "0.10"}, {"above": 500, "each": "0.08"}]}]}))]
struct MeterInput {
    /// As the plugin calls it; `disk` is the space in bytes.
    metric: String,
    name: String,
    unit: String,
    /// So many of what the plugin counts make a unit; 1 if left out.
    #[serde(default = "one")]
    unit_size: i64,
    /// `highest` or `added`.
    #[schema(value_type = String)]
    measure: Measure,
    /// The first day of the first month that is charged, this one or later; left out: the next one.
    #[serde(default)]
    starts_on: Option<NaiveDate>,
    /// At least one.
    prices: Vec<MeterPriceInput>,
}

const fn one() -> i64 {
    1
}

/// What units cost in one currency. Units before the first tier are included.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MeterPriceInput {
    #[schema(example = "EUR")]
    currency: String,
    /// At most 20, in order.
    tiers: Vec<UsageStep>,
}

fn prices(all: Vec<MeterPriceInput>) -> Answer<Vec<(Currency, UsagePrice)>> {
    let read = |(i, one): (usize, MeterPriceInput)| {
        let tiers: Vec<_> =
            one.tiers.into_iter().map(|step| UsageTier { above: step.above, each: step.each }).collect();
        let price = UsagePrice::try_from(tiers).map_err(|why| Problem::field(format!("prices.{i}.tiers"), why))?;
        Ok((currency(&one.currency, &format!("prices.{i}.currency"))?, price))
    };
    all.into_iter().enumerate().map(read).collect()
}

/// Charge something more by use
#[utoipa::path(post, path = "/products/{id}/meters", tag = "Catalogue", request_body = MeterInput,
    responses((status = 201, body = Made)))]
async fn add(
    Caller { app, actor }: Caller,
    Id(id): Id<ProductId>,
    Body(new): Body<MeterInput>,
) -> Answer<Created<Made>> {
    let MeterInput { metric, name, unit, unit_size, measure, starts_on, prices: all } = new;
    let input = usage::MeterInput { metric, name, unit, unit_size, measure, starts_on, prices: prices(all)? };
    Ok(Made::at("/meters", usage::add_meter(&app, &actor, id, input).await?))
}

/// New prices of a meter's units.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"prices": [{"currency": "EUR", "tiers": [{"above": 100, "each": "0.12"}]}]}))]
struct MeterPricesInput {
    /// The first day of a later month from which on they count; left out: the next one.
    #[serde(default)]
    starts_on: Option<NaiveDate>,
    /// A currency that is left out keeps its price.
    prices: Vec<MeterPriceInput>,
}

/// Change what a meter's units cost in later months
#[utoipa::path(post, path = "/meters/{id}/prices", tag = "Catalogue", request_body = MeterPricesInput,
    responses((status = 204)))]
async fn set_prices(
    Caller { app, actor }: Caller,
    Id(id): Id<MeterId>,
    Body(new): Body<MeterPricesInput>,
) -> Answer<Done> {
    usage::set_prices(&app, &actor, id, &prices(new.prices)?, new.starts_on).await?;
    Ok(Done)
}

/// Measure something no more
///
/// What was used and is not invoiced yet is not charged.
#[utoipa::path(post, path = "/meters/{id}/retire", tag = "Catalogue", responses((status = 204)))]
async fn retire(Caller { app, actor }: Caller, Id(id): Id<MeterId>) -> Answer<Done> {
    usage::retire_meter(&app, &actor, id).await?;
    Ok(Done)
}

/// What a service used in a month.
#[derive(Serialize, ToSchema)]
struct UsageMonth {
    /// Its first day.
    month: NaiveDate,
    #[schema(example = "traffic")]
    metric: String,
    #[schema(example = "Traffic")]
    name: String,
    #[schema(example = "GB")]
    unit: String,
    /// Begun units.
    #[schema(example = 612)]
    units: u64,
    /// What they cost, without tax.
    amount: Amount,
    /// The month is over and reckoned.
    is_closed: bool,
}

impl From<MonthView> for UsageMonth {
    fn from(view: MonthView) -> Self {
        let MonthView { row, name, unit, units, amount, .. } = view;
        let is_closed = row.closed_at.is_some();
        Self { month: row.month, metric: row.metric, name, unit, units, amount: amount.into(), is_closed }
    }
}

/// What a service used, newest month first
///
/// The latest 24 entries. A month that is not over is told as far as it is known.
#[utoipa::path(get, path = "/services/{id}/usage", tag = "Services", responses((status = 200, body = Page<UsageMonth>)))]
async fn of_service(Caller { app, actor }: Caller, Id(id): Id<ServiceId>) -> Answer<Page<UsageMonth>> {
    Ok(Page::whole(usage::of_service(&app, &actor, id).await?, UsageMonth::from))
}
