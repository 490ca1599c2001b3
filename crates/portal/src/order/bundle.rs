//! A bundle: its products are put into the cart one after the other, then it counts.

use askama::Template;
use axum::extract::Path;
use innkeeper_app::AppError;
use innkeeper_app::bundles::{self, Choosing, Part};
use innkeeper_web::extract::{MaybeClient, Posted};
use innkeeper_web::reply::{PageResult, page, see_other};
use innkeeper_web::view::{Chrome, Flash, PortalSection, price};

use super::cart::Totals;
use super::catalogue::paragraphs;
use super::currency;

#[derive(Template)]
#[template(path = "portal/order/bundle.html")]
struct BundlePage {
    chrome: Chrome,
    slug: String,
    description: Vec<String>,
    parts: Vec<Row>,
    /// Where the first one is chosen that is not in the cart.
    next: Option<(String, String)>,
    totals: Totals,
    problem: Option<String>,
}

struct Row {
    name: String,
    cycle: String,
    price: String,
    is_chosen: bool,
    href: String,
}

impl Row {
    fn new(part: Part, bundle: &str) -> Self {
        let item = part.item;
        Self {
            href: format!("/order/{}?cycle={}&bundle={bundle}", item.slug, item.cycle_id),
            name: item.product,
            cycle: item.cycle,
            price: price(part.price),
            is_chosen: part.is_chosen,
        }
    }
}

pub(super) async fn show(who: MaybeClient, Path(slug): Path<String>) -> PageResult {
    let currency = currency(&who).await?;
    let Choosing { row, parts, quote } =
        bundles::choosing(&who.app, &who.actor, who.visit.cart(), &slug, currency).await?;
    let parts: Vec<Row> = parts.into_iter().map(|part| Row::new(part, &row.slug)).collect();
    page(&BundlePage {
        chrome: who.chrome().await.title(&row.name).crumb("Order", "/order").in_portal(PortalSection::Order),
        description: paragraphs(&row.description),
        next: parts.iter().find(|part| !part.is_chosen).map(|part| (part.name.clone(), part.href.clone())),
        parts,
        totals: Totals::new(&quote, who.session.is_some()),
        problem: quote.problem(),
        slug: row.slug,
    })
}

pub(super) async fn choose(who: MaybeClient, Path(slug): Path<String>) -> PageResult {
    let currency = currency(&who).await?;
    let here = format!("/order/bundles/{slug}");
    let Some(token) = who.visit.cart() else { return see_other(here).ok() };
    match bundles::choose(&who.app, &who.actor, token, &slug, currency).await {
        Ok(()) => see_other("/cart").flash(Flash::success("The bundle counts.")).ok(),
        Err(AppError::Invalid(faults)) => {
            let why = faults.first().map(|fault| fault.message.clone()).unwrap_or_default();
            see_other(here).flash(Flash::danger(format!("The code of this bundle {why}."))).ok()
        }
        Err(other) => Err(other.into()),
    }
}

/// Where to go from the form of a product: to the cart, or back to the bundle that it is chosen for.
pub(super) fn back_to(posted: &Posted) -> String {
    let is_plain = |slug: &String| slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    match posted.optional("bundle").filter(is_plain) {
        Some(slug) => format!("/order/bundles/{slug}"),
        None => "/cart".to_owned(),
    }
}
