//! Looking for a free name; bringing one along from elsewhere.

use askama::Template;
use axum::extract::Query;
use axum::response::IntoResponse as _;
use innkeeper_app::carts::{self, AddDomain};
use innkeeper_app::domains::{self as names, SearchHit};
use innkeeper_plugin_api::Availability;
use innkeeper_web::Failure;
use innkeeper_web::extract::{MaybeClient, Posted};
use innkeeper_web::reply::{PageResult, page, refused, see_other, sentence};
use innkeeper_web::view::{Badge, Choice, Chrome, Flash, Form, Link, PortalSection, Tone, price};
use serde::Deserialize;
use std::collections::BTreeMap;

use super::{currency, own_cart};

#[derive(Template)]
#[template(path = "portal/order/domains.html")]
struct Search {
    chrome: Chrome,
    form: Form,
    hits: Vec<Hit>,
    unreachable: bool,
}

/// A name that was looked for.
struct Hit {
    name: String,
    state: Badge,
    /// What it costs, if it can be had.
    price: String,
    renewal: String,
    /// The years to choose from; empty if it cannot be registered.
    years: Vec<Choice>,
    /// Another way on, for names that are taken.
    other: Option<Link>,
    /// Why it cannot be had.
    note: String,
}

#[derive(Template)]
#[template(path = "portal/order/transfer.html")]
struct Transfer {
    chrome: Chrome,
    form: Form,
}

/// What is looked for.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    name: String,
}

pub(super) async fn search(who: MaybeClient, Query(wanted): Query<Wanted>) -> PageResult {
    let form = Form::new().with("q", &wanted.q);
    let view = look(&who, form, wanted.q.trim()).await?;
    if view.form.is_fine() { page(&view) } else { refused(&view) }
}

pub(super) async fn add(who: MaybeClient, posted: Posted) -> PageResult {
    let years = posted.get("years").parse().unwrap_or(1);
    let name = posted.text("name");
    let command = AddDomain { name: name.clone(), years, transfer: false, auth_code: None, answers: BTreeMap::new() };
    match put(&who, command).await? {
        Ok(response) => Ok(response),
        Err(error) => {
            let mut form = Form::new().with("q", &name);
            form.refuse(error)?;
            // The search box is the only field of that page.
            let text = form.error("name").or(form.error("years")).map(|text| format!("{name}: {text}"));
            if let Some(text) = text {
                form.fail("q", text);
            }
            refused(&look(&who, form, &name).await?)
        }
    }
}

pub(super) async fn transfer(who: MaybeClient, Query(wanted): Query<Wanted>) -> PageResult {
    page(&transfer_view(&who, Form::new().with("name", wanted.name)).await)
}

pub(super) async fn add_transfer(who: MaybeClient, posted: Posted) -> PageResult {
    let command = AddDomain {
        name: posted.text("name"),
        years: 1,
        transfer: true,
        auth_code: posted.optional("auth_code"),
        answers: BTreeMap::new(),
    };
    match put(&who, command).await? {
        Ok(response) => Ok(response),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&transfer_view(&who, form).await)
        }
    }
}

/// Puts a domain into the cart; a refusal is for the form.
async fn put(
    who: &MaybeClient,
    command: AddDomain,
) -> Result<Result<axum::response::Response, innkeeper_app::AppError>, Failure> {
    let (token, is_new) = own_cart(who).await?;
    let text = format!("{} is in your cart.", command.name);
    match carts::add_domain(&who.app, &who.actor, &token, command).await {
        Ok(item) => {
            // What the registry must know is asked at once, while the name is in mind; the rest can be had in the cart.
            let asked = carts::domain_questions(&who.app, &who.actor, &token, item).await;
            let onward = match asked.is_ok_and(|asked| asked.fields.iter().any(|field| field.required)) {
                true => see_other(format!("/cart/{item}/details")),
                false => see_other("/cart"),
            };
            let onward = onward.flash(Flash::success(text)).into_response();
            Ok(Ok(if is_new { who.visit.with_cart(&token, onward) } else { onward }))
        }
        Err(error) => Ok(Err(error)),
    }
}

async fn transfer_view(who: &MaybeClient, form: Form) -> Transfer {
    let chrome = who.chrome().await.title("Transfer a domain").subtitle("Bring a name along from another registrar.");
    Transfer {
        chrome: chrome.crumb("Order", "/order").crumb("Domains", "/order/domains").in_portal(PortalSection::Order),
        form,
    }
}

async fn look(who: &MaybeClient, mut form: Form, query: &str) -> Result<Search, Failure> {
    let mut hits = vec![];
    if !query.is_empty() {
        match names::search(&who.app, query, currency(who).await?).await {
            Ok(found) => hits = found,
            Err(innkeeper_app::AppError::Invalid(errors)) => {
                for error in errors {
                    form.fail("q", sentence(&error.message));
                }
            }
            Err(other) => return Err(other.into()),
        }
    }
    let chrome = who.chrome().await.title("Find a domain").subtitle("Type a name, or a word to see what is free.");
    Ok(Search {
        chrome: chrome.crumb("Order", "/order").in_portal(PortalSection::Order),
        unreachable: hits.iter().any(|hit| hit.answer == Availability::Unreachable),
        hits: hits.into_iter().map(Hit::new).collect(),
        form,
    })
}

impl Hit {
    fn new(hit: SearchHit) -> Self {
        let name = hit.name.to_string();
        let shown = |state: Badge, note: &str| Self {
            state,
            price: String::new(),
            renewal: String::new(),
            years: vec![],
            other: None,
            note: note.to_owned(),
            name: name.clone(),
        };
        match &hit.answer {
            Availability::Available => Self {
                price: price(hit.register),
                renewal: price(hit.renew),
                years: years(&hit),
                ..shown(Badge::new(Tone::Success, "circle-check", "Free"), "")
            },
            Availability::Taken => Self {
                other: Some(Link::to(format!("/order/transfer?name={name}"), "It is mine: transfer it")),
                ..shown(Badge::new(Tone::Neutral, "ban", "Taken"), &format!("Transfer for {}", price(hit.transfer)))
            },
            Availability::Premium { .. } => {
                shown(Badge::new(Tone::Warning, "tag", "Premium"), "This name has a price of its own: ask us.")
            }
            Availability::Unsupported => {
                shown(Badge::new(Tone::Neutral, "ban", "Not offered"), "We cannot register this extension right now.")
            }
            Availability::Invalid { reason } => {
                shown(Badge::new(Tone::Danger, "circle-x", "Not valid"), &sentence(reason))
            }
            Availability::Unreachable => {
                shown(Badge::new(Tone::Warning, "hourglass", "Unknown"), "The registry did not answer. Try again soon.")
            }
        }
    }
}

fn years(hit: &SearchHit) -> Vec<Choice> {
    let label = |years: i32| if years == 1 { "1 year".to_owned() } else { format!("{years} years") };
    (hit.min_years..=hit.max_years.min(10)).map(|years| Choice::new(years.to_string(), label(years))).collect()
}
