//! Product groups, products and their prices, as staff see them.

use axum::Json;
use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_app::catalogue::{self, GroupInput as GroupCommand, ListProducts, NewPrice, PriceRow, ProductRow};
use innkeeper_app::catalogue::{GroupRow, ProductInput as ProductCommand};
use innkeeper_domain::{self as domain, AfterTerm, Money, ProductGroupId, ProductId, SetupWhen};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::currencies::CycleLength;
use super::money::{Amount, AmountInput};
use super::params::{Page, Params, Part, entry};
use super::problem::{Answer, Problem};
use super::reply::{Created, Done, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(groups, create_group))
        .routes(routes!(get_group, update_group))
        .routes(routes!(list, create))
        .routes(routes!(get, update))
        .routes(routes!(retire))
        .routes(routes!(bring_back))
        .routes(routes!(prices, set_prices))
}

/// A product group.
#[derive(Serialize, ToSchema)]
struct ProductGroup {
    id: i64,
    #[schema(example = "Mail")]
    name: String,
    description: String,
    /// Left out of the shop.
    hidden: bool,
    /// Lower comes first.
    position: i32,
    /// Products in it that are not retired.
    products: i64,
}

fn group(row: GroupRow) -> ProductGroup {
    let GroupRow { id, name, description, hidden, position, products } = row;
    ProductGroup { id: id.get(), name, description, hidden, position, products }
}

/// Product groups, in the order of the shop
#[utoipa::path(get, path = "/product-groups", tag = "Catalogue",
    responses((status = 200, body = Page<ProductGroup>)))]
async fn groups(Caller { app, actor }: Caller) -> Answer<Page<ProductGroup>> {
    Ok(Page::whole(catalogue::list_groups(&app, &actor).await?, group))
}

/// A product group
#[utoipa::path(get, path = "/product-groups/{id}", tag = "Catalogue", responses((status = 200, body = ProductGroup)))]
async fn get_group(Caller { app, actor }: Caller, Id(id): Id<ProductGroupId>) -> Answer<Json<ProductGroup>> {
    entry(catalogue::list_groups(&app, &actor).await?, "product group", |row| row.id == id, group)
}

/// A product group as staff write it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProductGroupInput, example = json!({"name": "Mail", "description": "Mailboxes on our own machines"}))]
struct GroupInput {
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    hidden: bool,
    #[serde(default)]
    position: i32,
}

impl From<GroupInput> for GroupCommand {
    fn from(new: GroupInput) -> Self {
        let GroupInput { name, description, hidden, position } = new;
        Self { name, description, hidden, position }
    }
}

/// Add a product group
#[utoipa::path(post, path = "/product-groups", tag = "Catalogue", request_body = GroupInput,
    responses((status = 201, body = Made)))]
async fn create_group(Caller { app, actor }: Caller, Body(new): Body<GroupInput>) -> Answer<Created<Made>> {
    Ok(Made::at("/product-groups", catalogue::create_group(&app, &actor, new.into()).await?))
}

/// Change a product group
#[utoipa::path(put, path = "/product-groups/{id}", tag = "Catalogue", request_body = GroupInput,
    responses((status = 204)))]
async fn update_group(
    Caller { app, actor }: Caller,
    Id(id): Id<ProductGroupId>,
    Body(new): Body<GroupInput>,
) -> Answer<Done> {
    catalogue::update_group(&app, &actor, id, new.into()).await?;
    Ok(Done)
}

/// A product, as staff see it.
#[derive(Serialize, ToSchema)]
struct Product {
    id: i64,
    group_id: i64,
    group_name: String,
    #[schema(example = "Mailbox 10 GB")]
    name: String,
    /// Part of its address in the shop.
    #[schema(example = "mailbox-10-gb")]
    slug: String,
    description: String,
    /// Id of the server plugin; null: nothing is set up anywhere.
    #[schema(example = "server-kerio")]
    plugin_id: Option<String>,
    /// Settings of that plugin; secrets are masked.
    #[schema(value_type = Object, example = json!({"quota_mb": 10240}))]
    settings: Value,
    server_group_id: Option<i64>,
    /// `order`, `payment` or `manual`.
    #[schema(example = "payment")]
    setup_when: &'static str,
    /// How many may still be sold; null: any number.
    stock: Option<i32>,
    taxable: bool,
    /// Left out of the shop, but sold to those who have the link.
    hidden: bool,
    position: i32,
    terms: Terms,
    retired_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

fn product(row: ProductRow) -> Product {
    let terms = row.terms().into();
    Product {
        id: row.id.get(),
        group_id: row.group_id.get(),
        group_name: row.group_name,
        name: row.name,
        slug: row.slug,
        description: row.description,
        plugin_id: row.plugin_id,
        settings: row.settings,
        server_group_id: row.server_group_id,
        setup_when: row.setup_when.as_str(),
        stock: row.stock,
        taxable: row.taxable,
        hidden: row.hidden,
        position: row.position,
        terms,
        retired_at: row.retired_at,
        created_at: row.created_at,
    }
}

/// Free days at first, and after how many periods a service is over. Services keep what they were ordered with.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    /// Days that cost nothing, 1 to 365: once for each client and product. Null: none.
    #[serde(default)]
    #[schema(example = 14)]
    trial_days: Option<u16>,
    /// After so many periods nothing more is invoiced, 1 to 600. Null: until somebody ends it.
    #[serde(default)]
    periods: Option<u16>,
    /// What becomes of the service then: `end` or `free`.
    #[serde(default = "ends")]
    #[schema(value_type = String, example = "end")]
    afterwards: AfterTerm,
    /// Periods of months and years begin on this day of the month, 1 to 28; the days before the first one are charged by
    /// the day. Not with free days. Null: they begin on the day of the order.
    #[serde(default)]
    billing_day: Option<u8>,
    /// If fewer days than this, 1 to 31, are left until then, the first whole period is charged with them. Null: never.
    #[serde(default)]
    join_days: Option<u8>,
}

const fn ends() -> AfterTerm {
    AfterTerm::End
}

impl Default for Terms {
    fn default() -> Self {
        domain::Terms::default().into()
    }
}

impl From<domain::Terms> for Terms {
    fn from(domain::Terms { trial_days, periods, afterwards, billing_day, join_days }: domain::Terms) -> Self {
        Self { trial_days, periods, afterwards, billing_day, join_days }
    }
}

impl From<Terms> for domain::Terms {
    fn from(Terms { trial_days, periods, afterwards, billing_day, join_days }: Terms) -> Self {
        Self { trial_days, periods, afterwards, billing_day, join_days }
    }
}

/// A product with its current prices.
#[derive(Serialize, ToSchema)]
struct ProductDetails {
    #[serde(flatten)]
    product: Product,
    prices: Vec<Price>,
    /// Services that live or wait to.
    live_services: i64,
}

/// A price of a product.
#[derive(Serialize, ToSchema)]
struct Price {
    id: i64,
    cycle_id: i64,
    #[schema(example = "Every month")]
    cycle_name: String,
    cycle: CycleLength,
    /// For each cycle, without tax.
    amount: Amount,
    /// Once, without tax.
    setup: Amount,
    retired_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

fn price(row: PriceRow) -> Price {
    Price {
        id: row.id.get(),
        cycle_id: row.cycle_id.get(),
        cycle_name: row.cycle_name,
        cycle: (*row.cycle).into(),
        amount: Money::new(row.amount, *row.currency).into(),
        setup: Money::new(row.setup, *row.currency).into(),
        retired_at: row.retired_at,
        created_at: row.created_at,
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ProductQuery {
    /// Of this group.
    group_id: Option<i64>,
    /// With this in the name.
    text: Option<String>,
    /// Those no longer sold, too.
    retired: Option<bool>,
    limit: Option<i64>,
    before: Option<i64>,
}

/// Products as staff see them, newest first
#[utoipa::path(get, path = "/products", tag = "Catalogue", params(ProductQuery),
    responses((status = 200, body = Page<Product>)))]
async fn list(Caller { app, actor }: Caller, Params(query): Params<ProductQuery>) -> Answer<Page<Product>> {
    let part = Part::new(query.limit, query.before)?;
    let list = ListProducts {
        group_id: query.group_id.map(Into::into),
        text: query.text.unwrap_or_default(),
        retired: query.retired.unwrap_or(false),
        before: part.before.map(Into::into),
        limit: part.fetch(),
    };
    let rows = catalogue::list_products(&app, &actor, list).await?;
    part.page(rows, |row| row.id.get(), |row| Ok(product(row)))
}

/// A product with its current prices
#[utoipa::path(get, path = "/products/{id}", tag = "Catalogue", responses((status = 200, body = ProductDetails)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<ProductId>) -> Answer<Json<ProductDetails>> {
    let view = catalogue::get_product(&app, &actor, id).await?;
    Ok(Json(ProductDetails {
        product: product(view.row),
        prices: view.prices.into_iter().map(price).collect(),
        live_services: view.live_services,
    }))
}

/// A product as staff write it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"group_id": 1, "name": "Mailbox 10 GB", "setup_when": "payment", "taxable": true}))]
struct ProductInput {
    group_id: i64,
    name: String,
    /// Empty: made from the name.
    #[serde(default)]
    slug: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    plugin_id: Option<String>,
    /// Secrets left empty keep their value.
    #[serde(default)]
    #[schema(value_type = Object)]
    settings: Value,
    /// Where it is set up; needed with a plugin.
    #[serde(default)]
    server_group_id: Option<i64>,
    /// `order`, `payment` or `manual`.
    #[schema(value_type = String)]
    setup_when: SetupWhen,
    #[serde(default)]
    stock: Option<i32>,
    taxable: bool,
    #[serde(default)]
    hidden: bool,
    #[serde(default)]
    position: i32,
    #[serde(default)]
    terms: Terms,
}

impl From<ProductInput> for ProductCommand {
    fn from(new: ProductInput) -> Self {
        Self {
            group_id: new.group_id.into(),
            name: new.name,
            slug: new.slug,
            description: new.description,
            plugin_id: new.plugin_id,
            settings: new.settings,
            server_group_id: new.server_group_id.map(Into::into),
            setup_when: new.setup_when,
            stock: new.stock,
            taxable: new.taxable,
            hidden: new.hidden,
            position: new.position,
            terms: new.terms.into(),
        }
    }
}

/// Add a product
///
/// It has no price yet, so nobody can buy it.
#[utoipa::path(post, path = "/products", tag = "Catalogue", request_body = ProductInput,
    responses((status = 201, body = Made)))]
async fn create(Caller { app, actor }: Caller, Body(new): Body<ProductInput>) -> Answer<Created<Made>> {
    Ok(Made::at("/products", catalogue::create_product(&app, &actor, new.into()).await?))
}

/// Change a product
#[utoipa::path(put, path = "/products/{id}", tag = "Catalogue", request_body = ProductInput,
    responses((status = 204)))]
async fn update(Caller { app, actor }: Caller, Id(id): Id<ProductId>, Body(new): Body<ProductInput>) -> Answer<Done> {
    catalogue::update_product(&app, &actor, id, new.into()).await?;
    Ok(Done)
}

/// Take a product out of sale
///
/// What was sold lives on and renews.
#[utoipa::path(post, path = "/products/{id}/retire", tag = "Catalogue", responses((status = 204)))]
async fn retire(Caller { app, actor }: Caller, Id(id): Id<ProductId>) -> Answer<Done> {
    catalogue::retire_product(&app, &actor, id).await?;
    Ok(Done)
}

/// Put a retired product back on sale
#[utoipa::path(post, path = "/products/{id}/bring-back", tag = "Catalogue", responses((status = 204)))]
async fn bring_back(Caller { app, actor }: Caller, Id(id): Id<ProductId>) -> Answer<Done> {
    catalogue::bring_back_product(&app, &actor, id).await?;
    Ok(Done)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PriceQuery {
    /// Those before, too.
    retired: Option<bool>,
}

/// Prices of a product
#[utoipa::path(get, path = "/products/{id}/prices", tag = "Catalogue", params(PriceQuery),
    responses((status = 200, body = Page<Price>)))]
async fn prices(
    Caller { app, actor }: Caller,
    Id(id): Id<ProductId>,
    Params(query): Params<PriceQuery>,
) -> Answer<Page<Price>> {
    let retired = query.retired.unwrap_or(false);
    Ok(Page::whole(catalogue::list_prices(&app, &actor, id, retired).await?, price))
}

/// All prices that a product is to have.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"prices": [{"cycle_id": 3, "amount": {"amount": "4.90", "currency": "EUR"}}]}))]
struct PricesInput {
    prices: Vec<PriceInput>,
    /// Services that are charged an old price are charged the new one for periods that begin on this day or later; their
    /// clients are told by mail. Left out: they keep it.
    #[serde(default)]
    existing: Option<NaiveDate>,
}

/// A price that a product is to have.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PriceInput {
    cycle_id: i64,
    /// For each cycle, without tax.
    amount: AmountInput,
    /// Once, without tax, in the same currency; left out: nothing.
    #[serde(default)]
    setup: Option<AmountInput>,
}

/// The prices of a list; `prefix` is what its fields begin with in errors: `prices`.
pub(super) fn new_prices(prefix: &str, new: Vec<PriceInput>) -> Answer<Vec<NewPrice>> {
    new.into_iter().enumerate().map(|(i, new)| new_price(&format!("{prefix}.{i}"), new)).collect()
}

fn new_price(prefix: &str, new: PriceInput) -> Answer<NewPrice> {
    let amount = new.amount.money(&format!("{prefix}.amount"))?;
    let field = format!("{prefix}.setup");
    let setup = new.setup.map_or_else(|| Ok(amount.currency().zero()), |setup| setup.money(&field))?;
    if setup.currency() != amount.currency() {
        return Err(Problem::field(field, "must be in the currency of the amount"));
    }
    let (amount, currency) = (amount.minor(), amount.currency());
    Ok(NewPrice { currency, cycle_id: new.cycle_id.into(), amount, setup: setup.minor() })
}

/// Give a product exactly these prices
///
/// Those who bought at an old price keep it, unless `existing` is given.
#[utoipa::path(put, path = "/products/{id}/prices", tag = "Catalogue", request_body = PricesInput,
    responses((status = 204)))]
async fn set_prices(
    Caller { app, actor }: Caller,
    Id(id): Id<ProductId>,
    Body(new): Body<PricesInput>,
) -> Answer<Done> {
    let existing = new.existing;
    let new = new_prices("prices", new.prices)?;
    catalogue::set_prices(&app, &actor, id, new, existing).await?;
    Ok(Done)
}
