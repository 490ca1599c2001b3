//! One order, and what staff decide about it.

use askama::Template;
use innkeeper_app::{
    domains::{self, DomainFilter, DomainRow},
    orders::{self, OrderRow, Screened},
    services::{self, ServiceFilter, ServiceRow},
};
use innkeeper_domain::{Money, OrderId, Permission, state::OrderState};
use innkeeper_hooks::payloads::OrderDetails;
use innkeeper_plugin_api::tasks::{Judgement, Risk};
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::places;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Cell, Chrome, Facts, Moment, PostButton, Tone};

use super::badge;
use crate::amount::amount;
use crate::outcome::back;

/// More than any cart holds.
const ITEMS: i64 = 200;

#[derive(Template)]
#[template(path = "admin/orders/show.html")]
struct Show {
    chrome: Chrome,
    state: Badge,
    facts: Facts,
    items: Vec<Item>,
    screened: Vec<Said>,
    actions: Vec<PostButton>,
    /// What happens next, for an order that waits.
    hint: &'static str,
}

/// What a plugin said of the order.
struct Said {
    plugin: String,
    risk: Badge,
    score: String,
    reasons: Vec<String>,
    at: Moment,
}

struct Item {
    icon: &'static str,
    href: String,
    name: String,
    what: String,
    state: Badge,
    price: String,
}

pub(super) async fn show(staff: Staff, Id(id): Id<OrderId>) -> PageResult {
    let order = orders::get(&staff.app, &staff.actor, id).await?;
    let mut items = vec![];
    if staff.may(Permission::ServicesRead) {
        let of_order = ServiceFilter { order: Some(id), limit: ITEMS, ..ServiceFilter::default() };
        items.extend(services::list(&staff.app, &staff.actor, of_order).await?.into_iter().map(service));
        let of_order = DomainFilter { order: Some(id), limit: ITEMS, ..DomainFilter::default() };
        items.extend(domains::list(&staff.app, &staff.actor, of_order).await?.into_iter().map(domain));
    }
    let mut chrome = staff.chrome().await.title(format!("Order {id}")).in_admin(AdminSection::Orders);
    if let Ok(currency) = order.currency.parse() {
        let (client_id, total) = (order.client_id, Money::new(order.total, currency));
        let slot = OrderDetails { order_id: id, client_id, total, invoice_id: order.invoice_id.map(Into::into) };
        chrome.notes.extend(places::blocks(&staff.app, &slot).await);
    }
    let screened = orders::screenings(&staff.app, &staff.actor, id).await?;
    page(&Show {
        chrome: chrome.subtitle(order.client_name.as_str()).crumb("Orders", "/admin/orders"),
        state: badge(order.state.0, &order.screening),
        screened: screened.into_iter().map(|one| said(&staff, one)).collect(),
        facts: facts(&order, &staff),
        items,
        actions: actions(&order, staff.may(Permission::OrdersWrite)),
        hint: hint(&order),
    })
}

fn facts(order: &OrderRow, staff: &Staff) -> Facts {
    let now = staff.app.now();
    let client = Cell::Link(format!("/admin/clients/{}", order.client_id), order.client_name.clone());
    let mut facts = Facts::new().row("Client", client).row("Placed", Moment::ago(&order.created_at, now));
    if let Some(at) = &order.accepted_at {
        facts = facts.row("Accepted", Moment::ago(at, now));
    }
    facts = facts.row("Total", amount(order.total, &order.currency));
    if let Some(id) = order.invoice_id {
        let number = order.invoice_number.clone().unwrap_or_else(|| "Draft".to_owned());
        facts = facts
            .row("Invoice", Cell::Link(format!("/admin/invoices/{id}"), number))
            .row("Invoice state", Badge::state(order.invoice_state.as_deref().unwrap_or_default()));
    }
    facts.row("Ordered from", order.ip.as_str())
}

fn said(staff: &Staff, one: Screened) -> Said {
    let name = staff.app.plugins().get(&one.plugin).map(|plugin| plugin.manifest.name.clone());
    let (risk, score, reasons) = match one.judgement {
        Some(Judgement { risk, score, reasons }) => (self::risk(risk), format!("{score} of 100"), reasons),
        None => (Badge::new(Tone::Warning, "alert-triangle", "Could not say"), String::new(), vec![one.error]),
    };
    Said { plugin: name.unwrap_or(one.plugin), risk, score, reasons, at: Moment::ago(&one.at, staff.app.now()) }
}

fn risk(risk: Risk) -> Badge {
    match risk {
        Risk::Accept => Badge::new(Tone::Success, "circle-check", "Harmless"),
        Risk::Review => Badge::new(Tone::Warning, "alert-triangle", "Look at it"),
        Risk::Reject => Badge::new(Tone::Danger, "flag", "Fraud"),
    }
}

fn service(service: ServiceRow) -> Item {
    Item {
        icon: "package",
        href: format!("/admin/services/{}", service.id),
        name: service.label,
        what: format!("{}, {}", service.product_name, service.cycle_name.to_lowercase()),
        state: Badge::state(service.state.0.as_str()),
        price: amount(service.amount, &service.currency),
    }
}

fn domain(domain: DomainRow) -> Item {
    let verb = if domain.kind == "transfer" { "Transfer" } else { "Registration" };
    let plural = if domain.years == 1 { "" } else { "s" };
    Item {
        icon: "world",
        href: format!("/admin/domains/{}", domain.id),
        name: domain.name,
        what: format!("{verb}, {} year{plural}", domain.years),
        state: Badge::state(domain.state.0.as_str()),
        price: amount(domain.amount, &domain.currency),
    }
}

fn hint(order: &OrderRow) -> &'static str {
    match (order.state.0, order.screening.as_str()) {
        (OrderState::Pending, "held") => {
            return "It is held, by staff or because plugins doubt it or none could judge it. Nothing in it is set up, even if \
                    it is paid, until you let it pass, accept it or refuse it.";
        }
        (OrderState::Pending, "waiting") => return "Plugins are about to judge it. Nothing in it is set up before.",
        _ => {}
    }
    match (order.state.0, order.invoice_state.as_deref()) {
        (OrderState::Pending, Some("unpaid")) => {
            "Its invoice is not paid. What is set up on payment starts by itself when the money is recorded; \
             accept the order to start everything now."
        }
        (OrderState::Pending, _) => "It waits for somebody to accept it: a product in it is set up by hand.",
        _ => "",
    }
}

fn actions(order: &OrderRow, may: bool) -> Vec<PostButton> {
    if !may || order.state.0 != OrderState::Pending {
        return vec![];
    }
    let id = order.id;
    let button = |verb: &str, label: &str| PostButton::new(&format!("/admin/orders/{id}/{verb}"), label);
    let unpaid = order.invoice_state.as_deref() == Some("unpaid");
    let accept = if unpaid {
        "Accept this order although its invoice is not paid? Everything in it is set up now."
    } else {
        "Accept this order? Everything in it is set up now."
    };
    let mut all = vec![
        button("fraud", "Mark as fraud").danger().icon("flag").confirm(
            "Mark this order as fraud? Nothing in it is set up, its unpaid invoice becomes void, and it is remembered as fraud.",
        ),
        button("cancel", "Cancel order")
            .icon("ban")
            .confirm("Cancel this order? Nothing in it is set up, and its unpaid invoice becomes void."),
        button("accept", "Accept").primary().icon("check").confirm(accept),
    ];
    if matches!(order.screening.as_str(), "held" | "waiting") {
        let question = "Let this order pass? It goes on as if nobody had doubted it: what is due with its payment is set \
                        up when it is paid.";
        all.insert(2, button("release", "Let it pass").icon("player-play").confirm(question));
    } else {
        let question = "Hold this order? Nothing more in it is set up, even if it is paid, until you let it pass.";
        all.insert(2, button("hold", "Hold").icon("player-pause").confirm(question));
    }
    all
}

pub(super) async fn release(staff: Staff, Id(id): Id<OrderId>) -> PageResult {
    let result = orders::release(&staff.app, &staff.actor, id).await;
    back(format!("/admin/orders/{id}"), result, "The order goes on.")
}

pub(super) async fn hold(staff: Staff, Id(id): Id<OrderId>) -> PageResult {
    let result = orders::hold(&staff.app, &staff.actor, id).await;
    back(format!("/admin/orders/{id}"), result, "The order is held.")
}

pub(super) async fn accept(staff: Staff, Id(id): Id<OrderId>) -> PageResult {
    let result = orders::accept(&staff.app, &staff.actor, id).await;
    back(format!("/admin/orders/{id}"), result, "The order is accepted. What is in it is being set up.")
}

pub(super) async fn cancel(staff: Staff, Id(id): Id<OrderId>) -> PageResult {
    let result = orders::cancel(&staff.app, &staff.actor, id).await;
    back(format!("/admin/orders/{id}"), result, "The order is cancelled.")
}

pub(super) async fn fraud(staff: Staff, Id(id): Id<OrderId>) -> PageResult {
    let result = orders::mark_fraud(&staff.app, &staff.actor, id).await;
    back(format!("/admin/orders/{id}"), result, "The order is marked as fraud.")
}
