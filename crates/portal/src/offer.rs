//! An offer as it is shown: in the portal, and to whoever has its link.

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::routing::{get, post};
use chrono::NaiveDate;
use innkeeper_app::invoices::compose::ComposedLine;
use innkeeper_app::quotes::{self, QuoteView};
use innkeeper_app::{AppError, calendar};
use innkeeper_domain::{Currency, Money, state::QuoteState};
use innkeeper_web::AppState;
use innkeeper_web::extract::{MaybeClient, Posted};
use innkeeper_web::reply::{self, PageResult, page, see_other, sentence};
use innkeeper_web::view::{Badge, Chrome, Flash, Moment, PostButton, price};

use crate::reset::Token;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/offer", get(show))
        .route("/offer/pdf", get(pdf))
        .route("/offer/accept", post(accept))
        .route("/offer/decline", post(decline))
}

/// What is shown of it.
pub(super) struct Offer {
    pub(super) state: Badge,
    pub(super) until: Moment,
    pub(super) introduction: String,
    pub(super) terms: String,
    pub(super) lines: Vec<Line>,
    pub(super) sums: Vec<(String, String)>,
    pub(super) total: String,
    /// Where it is a PDF.
    pub(super) pdf: String,
    /// Can it be answered?
    pub(super) is_open: bool,
}

pub(super) struct Line {
    pub(super) description: String,
    pub(super) quantity: i32,
    pub(super) each: String,
    pub(super) net: String,
}

impl Offer {
    pub(super) fn new(view: &QuoteView, today: NaiveDate, pdf: String) -> Self {
        let QuoteView { row, lines, preview, .. } = view;
        let taxes = preview.taxes.iter().map(|tax| (format!("{} {}", tax.name, tax.rate), price(tax.amount)));
        Self {
            state: Badge::state(row.state.as_str()),
            until: Moment::day(row.valid_until),
            introduction: row.introduction.clone(),
            terms: row.terms.clone(),
            lines: lines.iter().map(|line| Line::new(line, *row.currency)).collect(),
            sums: std::iter::once(("Without tax".to_owned(), price(preview.subtotal))).chain(taxes).collect(),
            total: price(preview.total),
            pdf,
            is_open: *row.state == QuoteState::Sent && row.valid_until >= today,
        }
    }
}

impl Line {
    fn new(line: &ComposedLine, currency: Currency) -> Self {
        let each = Money::new(line.amount, currency);
        Self {
            description: line.description.clone(),
            quantity: line.quantity,
            each: price(each),
            net: price(each.checked_mul(i64::from(line.quantity)).unwrap_or(each)),
        }
    }
}

#[derive(Template)]
#[template(path = "portal/quotes/offer.html")]
struct Shown {
    chrome: Chrome,
    offer: Offer,
    is_accepted: bool,
    /// Whoever has the link only has no door to it.
    invoice: Option<i64>,
    /// While it can be answered.
    buttons: Vec<PostButton>,
}

async fn show(visitor: MaybeClient, Query(query): Query<Token>) -> PageResult {
    let token = query.token;
    let view = quotes::by_link(&visitor.app, &visitor.visit.visitor(), &token).await?;
    let offer = Offer::new(&view, calendar::today(&visitor.app).await?, format!("/offer/pdf?token={token}"));
    page(&Shown {
        chrome: visitor.chrome().await.title(view.row.subject),
        invoice: None,
        is_accepted: *view.row.state == QuoteState::Accepted,
        buttons: if offer.is_open { buttons(&token, view.row.version) } else { vec![] },
        offer,
    })
}

async fn pdf(visitor: MaybeClient, Query(query): Query<Token>) -> PageResult {
    Ok(reply::pdf(quotes::pdf_by_link(&visitor.app, &visitor.visit.visitor(), &query.token).await?))
}

fn buttons(token: &str, version: i32) -> Vec<PostButton> {
    let decline = PostButton::new("/offer/decline", "Decline").icon("x").with("token", token);
    let accept = PostButton::new("/offer/accept", "Accept").primary().icon("check").with("token", token);
    let question = "Accept this offer? You become our client, and get an invoice at once.";
    vec![decline.confirm("Decline this offer?"), accept.with("version", &version.to_string()).confirm(question)]
}

async fn accept(visitor: MaybeClient, posted: Posted) -> PageResult {
    let token = posted.text("token");
    let seen = posted.text("version").parse().ok();
    let outcome = quotes::accept_by_link(&visitor.app, &visitor.visit.visitor(), &token, seen).await;
    let done = "Thank you. The invoice is on its way to you by mail, and a link with which you choose your password.";
    answered(&token, outcome.map(drop), done)
}

async fn decline(visitor: MaybeClient, posted: Posted) -> PageResult {
    let token = posted.text("token");
    let outcome = quotes::decline_by_link(&visitor.app, &visitor.visit.visitor(), &token).await;
    answered(&token, outcome, "You have declined the offer.")
}

/// Back to the offer, with what came of it.
fn answered(token: &str, outcome: Result<(), AppError>, done: &str) -> PageResult {
    let flash = match outcome {
        Ok(()) => Flash::success(done),
        Err(AppError::Conflict(why)) => Flash::warning(sentence(&why)),
        Err(AppError::Invalid(_) | AppError::External(_)) => {
            Flash::warning("This did not work with what we know of you. Please answer our mail.")
        }
        Err(other) => return Err(other.into()),
    };
    see_other(format!("/offer?token={token}")).flash(flash).ok()
}
