//! Configurable options: what a buyer chooses with a product.

use axum::Json;
use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_app::options::{
    self, GroupRow, OptionGroupInput as GroupCommand, OptionInput as OptionCommand, OptionValue, ProductOption,
    ValueInput as ValueCommand,
};
use innkeeper_domain::{Currency, Money, OptionGroupId, OptionId, OptionKind, OptionValueId, options::Chosen};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::money::Amount;
use super::params::Page;
use super::problem::Answer;
use super::products::{PriceInput, new_prices};
use super::reply::{Created, Done, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(groups, create_group))
        .routes(routes!(get_group, update_group))
        .routes(routes!(create))
        .routes(routes!(get, update))
        .routes(routes!(retire))
        .routes(routes!(bring_back))
}

/// A group of options.
#[derive(Serialize, ToSchema)]
struct OptionGroup {
    id: i64,
    #[schema(example = "Machines")]
    name: String,
    /// The products that have its options.
    #[schema(example = json!([3, 4]))]
    product_ids: Vec<i64>,
}

fn group(row: GroupRow) -> OptionGroup {
    OptionGroup { id: row.id.get(), name: row.name, product_ids: row.products }
}

/// A group of options with these.
#[derive(Serialize, ToSchema)]
struct OptionGroupDetails {
    #[serde(flatten)]
    group: OptionGroup,
    /// Retired ones last.
    options: Vec<ConfigurableOption>,
}

/// An option.
#[derive(Serialize, ToSchema)]
struct ConfigurableOption {
    id: i64,
    group_id: i64,
    #[schema(example = "RAM")]
    name: String,
    /// `choice`, `yes_no` or `quantity`.
    #[schema(example = "choice")]
    kind: &'static str,
    /// A choice is shown as a list of buttons.
    radio: bool,
    /// Of a quantity: the least, the most, and the step from the least on.
    #[schema(example = json!(null))]
    least: Option<i32>,
    #[schema(example = json!(null))]
    most: Option<i32>,
    #[schema(example = json!(null))]
    step: Option<i32>,
    position: i32,
    /// What the plugin is told of it: the key of a setting of the product, which counts in place of the product's own, of a
    /// quantity that the plugin sells on top, or of an answer. Empty: nothing.
    #[schema(example = "memory")]
    setting: String,
    retired_at: Option<DateTime<Utc>>,
    /// In the order of the form.
    values: Vec<ConfigurableValue>,
}

/// A value of a choice, the yes of a yes or no, or a tier of a quantity.
#[derive(Serialize, ToSchema)]
struct ConfigurableValue {
    id: i64,
    #[schema(example = "4 GB")]
    name: String,
    /// Of a tier: its price is that of each unit beyond so many.
    above: i32,
    /// Not offered in the shop.
    hidden: bool,
    /// What the plugin is told; empty: the name, or 1 for yes.
    #[schema(example = "4096")]
    code: String,
    prices: Vec<OptionPrice>,
}

/// A price of a value or of a unit.
#[derive(Serialize, ToSchema)]
struct OptionPrice {
    cycle_id: i64,
    #[schema(example = "Every month")]
    cycle_name: String,
    /// For each cycle, without tax.
    amount: Amount,
    /// Once, without tax.
    setup: Amount,
}

/// An option that can be chosen with a product.
#[derive(Serialize, ToSchema)]
pub(super) struct ShopOption {
    id: i64,
    #[schema(example = "RAM")]
    name: String,
    /// `choice`: choose the id of a value; `yes_no`: 1 or 0; `quantity`: how many.
    #[schema(example = "choice")]
    kind: &'static str,
    /// Of a quantity: the least, the most, and the step from the least on.
    #[schema(example = json!(null))]
    least: Option<i32>,
    #[schema(example = json!(null))]
    most: Option<i32>,
    #[schema(example = json!(null))]
    step: Option<i32>,
    /// The values of a choice, the first one if nothing is chosen; what the yes costs; the tiers of a quantity.
    values: Vec<ShopValue>,
}

/// A value or a tier on sale.
#[derive(Serialize, ToSchema)]
struct ShopValue {
    id: i64,
    #[schema(example = "4 GB")]
    name: String,
    /// Of a tier: its price is that of each unit beyond so many.
    above: i32,
    /// In the currency asked for. Without one for a cycle it is not sold with that.
    prices: Vec<OptionPrice>,
}

/// What of an option is on sale in a currency.
pub(super) fn on_sale(option: &ProductOption, currency: Currency) -> ShopOption {
    let value = |value: &OptionValue| ShopValue {
        id: value.row.id.get(),
        name: value.row.name.clone(),
        above: value.row.above,
        prices: value.prices.iter().filter(|found| *found.currency == currency).cloned().map(price).collect(),
    };
    let values = option.values.iter().filter(|value| !value.row.hidden).map(value);
    ShopOption {
        id: option.row.id.get(),
        name: option.row.name.clone(),
        kind: option.row.kind.as_str(),
        least: option.row.least,
        most: option.row.most,
        step: option.row.step,
        values: values.filter(|value| !value.prices.is_empty()).collect(),
    }
}

/// What was chosen of an option with a service.
#[derive(Serialize, ToSchema)]
pub(super) struct BoughtOption {
    option_id: i64,
    /// Null of a quantity.
    value_id: Option<i64>,
    /// 1 of what is not counted.
    units: u32,
    #[schema(example = "RAM")]
    name: String,
    #[schema(example = "4 GB")]
    value: String,
    /// In the service's amount.
    amount: Amount,
}

pub(super) fn bought(chosen: &Chosen, currency: Currency) -> BoughtOption {
    BoughtOption {
        option_id: chosen.option_id.get(),
        value_id: chosen.value_id.map(OptionValueId::get),
        units: chosen.units,
        name: chosen.name.clone(),
        value: chosen.value.clone(),
        amount: Money::new(chosen.amount, currency).into(),
    }
}

fn price(price: options::OptionPriceRow) -> OptionPrice {
    OptionPrice {
        cycle_id: price.cycle_id.get(),
        cycle_name: price.cycle_name,
        amount: Money::new(price.amount, *price.currency).into(),
        setup: Money::new(price.setup, *price.currency).into(),
    }
}

fn option(option: ProductOption) -> ConfigurableOption {
    let ProductOption { row, values } = option;
    ConfigurableOption {
        id: row.id.get(),
        group_id: row.group_id.get(),
        name: row.name,
        kind: row.kind.as_str(),
        radio: row.radio,
        least: row.least,
        most: row.most,
        step: row.step,
        position: row.position,
        setting: row.setting,
        retired_at: row.retired_at,
        values: values.into_iter().map(value).collect(),
    }
}

fn value(OptionValue { row, prices }: OptionValue) -> ConfigurableValue {
    ConfigurableValue {
        id: row.id.get(),
        name: row.name,
        above: row.above,
        hidden: row.hidden,
        code: row.code,
        prices: prices.into_iter().map(price).collect(),
    }
}

/// Groups of options, by name
#[utoipa::path(get, path = "/option-groups", tag = "Catalogue", responses((status = 200, body = Page<OptionGroup>)))]
async fn groups(Caller { app, actor }: Caller) -> Answer<Page<OptionGroup>> {
    Ok(Page::whole(options::list_groups(&app, &actor).await?, group))
}

/// A group of options with these
#[utoipa::path(get, path = "/option-groups/{id}", tag = "Catalogue",
    responses((status = 200, body = OptionGroupDetails)))]
async fn get_group(Caller { app, actor }: Caller, Id(id): Id<OptionGroupId>) -> Answer<Json<OptionGroupDetails>> {
    let found = options::get_group(&app, &actor, id).await?;
    Ok(Json(OptionGroupDetails { group: group(found.row), options: found.options.into_iter().map(option).collect() }))
}

/// A group of options as staff write it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Machines", "product_ids": [3]}))]
struct OptionGroupInput {
    name: String,
    /// The products that have its options.
    #[serde(default)]
    product_ids: Vec<i64>,
}

impl From<OptionGroupInput> for GroupCommand {
    fn from(new: OptionGroupInput) -> Self {
        Self { name: new.name, products: new.product_ids.into_iter().map(Into::into).collect() }
    }
}

/// Add a group of options
#[utoipa::path(post, path = "/option-groups", tag = "Catalogue", request_body = OptionGroupInput,
    responses((status = 201, body = Made)))]
async fn create_group(Caller { app, actor }: Caller, Body(new): Body<OptionGroupInput>) -> Answer<Created<Made>> {
    Ok(Made::at("/option-groups", options::create_group(&app, &actor, new.into()).await?))
}

/// Change a group of options
#[utoipa::path(put, path = "/option-groups/{id}", tag = "Catalogue", request_body = OptionGroupInput,
    responses((status = 204)))]
async fn update_group(
    Caller { app, actor }: Caller,
    Id(id): Id<OptionGroupId>,
    Body(new): Body<OptionGroupInput>,
) -> Answer<Done> {
    options::update_group(&app, &actor, id, new.into()).await?;
    Ok(Done)
}

/// An option as staff write it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "RAM", "kind": "choice", "values": [{"name": "4 GB",
    "prices": [{"cycle_id": 3, "amount": {"amount": "3.00", "currency": "EUR"}}]}]}))]
struct OptionInput {
    name: String,
    /// `choice`, `yes_no` or `quantity`. Cannot change later.
    #[schema(value_type = String)]
    kind: OptionKind,
    /// Show a choice as a list of buttons.
    #[serde(default)]
    radio: bool,
    /// Of a quantity: the least, the most, and the step from the least on.
    #[serde(default)]
    least: Option<i32>,
    #[serde(default)]
    most: Option<i32>,
    #[serde(default)]
    step: Option<i32>,
    #[serde(default)]
    position: i32,
    /// What the plugin is told of it: the key of a setting of the product, which counts in place of the product's own, of a
    /// quantity that the plugin sells on top, or of an answer.
    #[serde(default)]
    setting: String,
    /// In their order. Values that are left out are retired.
    values: Vec<OptionValueInput>,
    /// When it is changed: also for services that have it, for periods that begin on this day or later. Their clients are
    /// told.
    #[serde(default, deserialize_with = "super::day::optional_day")]
    existing: Option<NaiveDate>,
}

/// A value as staff write it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OptionValueInput {
    /// One that there is; left out: a new one.
    #[serde(default)]
    id: Option<i64>,
    /// Of a choice.
    #[serde(default)]
    name: String,
    /// Of a tier: its price is that of each unit beyond so many; 0 for the first.
    #[serde(default)]
    above: i32,
    #[serde(default)]
    hidden: bool,
    /// What the plugin is told; left out: the name, or 1 for yes.
    #[serde(default)]
    code: String,
    /// Without one in a currency and cycle it is not sold that way.
    #[serde(default)]
    prices: Vec<PriceInput>,
}

impl OptionInput {
    fn command(self) -> Answer<OptionCommand> {
        let Self { name, kind, radio, least, most, step, position, setting, values, existing: _ } = self;
        let value = |(i, value): (usize, OptionValueInput)| {
            let prices = new_prices(&format!("values.{i}.prices"), value.prices)?;
            let OptionValueInput { id, name, above, hidden, code, .. } = value;
            Ok(ValueCommand { id: id.map(Into::into), name, above, hidden, code, prices })
        };
        let values = values.into_iter().enumerate().map(value).collect::<Answer<_>>()?;
        Ok(OptionCommand { name, kind, radio, least, most, step, position, setting, values })
    }
}

/// Add an option to a group
#[utoipa::path(post, path = "/option-groups/{id}/options", tag = "Catalogue", request_body = OptionInput,
    responses((status = 201, body = Made)))]
async fn create(
    Caller { app, actor }: Caller,
    Id(group): Id<OptionGroupId>,
    Body(new): Body<OptionInput>,
) -> Answer<Created<Made>> {
    Ok(Made::at("/options", options::create(&app, &actor, group, new.command()?).await?))
}

/// An option with its values
#[utoipa::path(get, path = "/options/{id}", tag = "Catalogue", responses((status = 200, body = ConfigurableOption)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<OptionId>) -> Answer<Json<ConfigurableOption>> {
    Ok(Json(option(options::get(&app, &actor, id).await?)))
}

/// Change an option
///
/// Values that are left out are retired. Services keep what they have, and its price, unless `existing` is given.
#[utoipa::path(put, path = "/options/{id}", tag = "Catalogue", request_body = OptionInput,
    responses((status = 204)))]
async fn update(Caller { app, actor }: Caller, Id(id): Id<OptionId>, Body(new): Body<OptionInput>) -> Answer<Done> {
    let existing = new.existing;
    options::update(&app, &actor, id, new.command()?, existing).await?;
    Ok(Done)
}

/// Take an option off the shelf
#[utoipa::path(post, path = "/options/{id}/retire", tag = "Catalogue", responses((status = 204)))]
async fn retire(Caller { app, actor }: Caller, Id(id): Id<OptionId>) -> Answer<Done> {
    options::retire(&app, &actor, id).await?;
    Ok(Done)
}

/// Offer a retired option again
#[utoipa::path(post, path = "/options/{id}/bring-back", tag = "Catalogue", responses((status = 204)))]
async fn bring_back(Caller { app, actor }: Caller, Id(id): Id<OptionId>) -> Answer<Done> {
    options::bring_back(&app, &actor, id).await?;
    Ok(Done)
}
