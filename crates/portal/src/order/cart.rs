//! The cart.

use askama::Template;
use innkeeper_app::addons::AddonOffer;
use innkeeper_app::carts::{self, CartItemView, Parent, Quote, QuoteLine};
use innkeeper_domain::{CartItemId, Money};
use innkeeper_hooks::payloads::ViewCart;
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, MaybeClient, Posted};
use innkeeper_web::places;
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Empty, Flash, Form, Icon, Link, PortalSection, date, icon, price};

#[derive(Template)]
#[template(path = "portal/order/cart.html")]
struct Cart {
    chrome: Chrome,
    items: Vec<Item>,
    totals: Totals,
    blocked: bool,
    empty: Empty,
    /// Where a code is typed; none: one is used.
    code: Option<Form>,
}

/// A choice as shown.
pub(super) struct Item {
    pub id: CartItemId,
    pub icon: Icon,
    pub title: String,
    pub detail: String,
    /// What is paid for it now, line by line.
    pub lines: Vec<(String, String)>,
    pub price: String,
    pub problem: Option<String>,
    /// Its registry asks something; and that was not answered yet.
    pub asks: Option<bool>,
    /// It is an add-on of the one before.
    pub is_addon: bool,
    /// Where add-ons of it are ordered.
    pub addons: Vec<Link>,
}

/// What everything costs together.
pub(super) struct Totals {
    pub rows: Vec<(String, String)>,
    pub total: String,
    /// The code that is used, what it takes off, and what is wrong with it.
    pub code: Option<(String, String, Option<String>)>,
    /// Tax is known only once we know where somebody lives.
    pub without_tax: bool,
}

impl Item {
    pub(super) fn all(items: Vec<CartItemView>, quote: &Quote) -> Vec<Self> {
        items.into_iter().map(|item| Self::new(item, quote)).collect()
    }
    fn new(item: CartItemView, quote: &Quote) -> Self {
        let lines: Vec<_> = quote.lines.iter().filter(|line| line.item == item.id).collect();
        let sum = Money::sum(quote.currency, lines.iter().map(|line| line.shown()));
        Self {
            icon: icon(if item.kind == "product" { "package" } else { "world" }),
            price: sum.map_or_else(|_| String::new(), price),
            lines: explained(&item, &lines),
            id: item.id,
            title: match item.kind.as_str() {
                "domain_transfer" => format!("{} (transfer)", item.title),
                _ => item.title,
            },
            detail: item.detail,
            problem: item.problem,
            asks: item.asks.then_some(item.is_unanswered),
            is_addon: item.parent.is_some(),
            addons: item.addons.iter().map(|offer| add(offer, item.id)).collect(),
        }
    }
}

fn add(offer: &AddonOffer, item: CartItemId) -> Link {
    Link::to(format!("/order/{}?parent={}", offer.slug, Parent::Item(item)), &offer.name).icon("plus")
}

/// What the price is made of, and what it is later. One line says no more than the title.
fn explained(item: &CartItemView, lines: &[&QuoteLine]) -> Vec<(String, String)> {
    let later = item.trial.map(|(until, then)| (format!("Free at first, from {}", date(until)), price(then)));
    let parts = lines.iter().filter(|_| lines.len() > 1 || later.is_some());
    parts.map(|line| (line.description.clone(), price(line.shown()))).chain(later.clone()).collect()
}

impl Totals {
    pub(super) fn new(quote: &Quote, knows_place: bool) -> Self {
        let mut rows = vec![];
        if quote.tax.is_positive() {
            let mut names: Vec<&str> =
                quote.lines.iter().flat_map(|l| [l.tax_name.as_str(), l.tax2_name.as_str()]).collect();
            names.retain(|name| !name.is_empty());
            names.sort_unstable();
            names.dedup();
            let name = if names.is_empty() { "Tax".to_owned() } else { names.join(", ") };
            rows.push(("Without tax".to_owned(), price(quote.subtotal)));
            rows.push((name, price(quote.tax)));
        }
        let code = quote.promotion.as_ref();
        let code = code.map(|used| (used.code.clone(), price(used.off), used.problem.clone()));
        Self { rows, code, total: price(quote.total), without_tax: !knows_place && !quote.prices_include_tax }
    }
}

pub(super) async fn show(who: MaybeClient) -> PageResult {
    page(&view(&who, Form::new()).await?)
}

pub(super) async fn use_code(who: MaybeClient, posted: Posted) -> PageResult {
    let Some(token) = who.visit.cart() else { return see_other("/cart").ok() };
    match carts::use_code(&who.app, &who.actor, token, posted.get("code")).await {
        Ok(()) => see_other("/cart").flash(Flash::success("The code counts.")).ok(),
        Err(innkeeper_app::AppError::NotFound(_)) => see_other("/cart").ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&who, form).await?)
        }
    }
}

pub(super) async fn drop_code(who: MaybeClient) -> PageResult {
    let Some(token) = who.visit.cart() else { return see_other("/cart").ok() };
    match carts::drop_code(&who.app, &who.actor, token).await {
        Ok(()) | Err(innkeeper_app::AppError::NotFound(_)) => see_other("/cart").ok(),
        Err(other) => Err(other.into()),
    }
}

pub(super) async fn remove(who: MaybeClient, Id(item): Id<CartItemId>) -> PageResult {
    let Some(token) = who.visit.cart() else { return see_other("/cart").ok() };
    match carts::remove(&who.app, &who.actor, token, item).await {
        Ok(()) => see_other("/cart").flash(Flash::success("Removed from your cart.")).ok(),
        // Gone already: somebody pressed twice.
        Err(innkeeper_app::AppError::NotFound(_)) => see_other("/cart").ok(),
        Err(other) => Err(other.into()),
    }
}

async fn view(who: &MaybeClient, code: Form) -> Result<Cart, Failure> {
    let cart = match who.visit.cart() {
        Some(token) => carts::view(&who.app, &who.actor, token).await?,
        None => None,
    };
    let mut chrome = who.chrome().await.title("Your cart").in_portal(PortalSection::Order);
    if let Some(cart) = &cart {
        let items = cart.items.iter().map(|item| item.title.clone()).collect();
        let slot = ViewCart { client_id: cart.client_id, items, total: cart.quote.total };
        chrome.notes.extend(places::blocks(&who.app, &slot).await);
    }
    let empty = Empty::new("shopping-cart", "Your cart is empty", "What you choose waits here until you order it.")
        .action(Link::to("/order", "See what we offer").primary().icon("shopping-cart-plus"));
    let none = Totals { rows: vec![], code: None, total: String::new(), without_tax: false };
    Ok(match cart {
        None => Cart { chrome, items: vec![], totals: none, blocked: false, empty, code: None },
        Some(cart) => Cart {
            chrome,
            totals: Totals::new(&cart.quote, who.session.is_some()),
            blocked: cart.quote.problem().is_some() || cart.items.iter().any(|item| item.is_unanswered),
            code: cart.quote.promotion.is_none().then_some(code),
            items: Item::all(cart.items, &cart.quote),
            empty,
        },
    })
}
