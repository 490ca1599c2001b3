//! Quotes: the list, one, and the answer to it.

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::routing::{get, post};
use innkeeper_app::quotes::{self, QuoteFilter};
use innkeeper_app::{AppError, calendar};
use innkeeper_domain::{Money, QuoteId};
use innkeeper_web::AppState;
use innkeeper_web::extract::{Client, Id, Posted};
use innkeeper_web::reply::{self, PageResult, page, see_other, sentence};
use innkeeper_web::view::{Badge, Chrome, Empty, Flash, Moment, Pager, PortalSection, PostButton, price};
use serde::Deserialize;

use crate::offer::Offer;
use crate::paging::pager;

const PAGE: i64 = 25;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/quotes", get(list))
        .route("/quotes/{id}", get(show))
        .route("/quotes/{id}/pdf", get(pdf))
        .route("/quotes/{id}/accept", post(accept))
        .route("/quotes/{id}/decline", post(decline))
}

#[derive(Template)]
#[template(path = "portal/quotes/list.html")]
struct List {
    chrome: Chrome,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
}

struct Row {
    id: QuoteId,
    subject: String,
    until: Moment,
    state: Badge,
    net: String,
}

#[derive(Template)]
#[template(path = "portal/quotes/show.html")]
struct Show {
    chrome: Chrome,
    offer: Offer,
    invoice: Option<i64>,
    /// While it can be answered.
    buttons: Vec<PostButton>,
}

/// Which part of the list.
#[derive(Deserialize)]
struct Part {
    before: Option<i64>,
}

async fn list(client: Client, Query(part): Query<Part>) -> PageResult {
    let filter = QuoteFilter { before: part.before.map(QuoteId), limit: PAGE + 1, ..QuoteFilter::default() };
    let mut rows = quotes::list(&client.app, &client.actor, filter).await?;
    let pager = pager(&mut rows, PAGE, "/quotes", "", part.before, |row| row.id.get());
    let row = |row: quotes::QuoteRow| Row {
        id: row.id,
        until: Moment::day(row.valid_until),
        state: Badge::state(row.state.as_str()),
        net: price(Money::new(row.net, *row.currency)),
        subject: row.subject,
    };
    page(&List {
        chrome: inside(client.chrome().await.title("Offers")),
        rows: rows.into_iter().map(row).collect(),
        empty: Empty::new("note", "No offers", "When we make you an offer, you find it here."),
        pager,
    })
}

async fn show(client: Client, Id(id): Id<QuoteId>) -> PageResult {
    let view = quotes::get(&client.app, &client.actor, id).await?;
    let offer = Offer::new(&view, calendar::today(&client.app).await?, format!("/quotes/{id}/pdf"));
    page(&Show {
        chrome: inside(client.chrome().await.title(view.row.subject)).crumb("Offers", "/quotes"),
        invoice: view.row.invoice_id,
        buttons: if offer.is_open { buttons(id, view.row.version) } else { vec![] },
        offer,
    })
}

fn buttons(id: QuoteId, version: i32) -> Vec<PostButton> {
    let decline = PostButton::new(&format!("/quotes/{id}/decline"), "Decline").icon("x");
    let accept = PostButton::new(&format!("/quotes/{id}/accept"), "Accept").primary().icon("check");
    vec![
        decline.confirm("Decline this offer?"),
        accept.with("version", &version.to_string()).confirm("Accept this offer? You get an invoice at once."),
    ]
}

async fn pdf(client: Client, Id(id): Id<QuoteId>) -> PageResult {
    Ok(reply::pdf(quotes::pdf(&client.app, &client.actor, id).await?))
}

async fn accept(client: Client, Id(id): Id<QuoteId>, posted: Posted) -> PageResult {
    let seen = posted.text("version").parse().ok();
    match quotes::accept(&client.app, &client.actor, id, seen).await {
        Ok(invoice) => {
            let done = Flash::success("Thank you. This is the invoice.");
            see_other(format!("/invoices/{invoice}")).flash(done).ok()
        }
        Err(error) => refusal(id, error),
    }
}

async fn decline(client: Client, Id(id): Id<QuoteId>) -> PageResult {
    match quotes::decline(&client.app, &client.actor, id).await {
        Ok(()) => see_other("/quotes").flash(Flash::success("You have declined the offer.")).ok(),
        Err(error) => refusal(id, error),
    }
}

/// Back to the quote, with the reason.
fn refusal(id: QuoteId, error: AppError) -> PageResult {
    match error {
        AppError::Conflict(why) => see_other(format!("/quotes/{id}")).flash(Flash::warning(sentence(&why))).ok(),
        other => Err(other.into()),
    }
}

fn inside(chrome: Chrome) -> Chrome {
    chrome.in_portal(PortalSection::Invoices).crumb("Invoices", "/invoices")
}
