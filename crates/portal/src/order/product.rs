//! One product: choose a cycle, answer the questions, put it into the cart.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::IntoResponse as _;
use innkeeper_app::carts::{self, AddProduct};
use innkeeper_app::catalogue::{self, Offer, OrderForm, ProductKey};
use innkeeper_app::{addons, settings};
use innkeeper_domain::options::{Chosen, cost, described};
use innkeeper_domain::{CycleId, FirstDays, Money};
use innkeeper_web::extract::{MaybeClient, Posted};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Choice, Chrome, Field, Flash, Form, PortalSection, price};
use innkeeper_web::{Failure, custom_fields, options, questions};
use std::collections::BTreeMap;

use super::catalogue::{amount, paragraphs, per};
use super::{bundle, currency, own_cart};

#[derive(Template)]
#[template(path = "portal/order/product.html")]
struct ProductPage {
    chrome: Chrome,
    description: Vec<String>,
    form: Form,
    cycles: Vec<Choice>,
    options: Vec<Field>,
    questions: Vec<Field>,
    more: Vec<Field>,
    /// Of an add-on: what it may be for; of nothing: what it is sold with.
    parents: Option<Vec<Choice>>,
    sold_with: String,
    sold_out: bool,
    summary: Vec<(String, String)>,
    total: String,
    prices_include_tax: bool,
}

/// The form, with what the address says was chosen before.
pub(super) async fn show(
    who: MaybeClient,
    Path(slug): Path<String>,
    Query(chosen): Query<BTreeMap<String, String>>,
) -> PageResult {
    let product = find(&who, &slug).await?;
    let first = product.offers.first().map(|o| o.cycle_id.to_string()).unwrap_or_default();
    let form = Form::posted(chosen);
    let form = if form.value("cycle").is_empty() { form.with("cycle", first) } else { form };
    page(&view(&who, &product, form).await?)
}

pub(super) async fn add(who: MaybeClient, Path(slug): Path<String>, posted: Posted) -> PageResult {
    let product = find(&who, &slug).await?;
    let mut form = posted.form();
    let chosen = options::selection(&mut form, product.shelf.of(product.id));
    if !form.is_fine() {
        return refused(&view(&who, &product, form).await?);
    }
    let parent = posted.optional("parent").and_then(|parent| parent.parse().ok());
    let command = posted.get("cycle").parse::<CycleId>().map(|cycle_id| AddProduct {
        parent,
        product_id: product.id,
        cycle_id,
        options: chosen,
        fields: questions::answers(&posted, "field", &product.order_fields),
        custom_fields: custom_fields::answers(&posted, "custom_fields", &custom_fields::of_product(&product)),
    });
    let Ok(command) = command else {
        form.fail("cycle", "Please choose.");
        return refused(&view(&who, &product, form).await?);
    };
    let (token, is_new) = own_cart(&who).await?;
    match carts::add_product(&who.app, &who.actor, &token, command).await {
        Ok(_) => {
            let text = format!("{} is in your cart.", product.name);
            let onward = see_other(bundle::back_to(&posted)).flash(Flash::success(text)).into_response();
            Ok(if is_new { who.visit.with_cart(&token, onward) } else { onward })
        }
        Err(error) => {
            form.refuse(questions::at_controls(error, "field", &product.order_fields))?;
            refused(&view(&who, &product, form).await?)
        }
    }
}

async fn find(who: &MaybeClient, slug: &str) -> Result<OrderForm, Failure> {
    let currency = currency(who).await?;
    Ok(catalogue::product_for_order(&who.app, ProductKey::Slug(slug), currency, who.actor.client_id()).await?)
}

async fn view(who: &MaybeClient, product: &OrderForm, form: Form) -> Result<ProductPage, Failure> {
    let chosen = product.offers.iter().find(|offer| offer.cycle_id.to_string() == form.value("cycle"));
    let offer = chosen.or(product.offers.first());
    let parents = carts::parents(&who.app, &who.actor, who.visit.cart(), who.actor.client_id(), product.id).await?;
    let sold_with = match &parents {
        Some(found) if found.is_empty() => addons::names(&who.app, product.id).await?,
        _ => vec![],
    };
    let (summary, total) = summary(product, offer.map(|offer| (offer, options::chosen(&form, product, offer))));
    Ok(ProductPage {
        chrome: who.chrome().await.title(&product.name).crumb("Order", "/order").in_portal(PortalSection::Order),
        description: paragraphs(&product.description),
        cycles: product.offers.iter().map(|offer| choice(offer, free_days(product, offer))).collect(),
        questions: questions::controls(&form, "field", &product.order_fields, &who.language().await),
        options: options::controls(&form, product, offer),
        more: custom_fields::controls(&form, "custom_fields", &custom_fields::of_product(product)),
        parents: parents.map(|found| found.into_iter().map(|(one, name)| Choice::new(one.to_string(), name)).collect()),
        sold_with: sold_with.join(", "),
        sold_out: product.sold_out || product.offers.is_empty(),
        summary,
        total,
        prices_include_tax: settings::tax(&who.app).await?.prices_include_tax,
        form,
    })
}

/// Days that cost nothing at first.
fn free_days(product: &OrderForm, offer: &Offer) -> Option<u16> {
    product.terms.trial_days.filter(|_| offer.cycle.is_recurring())
}

/// The days before the periods begin, and what they and what is charged with them cost.
fn first_days(product: &OrderForm, offer: &Offer) -> Option<(FirstDays, Money)> {
    let first = product.terms.first_days(offer.cycle, product.today)?;
    Some((first, first.part(offer.amount).ok()?))
}

fn choice(offer: &Offer, free: Option<u16>) -> Choice {
    let free = free.map(|days| format!("{days} days free, then ")).unwrap_or_default();
    let setup = if offer.setup.is_positive() { format!(" + {} set-up", price(offer.setup)) } else { String::new() };
    let each = if offer.amount.is_zero() { String::new() } else { format!(" {}", per(offer.cycle)) };
    Choice::new(offer.cycle_id.to_string(), &offer.cycle_name).help(format!("{free}{}{each}{setup}", amount(offer)))
}

/// An offer at the price with what was chosen.
fn with_options(offer: &Offer, chosen: &[Chosen]) -> Offer {
    let cost = cost(chosen).unwrap_or_default();
    let plus = |price: Money, more| price.checked_add(Money::new(more, price.currency())).unwrap_or(price);
    Offer { amount: plus(offer.amount, cost.amount), setup: plus(offer.setup, cost.setup), ..offer.clone() }
}

/// What is to be paid first, and its sum.
fn summary(product: &OrderForm, chosen: Option<(&Offer, Vec<Chosen>)>) -> (Vec<(String, String)>, String) {
    let Some((offer, chosen)) = chosen else { return (vec![], String::new()) };
    let title = format!("{} ({}){}", product.name, offer.cycle_name, described(&chosen));
    let offer = &with_options(offer, &chosen);
    let mut rows = vec![];
    let mut due = offer.setup;
    let mut row = |text: String, amount: Money, shown: String| {
        due = due.checked_add(amount).unwrap_or(due);
        rows.push((text, shown));
    };
    if let Some((first, part)) = first_days(product, offer) {
        row(
            format!("{title}, until {}: {} of {} days", first.days.end, first.days.days(), first.of),
            part,
            price(part),
        );
        if first.with_next {
            row(format!("{title}, from {}", first.days.end), offer.amount, amount(offer));
        }
    } else if let Some(days) = free_days(product, offer) {
        row(format!("{title}, first {days} days"), offer.amount.currency().zero(), "Free".to_owned());
    } else {
        row(title, offer.amount, amount(offer));
    }
    if offer.setup.is_positive() {
        rows.push(("Set-up, once".to_owned(), price(offer.setup)));
    }
    (rows, price(due))
}
