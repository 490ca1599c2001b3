//! An order that staff place for a client: the cart, what can be added, and placing it. The cart's
//! token travels in the address, since the browser's own cart may be another one.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::carts::{self, AddDomain, CartView};
use innkeeper_app::catalogue::{self, StoreGroup, StoreProduct};
use innkeeper_app::clients::{self, ClientRow};
use innkeeper_app::{AppError, orders};
use innkeeper_domain::{CartItemId, ClientId, Permission};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Choice, Chrome, Flash, Form, PostButton};
use serde::Deserialize;

use super::below;
use crate::amount::shown;
use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/clients/order.html")]
struct Order {
    chrome: Chrome,
    id: ClientId,
    cart: String,
    items: Vec<Item>,
    /// Label and amount below the items.
    sums: Vec<(&'static str, String)>,
    place: Option<PostButton>,
    /// Where a code is typed; the button that removes the one that is used, and what is wrong with it.
    code: Form,
    used: Option<(PostButton, Option<String>)>,
    groups: Vec<Group>,
    endings: String,
    domain: Form,
    years: Vec<Choice>,
}

struct Item {
    title: String,
    detail: String,
    problem: Option<String>,
    prices: Vec<(String, String)>,
    /// The page of what its registry asks; and whether that was not answered yet.
    details: Option<(String, bool)>,
    remove: PostButton,
}

struct Group {
    name: String,
    products: Vec<Product>,
}

struct Product {
    href: String,
    name: String,
    from: String,
    sold_out: bool,
}

/// Which cart, once there is one.
#[derive(Deserialize)]
pub(super) struct CartQuery {
    #[serde(default)]
    pub cart: String,
}

pub(super) async fn show(staff: Staff, Id(id): Id<ClientId>, Query(query): Query<CartQuery>) -> PageResult {
    page(&view(&staff, id, &query.cart, Form::new()).await?)
}

pub(super) async fn add_domain(staff: Staff, Id(id): Id<ClientId>, posted: Posted) -> PageResult {
    let token = ours(&staff, id, posted.get("cart")).await?;
    let add = AddDomain {
        name: posted.text("name"),
        years: posted.text("years").parse().unwrap_or(1),
        transfer: posted.ticked("transfer"),
        auth_code: posted.optional("auth_code"),
        answers: Default::default(),
    };
    match carts::add_domain(&staff.app, &staff.actor, &token, add).await {
        Ok(_) => see_other(address(id, &token)).flash(Flash::success("The domain is in the cart.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, id, &token, form).await?)
        }
    }
}

pub(super) async fn remove(staff: Staff, Id(id): Id<ClientId>, posted: Posted) -> PageResult {
    let token = ours(&staff, id, posted.get("cart")).await?;
    let item: CartItemId = posted.text("item").parse().map_err(|_| AppError::NotFound("cart item"))?;
    let result = carts::remove(&staff.app, &staff.actor, &token, item).await;
    back(address(id, &token), result, "It is out of the cart.")
}

pub(super) async fn use_code(staff: Staff, Id(id): Id<ClientId>, posted: Posted) -> PageResult {
    let token = ours(&staff, id, posted.get("cart")).await?;
    let result = carts::use_code(&staff.app, &staff.actor, &token, posted.get("code")).await;
    back(address(id, &token), result, "The code counts.")
}

pub(super) async fn drop_code(staff: Staff, Id(id): Id<ClientId>, posted: Posted) -> PageResult {
    let token = ours(&staff, id, posted.get("cart")).await?;
    let result = carts::drop_code(&staff.app, &staff.actor, &token).await;
    back(address(id, &token), result, "The code is removed.")
}

pub(super) async fn place(staff: Staff, Id(id): Id<ClientId>, posted: Posted) -> PageResult {
    staff.actor.require(Permission::OrdersWrite)?;
    let token = posted.text("cart");
    match orders::checkout(&staff.app, &staff.actor, &token).await {
        Ok(order) => see_other(format!("/admin/orders/{order}")).flash(Flash::success("The order is placed.")).ok(),
        Err(error) => back(address(id, &token), Err::<(), _>(error), ""),
    }
}

/// Where the cart is shown.
pub(super) fn address(id: ClientId, cart: &str) -> String {
    format!("/admin/clients/{id}/order?cart={cart}")
}

/// The token of a cart of this client: the one given, or a new one. A cart of somebody else looks
/// like none.
pub(super) async fn ours(staff: &Staff, id: ClientId, token: &str) -> Result<String, Failure> {
    if token.is_empty() {
        return Ok(carts::create(&staff.app, &staff.actor, Some(id)).await?);
    }
    match cart(staff, id, token).await? {
        Some(_) => Ok(token.to_owned()),
        None => Err(AppError::NotFound("cart").into()),
    }
}

async fn cart(staff: &Staff, id: ClientId, token: &str) -> Result<Option<CartView>, Failure> {
    staff.actor.require(Permission::OrdersWrite)?;
    let cart = carts::view(&staff.app, &staff.actor, token).await?;
    Ok(cart.filter(|cart| cart.client_id == Some(id)))
}

async fn view(staff: &Staff, id: ClientId, token: &str, domain: Form) -> Result<Order, Failure> {
    let client = clients::get(&staff.app, &staff.actor, id).await?.client;
    let cart = match token {
        "" => {
            staff.actor.require(Permission::OrdersWrite)?;
            None
        }
        token => Some(cart(staff, id, token).await?.ok_or(AppError::NotFound("cart"))?),
    };
    let tlds = catalogue::storefront_tlds(&staff.app, client.currency.0).await?;
    let endings: Vec<String> = tlds.iter().map(|tld| format!(".{}", tld.name)).collect();
    Ok(Order {
        groups: groups(staff, &client, token).await?,
        items: cart.as_ref().map(|cart| items(cart, id, token)).unwrap_or_default(),
        sums: cart.as_ref().map(sums).unwrap_or_default(),
        code: Form::new(),
        used: cart.as_ref().and_then(|cart| used(cart, id, token)),
        place: cart.filter(|cart| !cart.items.is_empty()).map(|_| {
            PostButton::new(&format!("/admin/clients/{id}/order/place"), "Place order")
                .primary()
                .icon("check")
                .with("cart", token)
                .confirm("Place this order for the client? It gets the invoice by mail.")
        }),
        chrome: below(staff.chrome().await, &client, "New order"),
        id,
        cart: token.to_owned(),
        endings: endings.join(", "),
        domain: if domain.value("years").is_empty() { domain.with("years", 1) } else { domain },
        years: (1..=10)
            .map(|n| Choice::new(n.to_string(), if n == 1 { "1 year".to_owned() } else { format!("{n} years") }))
            .collect(),
    })
}

async fn groups(staff: &Staff, client: &ClientRow, token: &str) -> Result<Vec<Group>, Failure> {
    let product = |product: StoreProduct| Product {
        href: format!("/admin/clients/{}/order/product?product={}&cart={token}", client.id, product.id),
        name: product.name,
        from: product.offers.iter().min_by_key(|o| o.amount.minor()).map(|o| shown(o.amount)).unwrap_or_default(),
        sold_out: product.sold_out,
    };
    let group =
        |group: StoreGroup| Group { name: group.name, products: group.products.into_iter().map(product).collect() };
    let store = catalogue::storefront(&staff.app, client.currency.0).await?;
    Ok(store.into_iter().map(group).collect())
}

fn items(cart: &CartView, id: ClientId, token: &str) -> Vec<Item> {
    let prices = |item| {
        let lines = cart.quote.lines.iter().filter(move |line| line.item == item);
        lines.map(|line| (line.description.clone(), shown(line.shown()))).collect()
    };
    let item = |item: &carts::CartItemView| Item {
        title: item.title.clone(),
        detail: item.detail.clone(),
        problem: item.problem.clone(),
        prices: prices(item.id),
        details: item
            .asks
            .then(|| (format!("/admin/clients/{id}/order/details?cart={token}&item={}", item.id), item.is_unanswered)),
        remove: PostButton::new(&format!("/admin/clients/{id}/order/remove"), "Remove")
            .small()
            .with("cart", token)
            .with("item", &item.id.to_string())
            .about(&item.title),
    };
    cart.items.iter().map(item).collect()
}

fn used(cart: &CartView, id: ClientId, token: &str) -> Option<(PostButton, Option<String>)> {
    let used = cart.quote.promotion.as_ref()?;
    let remove = PostButton::new(&format!("/admin/clients/{id}/order/code/remove"), "Remove the code")
        .small()
        .with("cart", token)
        .about(&used.code);
    Some((remove, used.problem.as_ref().map(|problem| format!("The code {} {problem}.", used.code))))
}

fn sums(cart: &CartView) -> Vec<(&'static str, String)> {
    let quote = &cart.quote;
    let mut sums =
        vec![("Subtotal", shown(quote.subtotal)), ("Tax", shown(quote.tax)), ("To pay now", shown(quote.total))];
    if let Some(used) = quote.promotion.as_ref().filter(|used| used.off.is_positive()) {
        sums.insert(0, ("Taken off by the code", shown(used.off)));
    }
    sums
}
