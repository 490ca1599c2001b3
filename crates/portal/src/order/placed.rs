//! An order: what came of it, and how to pay.

use askama::Template;
use innkeeper_app::domains::{self as names, DomainFilter};
use innkeeper_app::orders::{self, OrderRow};
use innkeeper_app::services::{self, ServiceFilter};
use innkeeper_domain::state::{InvoiceState, OrderState};
use innkeeper_domain::{InvoiceId, Money, OrderId};
use innkeeper_hooks::payloads::OrderComplete;
use innkeeper_web::extract::{Client, Id};
use innkeeper_web::places;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{Badge, Chrome, Facts, Flash, Moment, PortalSection, price_in};

use crate::domains::DomainLine;
use crate::services::ServiceLine;

const ALL: i64 = 100;

#[derive(Template)]
#[template(path = "portal/order/placed.html")]
struct Placed {
    chrome: Chrome,
    facts: Facts,
    services: Vec<ServiceLine>,
    domains: Vec<DomainLine>,
    /// The invoice to pay.
    unpaid: Option<InvoiceId>,
    amount: String,
}

pub(super) async fn show(client: Client, Id(id): Id<OrderId>) -> PageResult {
    let (app, actor) = (&client.app, &client.actor);
    let order = orders::get(app, actor, id).await?;
    let services = ServiceFilter { order: Some(id), limit: ALL, ..ServiceFilter::default() };
    let services = services::list(app, actor, services).await?;
    let domains = DomainFilter { order: Some(id), limit: ALL, ..DomainFilter::default() };
    let domains = names::list(app, actor, domains).await?;
    let is_unpaid = order.invoice_state.as_deref() == Some(InvoiceState::Unpaid.as_str());
    let mut chrome = client.chrome().await.title(format!("Order {id}")).in_portal(PortalSection::Order);
    chrome.flash.push(news(&order, is_unpaid));
    if let Ok(currency) = order.currency.parse() {
        let slot = OrderComplete {
            order_id: id,
            client_id: order.client_id,
            invoice_id: order.invoice_id.map(InvoiceId),
            is_paid: order.invoice_state.as_deref() == Some(InvoiceState::Paid.as_str()),
            total: Money::new(order.total, currency),
        };
        chrome.notes.extend(places::blocks(app, &slot).await);
    }
    page(&Placed {
        chrome,
        facts: facts(&order),
        services: ServiceLine::all(services),
        domains: DomainLine::all(domains),
        unpaid: order.invoice_id.filter(|_| is_unpaid).map(InvoiceId),
        amount: price_in(order.total, &order.currency),
    })
}

fn news(order: &OrderRow, is_unpaid: bool) -> Flash {
    let is_held = matches!(order.screening.as_str(), "waiting" | "held");
    match (order.state.0, is_unpaid) {
        (OrderState::Pending, true) if is_held => {
            Flash::success("Thank you! Your order is in. It is carried out as soon as it is checked and paid.")
        }
        (OrderState::Cancelled | OrderState::Fraud, _) => Flash::warning("This order was cancelled."),
        (_, true) => Flash::success("Thank you! Your order is in. It is carried out as soon as it is paid."),
        (OrderState::Pending, false) => Flash::success("Thank you! Your order is in and will be looked at."),
        (OrderState::Active, false) => Flash::success("Thank you! Your order is being carried out."),
    }
}

fn facts(order: &OrderRow) -> Facts {
    let facts = Facts::new()
        .row("Ordered", Moment::exact(&order.created_at))
        .row("State", Badge::state(order.state.as_str()))
        .row("Total", price_in(order.total, &order.currency));
    match (order.invoice_id, &order.invoice_number) {
        (Some(id), number) => {
            let text = number.clone().unwrap_or_else(|| "Invoice".to_owned());
            facts.row("Invoice", innkeeper_web::view::Cell::Link(format!("/invoices/{id}"), text))
        }
        (None, _) => facts,
    }
}
