//! One service.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::{
    addons::{self, AddonOffer, Relative},
    billing, payments, plan_changes,
    services::{self, ServiceRow, ServiceView},
};
use innkeeper_domain::{Permission, ServiceId, state::ServiceState};
use innkeeper_hooks::payloads::ServiceFacts;
use innkeeper_plugin_api::pages::About;
use innkeeper_web::addons::Addons;
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::places;
use innkeeper_web::plugin_action::{Finding, sign_on_buttons};
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::service_billing::{Addresses, ServiceBilling};
use innkeeper_web::subscriptions::Subscriptions;
use innkeeper_web::usage::Usage;
use innkeeper_web::view::{AdminSection, Badge, Cell, Chrome, Facts, Link, Moment, PostButton};
use serde::Deserialize;

use super::live::Live;
use crate::amount::amount;
use crate::listing::Tab;
use crate::operations::{NeedsHuman, Operations, undecided, under_way};
use crate::plugins::tabs_on;

#[derive(Template)]
#[template(path = "admin/services/show.html")]
struct Show {
    chrome: Chrome,
    tabs: Vec<Tab>,
    id: ServiceId,
    state: Badge,
    facts: Facts,
    answers: Option<Facts>,
    decision: Option<NeedsHuman>,
    operations: Operations,
    live: Option<Live>,
    has_plugin: bool,
    posts: Vec<PostButton>,
    links: Vec<Link>,
    finding: Option<Finding>,
    subscriptions: Option<Subscriptions>,
    addons: Option<Addons>,
    usage: Option<Usage>,
    billing: Option<ServiceBilling>,
}

/// `?live=1`: with the vendor's word, for browsers that do not fetch it by themselves.
#[derive(Deserialize)]
pub(super) struct Wanted {
    live: Option<String>,
}

pub(super) async fn show(staff: Staff, Id(id): Id<ServiceId>, Query(wanted): Query<Wanted>) -> PageResult {
    let view = services::get(&staff.app, &staff.actor, id).await?;
    let live = if wanted.live.is_some() { Some(Live::ask(&staff, id).await?) } else { None };
    let address = format!("/admin/services/{id}");
    let may = staff.may(Permission::ServicesWrite);
    let service = &view.service;
    let subscriptions = payments::subscriptions(&staff.app, &staff.actor, id).await?;
    let order = |offer: &AddonOffer| {
        format!("/admin/clients/{}/order/product?product={}&parent=service-{id}", service.client_id, offer.addon_id)
    };
    let addons = Addons::load(&staff.app, &staff.actor, service, "/admin/services", order).await?;
    let parent = addons::parent_of(&staff.app, &staff.actor, service).await?;
    let changes = plan_changes::list(&staff.app, &staff.actor, id).await?;
    let next = billing::next_period(service, staff.app.now().date_naive());
    let at = Addresses { page: &address, invoices: "/admin/invoices", may_pause: true };
    let chrome = staff.chrome().await.title(service.label.as_str()).in_admin(AdminSection::Services);
    let slot = ServiceFacts { service_id: id, client_id: service.client_id };
    page(&Show {
        chrome: chrome
            .subtitle(format!("{}, {}", service.product_name, service.cycle_name.to_lowercase()))
            .crumb("Services", "/admin/services"),
        tabs: tabs_on(&staff, About::Service(id), "").await?,
        id,
        state: Badge::state(service.state.0.as_str()),
        facts: places::facts(&staff.app, &slot, belonging(facts(service, &staff), parent)).await,
        addons,
        usage: Usage::load(&staff.app, &staff.actor, id).await?,
        answers: answers(&view),
        decision: NeedsHuman::of(&view.effects, &address, may),
        operations: Operations::new(&view.effects, &address, may, staff.app.now()),
        live,
        has_plugin: service.plugin_id.is_some(),
        finding: Finding::latest(&view.effects, &staff.actor.tag()),
        subscriptions: Subscriptions::new(subscriptions, &address, may),
        billing: ServiceBilling::new(service, &changes, next.as_ref(), at, may),
        posts: if may { posts(&view) } else { vec![] },
        links: if may { links(&view) } else { vec![] },
    })
}

fn belonging(facts: Facts, parent: Option<Relative>) -> Facts {
    match parent {
        Some(parent) => facts.row("Belongs to", Cell::Link(format!("/admin/services/{}", parent.id), parent.label)),
        None => facts,
    }
}

fn facts(service: &ServiceRow, staff: &Staff) -> Facts {
    let now = staff.app.now();
    let mut facts = Facts::new()
        .row("Client", Cell::Link(format!("/admin/clients/{}", service.client_id), service.client_name.clone()))
        .row("Product", service.product_name.as_str())
        .row("Price", format!("{}, {}", amount(service.amount, &service.currency), service.cycle_name.to_lowercase()));
    for one in service.options.iter() {
        facts = facts.row(one.name.as_str(), format!("{} ({})", one.value, amount(one.amount, &service.currency)));
    }
    if let Some(order) = service.order_id {
        facts = facts.row("Order", Cell::Link(format!("/admin/orders/{order}"), format!("Order {order}")));
    }
    if let Some(reason) = &service.suspend_reason {
        facts = facts.row("Suspended because", reason.as_str());
    }
    facts = facts.row("Server", service.server_name.clone());
    if let Some(name) = &service.username {
        facts = facts.row("User name", Cell::Code(name.clone()));
    }
    if let Some(id) = &service.remote_id {
        facts = facts.row("Id at the vendor", Cell::Code(id.clone()));
    }
    facts = facts.row("First day", Moment::day(service.anchor));
    facts = match service.paid_through {
        Some(day) => facts.row("Paid until", Moment::day(day)),
        None => facts.row("Paid until", ""),
    };
    facts = facts.row("Ordered", Moment::ago(&service.created_at, now));
    match &service.activated_at {
        Some(at) => facts.row("Active since", Moment::ago(at, now)),
        None => facts,
    }
}

/// What the client answered when ordering.
fn answers(view: &ServiceView) -> Option<Facts> {
    let given = view.service.fields.as_object()?;
    let told = given.iter().filter_map(|(key, value)| Some((key, value.as_str().filter(|text| !text.is_empty())?)));
    let facts = told.fold(Facts::new(), |facts, (key, text)| facts.row(label(key), text));
    let facts = view.answers.iter().fold(facts, |facts, (label, answer)| facts.row(label, answer.as_str()));
    (!given.is_empty() || !view.answers.is_empty()).then_some(facts)
}

/// `first_name` → `First name`.
fn label(key: &str) -> String {
    let words = key.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn posts(view: &ServiceView) -> Vec<PostButton> {
    if view.service.plugin_id.is_none() || under_way(&view.effects) {
        return vec![];
    }
    let button =
        |verb: &str, label: &str| PostButton::new(&format!("/admin/services/{}/{verb}", view.service.id), label);
    match view.service.state.0 {
        _ if view.service.paused_on.is_some() => vec![],
        ServiceState::Active => {
            let console = view.has_console.then(|| button("console", "Console").icon("device-desktop"));
            let links = sign_on_buttons(&view.sign_on, &format!("/admin/services/{}", view.service.id));
            links.into_iter().chain(console).collect()
        }
        ServiceState::Pending if !undecided(&view.effects) => vec![
            button("create", "Set up now")
                .primary()
                .icon("player-play")
                .confirm("Set this service up at its vendor now, paid or not?"),
        ],
        ServiceState::Suspended => {
            vec![button("unsuspend", "Unsuspend").primary().icon("player-play").confirm("Let this service live again?")]
        }
        _ => vec![],
    }
}

fn links(view: &ServiceView) -> Vec<Link> {
    let link = |verb: &str, label: &str| Link::to(format!("/admin/services/{}/{verb}", view.service.id), label);
    let mut links = vec![];
    let state = view.service.state.0;
    if matches!(state, ServiceState::Active | ServiceState::Suspended) {
        links.push(link("terms", "Own terms").icon("settings"));
    }
    if state == ServiceState::Active && view.service.billed_through.is_some() && view.service.paused_on.is_none() {
        links.push(link("pause", "Pause").icon("player-pause"));
    }
    if view.service.plugin_id.is_none() || under_way(&view.effects) {
        return links;
    }
    if state == ServiceState::Active {
        links.extend(view.panels.iter().map(|(key, title)| link(&format!("panels/{key}"), title)));
        if view.has_zone {
            links.push(link("dns", "DNS records"));
        }
        if view.can_change {
            links.push(link("change", "Change").icon("edit"));
        }
    }
    if state == ServiceState::Active && view.can_change_password {
        links.push(link("password", "Change password").icon("key"));
    }
    if state == ServiceState::Active {
        links.push(link("suspend", "Suspend").icon("player-pause"));
    }
    if matches!(state, ServiceState::Active | ServiceState::Suspended) {
        links.push(link("terminate", "Terminate").icon("trash"));
    }
    links
}
