//! How to pay an invoice.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::payments::{self, Method};
use innkeeper_app::{AppError, invoices};
use innkeeper_domain::InvoiceId;
use innkeeper_domain::state::InvoiceState;
use innkeeper_plugin_api::PaymentPage;
use innkeeper_web::error::external_text;
use innkeeper_web::extract::{Client, Id};
use innkeeper_web::reply::{PageResult, page, see_other};
use innkeeper_web::view::{Cell, Chrome, Empty, Facts, Flash, PortalSection, price_in};
use serde::Deserialize;

use super::number;

#[derive(Template)]
#[template(path = "portal/invoices/pay.html")]
struct Pay {
    chrome: Chrome,
    id: InvoiceId,
    amount: String,
    /// The ways to pay: id, name, whether it is the one shown.
    methods: Vec<(String, String, bool)>,
    how: Option<How>,
    /// Why this way is not open.
    problem: Option<String>,
    none: Empty,
}

/// What the payer does.
struct How {
    text: String,
    lines: Facts,
    /// The gateway's own page. A link, not a form: our policy lets forms lead nowhere else.
    link: Option<String>,
    name: String,
}

/// The way that was chosen.
#[derive(Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    method: String,
}

pub(super) async fn show(client: Client, Id(id): Id<InvoiceId>, Query(chosen): Query<Chosen>) -> PageResult {
    let (app, actor) = (&client.app, &client.actor);
    let invoice = invoices::get(app, actor, id).await?.invoice;
    if invoice.state.0 != InvoiceState::Unpaid {
        return see_other(format!("/invoices/{id}")).flash(Flash::info("Nothing is owed on this invoice.")).ok();
    }
    let methods = payments::methods(app).await?;
    let method = methods.iter().find(|m| m.gateway == chosen.method).or(methods.first());
    let (mut how, mut problem) = (None, None);
    if let Some(method) = method {
        match payments::page(app, actor, id, &method.gateway).await {
            Ok(way) => how = Some(How::new(way, method)),
            Err(AppError::External(error)) => problem = Some(external_text(&error)),
            Err(other) => return Err(other.into()),
        }
    }
    let current = method.map(|m| m.gateway.clone());
    let chrome = client.chrome().await.title(format!("Pay invoice {}", number(&invoice)));
    page(&Pay {
        chrome: chrome
            .crumb("Invoices", "/invoices")
            .crumb(number(&invoice), format!("/invoices/{id}"))
            .in_portal(PortalSection::Invoices),
        id,
        amount: price_in(invoice.total - invoice.paid, &invoice.currency),
        methods: methods
            .into_iter()
            .map(|m| {
                let is_current = current.as_ref() == Some(&m.gateway);
                (m.gateway, m.name, is_current)
            })
            .collect(),
        how,
        problem,
        none: Empty::new("credit-card", "No way to pay online", "Please ask us how to pay this invoice."),
    })
}

impl How {
    fn new(page: PaymentPage, method: &Method) -> Self {
        let name = method.name.clone();
        match page {
            PaymentPage::Instructions { text, lines } => {
                let facts =
                    lines.into_iter().fold(Facts::new(), |facts, (label, value)| facts.row(label, Cell::Code(value)));
                Self { text, lines: facts, link: None, name }
            }
            PaymentPage::Redirect { url } => {
                let is_web = url.starts_with("https://");
                let text = "You pay on the page of our payment service and come back here.".to_owned();
                Self { text, lines: Facts::new(), link: is_web.then_some(url), name }
            }
        }
    }
}
