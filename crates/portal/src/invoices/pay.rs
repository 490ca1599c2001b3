//! How to pay an invoice.

use askama::Template;
use axum::extract::{Path, Query, RawQuery};
use innkeeper_app::payments::{self, GatewayPaymentRow, Method, Paying, Purpose};
use innkeeper_app::{AppError, invoices};
use innkeeper_domain::InvoiceId;
use innkeeper_domain::state::InvoiceState;
use innkeeper_plugin_api::PaymentPage;
use innkeeper_web::error::external_text;
use innkeeper_web::extract::{Client, Id};
use innkeeper_web::reply::{PageResult, page, see_other, sentence};
use innkeeper_web::view::{Cell, Chrome, Empty, Facts, Flash, PortalSection, price_in};
use serde::Deserialize;

use super::{mounted::Mounted, number};

/// The page on which something is paid.
#[derive(Template)]
#[template(path = "portal/invoices/pay.html")]
pub(super) struct Pay {
    chrome: Chrome,
    /// The page's own address, to which the way to pay is added.
    address: String,
    amount: String,
    /// What follows.
    note: &'static str,
    /// What is paid, as address and text.
    look: (String, String),
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
    /// The gateway's own fields.
    form: Option<Mounted>,
    name: String,
}

/// The way that was chosen.
#[derive(Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    method: String,
}

/// What a page for paying is about.
pub(super) struct About {
    pub chrome: Chrome,
    pub purpose: Purpose,
    pub address: String,
    pub amount: String,
    pub note: &'static str,
    pub look: (String, String),
}

pub(super) async fn show(client: Client, Id(id): Id<InvoiceId>, Query(chosen): Query<Chosen>) -> PageResult {
    let invoice = invoices::get(&client.app, &client.actor, id).await?.invoice;
    if invoice.state.0 != InvoiceState::Unpaid {
        return see_other(format!("/invoices/{id}")).flash(Flash::info("Nothing is owed on this invoice.")).ok();
    }
    let chrome = client.chrome().await.title(format!("Pay invoice {}", number(&invoice)));
    let about = About {
        chrome: chrome.crumb("Invoices", "/invoices").crumb(number(&invoice), format!("/invoices/{id}")),
        purpose: id.into(),
        address: format!("/invoices/{id}/pay"),
        amount: price_in(invoice.total - invoice.paid, &invoice.currency),
        note: "Once your payment is here, we send you a receipt and carry out your order.",
        look: (format!("/invoices/{id}"), "Look at the invoice".to_owned()),
    };
    drawn(&client, about, &chosen).await
}

/// The page, with what the chosen way to pay asks for.
pub(super) async fn drawn(client: &Client, about: About, chosen: &Chosen) -> PageResult {
    let (app, actor) = (&client.app, &client.actor);
    let methods = payments::methods(app).await?;
    let method = methods.iter().find(|m| m.gateway == chosen.method).or(methods.first());
    let (mut how, mut problem) = (None, None);
    if let Some(method) = method {
        let opened = match about.purpose {
            Purpose::Invoice(id) => payments::page(app, actor, id, &method.gateway).await,
            Purpose::Collection(id) => payments::page_of(app, actor, id, &method.gateway).await,
        };
        match opened {
            Ok(way) => how = Some(How::new(&way, method)),
            Err(AppError::External(error)) => problem = Some(external_text(&error)),
            Err(AppError::Conflict(why)) => problem = Some(sentence(&why)),
            Err(other) => return Err(other.into()),
        }
    }
    let current = method.map(|m| m.gateway.clone());
    let mut chrome = about.chrome.in_portal(PortalSection::Invoices);
    chrome.script = how.as_ref().and_then(|how| how.form.as_ref()).map(|form| form.script.clone());
    let view = Pay {
        chrome,
        address: about.address,
        amount: about.amount,
        note: about.note,
        look: about.look,
        methods: methods
            .into_iter()
            .map(|m| {
                let is_current = current.as_ref() == Some(&m.gateway);
                (m.gateway, m.name, is_current)
            })
            .collect(),
        how,
        problem,
        none: Empty::new("credit-card", "No way to pay online", "Please ask us how to pay."),
    };
    Mounted::let_in(view.how.as_ref().and_then(|how| how.form.as_ref()), page(&view)?)
}

/// The browser comes back from the gateway: it is asked what became of the payment.
pub(super) async fn returned(
    client: Client,
    Path((id, gateway)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> PageResult {
    let id: InvoiceId = id.parse().map_err(|_| AppError::NotFound("invoice"))?;
    let (app, actor) = (&client.app, &client.actor);
    payments::returned(app, actor, id, &gateway, query.as_deref().unwrap_or_default()).await?;
    let invoice = invoices::get(app, actor, id).await?.invoice;
    let latest = payments::at_gateways(app, actor, id).await?.into_iter().next();
    let flash = match invoice.state.0 {
        InvoiceState::Paid => Flash::success("Thank you: the invoice is paid."),
        _ => became(latest.as_ref()),
    };
    see_other(format!("/invoices/{id}")).flash(flash).ok()
}

/// What became of the latest payment.
pub(super) fn became(latest: Option<&GatewayPaymentRow>) -> Flash {
    match latest.map(|p| (p.state.as_str(), p.reason.as_deref())) {
        Some(("pending", _)) => Flash::info("Your payment is on its way. We tell you when it is here."),
        Some(("rejected", reason)) => {
            Flash::warning(format!("The payment did not succeed. {}", reason.unwrap_or_default()))
        }
        _ => Flash::info("We have no payment yet. If you have paid, it shows here in a few minutes."),
    }
}

impl How {
    fn new(paying: &Paying, method: &Method) -> Self {
        let name = method.name.clone();
        let how = |text: &str| Self { text: text.to_owned(), lines: Facts::new(), link: None, form: None, name };
        match &paying.page {
            PaymentPage::Instructions { text, lines } => {
                let facts = lines
                    .iter()
                    .fold(Facts::new(), |facts, (label, value)| facts.row(label, Cell::Code(value.clone())));
                Self { lines: facts, ..how(text) }
            }
            PaymentPage::Redirect { url, .. } => {
                let text = "You pay on the page of our payment service and come back here.";
                Self { link: Some(url.clone()), ..how(text) }
            }
            PaymentPage::Hosted(_) => Self {
                form: Mounted::of(paying),
                ..how("Your card's details go to our payment service alone: they never reach us.")
            },
        }
    }
}
