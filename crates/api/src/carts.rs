//! Carts: choices, priced anew each time they are looked at.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use chrono::NaiveDate;
use innkeeper_app::carts::{self, CartItemView, CartView, QuoteLine};
use innkeeper_app::{AppError, orders};
use innkeeper_domain::{CartItemId, ClientId, OptionId};
use innkeeper_web::AppState;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::money::Amount;
use super::orders::Order;
use super::problem::{Answer, Problem};
use super::reply::{Created, Done, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(get))
        .routes(routes!(add_product))
        .routes(routes!(add_domain))
        .routes(routes!(remove))
        .routes(routes!(use_code, drop_code))
        .routes(routes!(checkout))
}

/// A cart with today's prices.
#[derive(Serialize, ToSchema)]
struct Cart {
    id: i64,
    /// Whose it is.
    client_id: Option<i64>,
    items: Vec<CartItem>,
    /// What is to be paid now.
    lines: Vec<CartLine>,
    subtotal: Amount,
    tax: Amount,
    total: Amount,
    /// The code that was given; null if none was.
    promotion: Option<CartPromotion>,
}

/// What a code does to a cart.
#[derive(Serialize, ToSchema)]
struct CartPromotion {
    #[schema(example = "SUMMER20")]
    code: String,
    /// What it takes off, without tax.
    off: Amount,
    /// Why it takes nothing off; the cart cannot be ordered before it is removed.
    #[schema(example = json!(null))]
    problem: Option<String>,
}

/// A choice.
#[derive(Serialize, ToSchema)]
struct CartItem {
    id: i64,
    /// `product`, `domain_register` or `domain_transfer`.
    #[schema(example = "product")]
    kind: String,
    /// Name of the product, or the domain.
    title: String,
    /// Cycle or years, and the answers given.
    detail: String,
    /// It begins with free days; null if not.
    trial: Option<Trial>,
    /// Why it cannot be ordered; null if it can.
    #[schema(example = json!(null))]
    problem: Option<String>,
    /// The registry of this domain asks something that was not answered yet: add it again with `answers`.
    is_unanswered: bool,
    /// Of an add-on: what it is for, as `item-3` of the cart, or `service-4`.
    #[schema(example = json!(null))]
    parent: Option<String>,
    /// Add-ons that could be ordered with it.
    addons: Vec<CartAddon>,
}

/// Free days at first.
#[derive(Serialize, ToSchema)]
struct Trial {
    /// The first day that costs something.
    until: NaiveDate,
    /// What each period costs then, without tax.
    then: Amount,
}

/// An add-on on sale.
#[derive(Serialize, ToSchema)]
struct CartAddon {
    product_id: i64,
    #[schema(example = "Certificate")]
    name: String,
}

/// A line of the invoice to come.
#[derive(Serialize, ToSchema)]
struct CartLine {
    /// The choice it comes from.
    item_id: i64,
    /// As on invoices.
    #[schema(example = "recurring")]
    kind: &'static str,
    description: String,
    quantity: i32,
    /// Without tax.
    net: Amount,
    tax_name: String,
    tax: Amount,
}

impl From<CartView> for Cart {
    fn from(cart: CartView) -> Self {
        Self {
            id: cart.id.get(),
            client_id: cart.client_id.map(ClientId::get),
            items: cart.items.into_iter().map(item).collect(),
            subtotal: cart.quote.subtotal.into(),
            tax: cart.quote.tax.into(),
            total: cart.quote.total.into(),
            lines: cart.quote.lines.into_iter().map(line).collect(),
            promotion: cart.quote.promotion.map(|applied| CartPromotion {
                code: applied.code,
                off: applied.off.into(),
                problem: applied.problem,
            }),
        }
    }
}

fn item(item: CartItemView) -> CartItem {
    let CartItemView { id, kind, title, detail, trial, problem, asks: _, is_unanswered, parent, addons } = item;
    let trial = trial.map(|(until, then)| Trial { until, then: then.into() });
    let parent = parent.map(|parent| parent.to_string());
    let addons = addons.into_iter().map(|one| CartAddon { product_id: one.addon_id.get(), name: one.name }).collect();
    CartItem { id: id.get(), kind, title, detail, trial, problem, is_unanswered, parent, addons }
}

fn line(line: QuoteLine) -> CartLine {
    CartLine {
        item_id: line.item.get(),
        kind: line.kind,
        description: line.description,
        quantity: line.quantity,
        net: line.net.into(),
        tax_name: line.tax_name,
        tax: line.tax.into(),
    }
}

/// A cart to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"client_id": 17}))]
struct NewCart {
    /// For whom; a client's token may leave it out.
    #[serde(default)]
    client_id: Option<i64>,
}

/// The name of a cart.
#[derive(Serialize, ToSchema)]
struct CartToken {
    /// Names the cart in addresses. Whoever has it and may act for the client may change the cart.
    #[schema(example = "r8mPEvqsVQj1hKfY0dDkVt1l2dYvPzE4k5m0s0Vq1ZI")]
    token: String,
}

/// Make a cart
#[utoipa::path(post, path = "/carts", tag = "Carts", request_body = NewCart, responses((status = 201, body = CartToken)))]
async fn create(Caller { app, actor }: Caller, Body(new): Body<NewCart>) -> Answer<Created<CartToken>> {
    if actor.is_staff() && new.client_id.is_none() {
        return Err(Problem::field("client_id", "must be given by staff"));
    }
    let token = carts::create(&app, &actor, new.client_id.map(ClientId)).await?;
    Ok(Created(format!("/carts/{token}"), CartToken { token }))
}

/// A cart with today's prices
#[utoipa::path(get, path = "/carts/{token}", tag = "Carts", responses((status = 200, body = Cart)))]
async fn get(Caller { app, actor }: Caller, Path(token): Path<String>) -> Answer<Json<Cart>> {
    let cart = carts::view(&app, &actor, &token).await?.ok_or(AppError::NotFound("cart"))?;
    Ok(Json(cart.into()))
}

/// A product to be added. It has no price: that is the catalogue's.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"product_id": 3, "cycle_id": 4, "fields": {"username": "ada", "password": "correct horse battery"}}))]
struct CartProduct {
    product_id: i64,
    /// How often it is charged: one of the product's offers.
    cycle_id: i64,
    /// Answers to the order fields of the product, by key; see `/store/products/{id}`.
    #[serde(default)]
    fields: BTreeMap<String, String>,
    /// Answers to its custom fields, by key; see there, too.
    #[serde(default)]
    custom_fields: BTreeMap<String, String>,
    /// What is chosen of its options, by their ids: the id of a value of a choice, 1 for yes, or how many. Left out: the
    /// first value, no, or the least quantity.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({"4": 12, "5": 1}))]
    options: BTreeMap<OptionId, i64>,
    /// Of an add-on: what it is for, as `item-3` of the cart, or `service-4`.
    #[serde(default)]
    #[schema(example = json!(null))]
    parent: Option<String>,
}

/// Add a product to a cart
#[utoipa::path(post, path = "/carts/{token}/products", tag = "Carts", request_body = CartProduct,
    responses((status = 201, body = Made)))]
async fn add_product(
    Caller { app, actor }: Caller,
    Path(token): Path<String>,
    Body(new): Body<CartProduct>,
) -> Answer<Created<Made>> {
    let CartProduct { product_id, cycle_id, fields, custom_fields, options, parent } = new;
    let parent = parent.map(|parent| parent.parse()).transpose()?;
    let (product_id, cycle_id) = (product_id.into(), cycle_id.into());
    let add = carts::AddProduct { product_id, cycle_id, fields, custom_fields, options, parent };
    let id = carts::add_product(&app, &actor, &token, add).await?;
    Ok(Created(format!("/carts/{token}"), Made { id: id.get() }))
}

/// A domain to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "example.com", "years": 2}))]
struct CartDomain {
    /// The whole name.
    name: String,
    /// For how long it is registered; a transfer adds one year.
    #[serde(default = "one")]
    years: i32,
    /// Transfer it here instead of registering it.
    #[serde(default)]
    transfer: bool,
    /// The code of the registrar it leaves.
    #[serde(default)]
    auth_code: Option<String>,
    /// Answers to what the registry asks, by key; `wish.privacy` and `wish.service.<code>` are `1` or missing.
    #[serde(default)]
    answers: BTreeMap<String, String>,
}

fn one() -> i32 {
    1
}

/// Add a domain to a cart
#[utoipa::path(post, path = "/carts/{token}/domains", tag = "Carts", request_body = CartDomain,
    responses((status = 201, body = Made)))]
async fn add_domain(
    Caller { app, actor }: Caller,
    Path(token): Path<String>,
    Body(new): Body<CartDomain>,
) -> Answer<Created<Made>> {
    let CartDomain { name, years, transfer, auth_code, answers } = new;
    let add = carts::AddDomain { name, years, transfer, auth_code, answers };
    let id = carts::add_domain(&app, &actor, &token, add).await?;
    Ok(Created(format!("/carts/{token}"), Made { id: id.get() }))
}

/// Remove a choice from a cart
#[utoipa::path(delete, path = "/carts/{token}/items/{id}", tag = "Carts", responses((status = 204)))]
async fn remove(Caller { app, actor }: Caller, Path((token, id)): Path<(String, String)>) -> Answer<Done> {
    let id: CartItemId = id.parse().map_err(|_| AppError::NotFound("cart item"))?;
    carts::remove(&app, &actor, &token, id).await?;
    Ok(Done)
}

/// A code to be used.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "SUMMER20"}))]
struct CartCode {
    code: String,
}

/// Use a promotion for a cart
#[utoipa::path(put, path = "/carts/{token}/promotion", tag = "Carts", request_body = CartCode,
    responses((status = 204)))]
async fn use_code(Caller { app, actor }: Caller, Path(token): Path<String>, Body(new): Body<CartCode>) -> Answer<Done> {
    carts::use_code(&app, &actor, &token, &new.code).await?;
    Ok(Done)
}

/// Remove the promotion from a cart
#[utoipa::path(delete, path = "/carts/{token}/promotion", tag = "Carts", responses((status = 204)))]
async fn drop_code(Caller { app, actor }: Caller, Path(token): Path<String>) -> Answer<Done> {
    carts::drop_code(&app, &actor, &token).await?;
    Ok(Done)
}

/// Order what is in a cart
///
/// Makes the order with its services, domains and invoice at once. The same cart twice is one order.
#[utoipa::path(post, path = "/carts/{token}/checkout", tag = "Carts", responses((status = 201, body = Order)))]
async fn checkout(Caller { app, actor }: Caller, Path(token): Path<String>) -> Answer<Created<Order>> {
    let id = orders::checkout(&app, &actor, &token).await?;
    let order = orders::get(&app, &actor, id).await?;
    Ok(Created(format!("/orders/{id}"), Order::seen_by(&actor, order)?))
}
