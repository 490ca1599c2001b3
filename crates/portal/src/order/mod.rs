//! Ordering: the shop, domain search, cart, checkout.

mod bundle;
mod cart;
mod catalogue;
mod checkout;
mod details;
mod domains;
mod placed;
mod product;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_app::{AppError, Result, carts, clients};
use innkeeper_domain::Currency;
use innkeeper_web::AppState;
use innkeeper_web::extract::MaybeClient;

pub(super) use self::catalogue::ShopGroup;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/order", get(catalogue::show))
        .route("/order/{product}", get(product::show).post(product::add))
        .route("/order/bundles/{bundle}", get(bundle::show).post(bundle::choose))
        .route("/order/domains", get(domains::search).post(domains::add))
        .route("/order/transfer", get(domains::transfer).post(domains::add_transfer))
        .route("/cart", get(cart::show))
        .route("/cart/code", post(cart::use_code))
        .route("/cart/code/remove", post(cart::drop_code))
        .route("/cart/{item}/remove", post(cart::remove))
        .route("/cart/{item}/details", get(details::show).post(details::save))
        .route("/checkout", get(checkout::show).post(checkout::order))
        .route("/orders/{id}", get(placed::show))
}

/// The currency in which somebody sees prices: a client's own, else the default one. `None`: the
/// host has not set one up yet.
pub(super) async fn buyer_currency(who: &MaybeClient) -> Result<Option<Currency>> {
    if let Some(id) = who.actor.client_id() {
        return Ok(Some(*clients::get(&who.app, &who.actor, id).await?.client.currency));
    }
    match innkeeper_app::catalogue::default_currency(&who.app).await {
        Ok(currency) => Ok(Some(currency)),
        Err(AppError::Conflict(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// As [`buyer_currency`], for what makes no sense without one.
async fn currency(who: &MaybeClient) -> Result<Currency> {
    buyer_currency(who).await?.ok_or_else(|| AppError::conflict("nothing is on sale yet"))
}

/// The cart of this browser, or a new one. Whether it is new: then the browser must be told.
async fn own_cart(who: &MaybeClient) -> Result<(String, bool)> {
    if let Some(token) = who.visit.cart()
        && carts::view(&who.app, &who.actor, token).await?.is_some()
    {
        return Ok((token.to_owned(), false));
    }
    Ok((carts::create(&who.app, &who.actor, None).await?, true))
}
