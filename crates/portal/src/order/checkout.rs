//! The last look before ordering; visitors sign in or sign up on the way and keep their cart.

use askama::Template;
use axum::response::IntoResponse as _;
use innkeeper_app::orders;
use innkeeper_app::{AppError, carts, clients};
use innkeeper_hooks::payloads::CheckoutPage;
use innkeeper_web::Failure;
use innkeeper_web::extract::{Client, MaybeClient};
use innkeeper_web::places;
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Facts, Flash, Form, PortalSection, countries};

use super::cart::{Item, Totals};

#[derive(Template)]
#[template(path = "portal/order/checkout.html")]
struct Checkout {
    chrome: Chrome,
    form: Form,
    items: Vec<Item>,
    totals: Totals,
    /// Who orders; none before signing in.
    buyer: Option<Facts>,
}

pub(super) async fn show(who: MaybeClient) -> PageResult {
    match view(&who, Form::new()).await? {
        Some(view) => page(&view),
        None => see_other("/cart").ok(),
    }
}

pub(super) async fn order(client: Client) -> PageResult {
    let who = MaybeClient {
        app: client.app.clone(),
        actor: client.actor,
        session: Some(client.session),
        visit: client.visit,
    };
    let Some(token) = who.visit.cart() else {
        return see_other("/cart").flash(Flash::info("Your cart is empty.")).ok();
    };
    match orders::checkout(&who.app, &who.actor, token).await {
        Ok(id) => Ok(who.visit.without_cart(see_other(format!("/orders/{id}")).into_response())),
        Err(AppError::NotFound(_)) => see_other("/cart").flash(Flash::info("Your cart is empty.")).ok(),
        Err(error) => {
            let mut form = Form::new();
            form.refuse(error)?;
            match view(&who, form).await? {
                Some(view) => refused(&view),
                None => see_other("/cart").ok(),
            }
        }
    }
}

/// `None`: there is nothing to order.
async fn view(who: &MaybeClient, form: Form) -> Result<Option<Checkout>, Failure> {
    let Some(token) = who.visit.cart() else { return Ok(None) };
    let Some(cart) = carts::view(&who.app, &who.actor, token).await? else { return Ok(None) };
    if cart.items.is_empty() || (cart.quote.problem().is_some() && form.is_fine()) {
        return Ok(None);
    }
    let mut chrome = who.chrome().await.title("Checkout").crumb("Cart", "/cart").in_portal(PortalSection::Order);
    let names = cart.items.iter().map(|item| item.title.clone()).collect();
    let slot = CheckoutPage { client_id: cart.client_id, items: names, total: cart.quote.total };
    chrome.notes.extend(places::blocks(&who.app, &slot).await);
    Ok(Some(Checkout {
        chrome,
        form,
        totals: Totals::new(&cart.quote, who.session.is_some()),
        items: Item::all(cart.items, &cart.quote),
        buyer: buyer(who).await?,
    }))
}

async fn buyer(who: &MaybeClient) -> Result<Option<Facts>, Failure> {
    let Some(id) = who.actor.client_id() else { return Ok(None) };
    let client = clients::get(&who.app, &who.actor, id).await?.client;
    let place = [&client.address1, &client.address2, &format!("{} {}", client.postcode, client.city)];
    let place: Vec<&str> = place.into_iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    let facts = Facts::new()
        .row("Name", format!("{} {}", client.first_name, client.last_name))
        .row("Company", client.company)
        .row("Address", place.join(", "))
        .row("Country", countries::name(&client.country))
        .row("E-mail", client.email);
    Ok(Some(facts))
}
