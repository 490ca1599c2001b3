//! One domain.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::domains::{
    self, DomainRow, DomainView,
    tools::{self, Tool},
};
use innkeeper_domain::{DomainId, Permission, state::DomainState};
use innkeeper_hooks::payloads::DomainFacts;
use innkeeper_plugin_api::pages::About;
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::late_domain::LateCard;
use innkeeper_web::places;
use innkeeper_web::plugin_action::Finding;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Cell, Chrome, Facts, Link, Moment, PostButton};
use serde::Deserialize;

use super::live::Live;
use crate::amount::amount;
use crate::listing::Tab;
use crate::operations::{NeedsHuman, Operations, undecided, under_way};
use crate::plugins::tabs_on;

#[derive(Template)]
#[template(path = "admin/domains/show.html")]
struct Show {
    chrome: Chrome,
    tabs: Vec<Tab>,
    id: DomainId,
    state: Badge,
    late: Option<LateCard>,
    facts: Facts,
    nameservers: Vec<String>,
    decision: Option<NeedsHuman>,
    operations: Operations,
    live: Option<Live>,
    register: Option<PostButton>,
    leaving: Vec<PostButton>,
    links: Vec<Link>,
    /// Pages about what the registrar offers besides.
    tools: Vec<Link>,
    finding: Option<Finding>,
}

/// `?live=1`: with the registrar's word, for browsers that do not fetch it by themselves.
#[derive(Deserialize)]
pub(super) struct Wanted {
    live: Option<String>,
}

pub(super) async fn show(staff: Staff, Id(id): Id<DomainId>, Query(wanted): Query<Wanted>) -> PageResult {
    let view = domains::get(&staff.app, &staff.actor, id).await?;
    let live = if wanted.live.is_some() { Some(Live::ask(&staff, id).await?) } else { None };
    let address = format!("/admin/domains/{id}");
    let may = staff.may(Permission::ServicesWrite);
    let domain = &view.domain;
    let chrome = staff.chrome().await.title(domain.name.as_str()).in_admin(AdminSection::Domains);
    let tools = tools::tools(&staff.app, &staff.actor, domain).await;
    let slot = DomainFacts { domain_id: id, client_id: domain.client_id };
    let late = domains::late(&staff.app, &staff.actor, id).await?;
    let late = late.map(|late| LateCard::new(&late, "/admin", id, may)).transpose()?;
    page(&Show {
        chrome: chrome.subtitle(domain.client_name.as_str()).crumb("Domains", "/admin/domains"),
        tabs: tabs_on(&staff, About::Domain(id), "").await?,
        id,
        state: Badge::state(domain.state.0.as_str()),
        late,
        facts: places::facts(&staff.app, &slot, facts(domain, &staff)).await,
        nameservers: domain.nameservers.clone(),
        decision: NeedsHuman::of(&view.effects, &address, may),
        operations: Operations::new(&view.effects, &address, may, staff.app.now()),
        live,
        register: register(&view).filter(|_| may),
        leaving: if may { leaving(&view) } else { vec![] },
        links: if may { links(&view) } else { vec![] },
        tools: if may { tool_links(&view, &tools) } else { vec![] },
        finding: Finding::latest(&view.effects, &staff.actor.tag()),
    })
}

fn facts(domain: &DomainRow, staff: &Staff) -> Facts {
    let day = |day: Option<chrono::NaiveDate>| day.map_or(Cell::from(""), |day| Moment::day(day).into());
    let mut facts = Facts::new()
        .row("Client", Cell::Link(format!("/admin/clients/{}", domain.client_id), domain.client_name.clone()))
        .row("Registrar", domain.plugin_id.as_str());
    if let Some(order) = domain.order_id {
        facts = facts.row("Order", Cell::Link(format!("/admin/orders/{order}"), format!("Order {order}")));
    }
    let plural = if domain.years == 1 { "" } else { "s" };
    let verb = if domain.kind == "transfer" { "Transfer" } else { "Registration" };
    facts = facts
        .row("Ordered as", format!("{verb}, {} year{plural}", domain.years))
        .row("Registered", day(domain.registered_on))
        .row("Expires", day(domain.expires_on))
        .row("Renewal", format!("{} a year", amount(domain.amount, &domain.currency)))
        .row("Renews by itself", if domain.auto_renew { "Yes" } else { "No" });
    if let Some(id) = &domain.remote_id {
        facts = facts.row("Id at the registrar", Cell::Code(id.clone()));
    }
    facts.row("Ordered", Moment::ago(&domain.created_at, staff.app.now()))
}

fn register(view: &DomainView) -> Option<PostButton> {
    let domain = &view.domain;
    let busy = under_way(&view.effects) || undecided(&view.effects);
    if busy || domain.state.0 != DomainState::Pending {
        return None;
    }
    let label = if domain.kind == "transfer" { "Start transfer" } else { "Register now" };
    let question = "Order this domain at the registrar now, paid or not? It costs money there.";
    let button = PostButton::new(&format!("/admin/domains/{}/register", domain.id), label);
    Some(button.primary().icon("player-play").confirm(question))
}

/// What lets a domain leave, or keeps it: beside what the registrar says of it.
fn leaving(view: &DomainView) -> Vec<PostButton> {
    let mut posts = vec![];
    if view.domain.state.0 != DomainState::Active {
        return posts;
    }
    let button = |verb: &str, label: &str| PostButton::new(&format!("/admin/domains/{}/{verb}", view.domain.id), label);
    if view.can_lock {
        posts.push(button("lock", "Lock").small().icon("lock"));
        posts
            .push(button("unlock", "Unlock").small().icon("lock-open").confirm("Let this domain be transferred away?"));
    }
    if view.has_auth_code {
        let question = "Show the code with which this domain may leave? That it was shown is written to the audit log.";
        posts.push(button("auth-code", "Show transfer code").small().icon("eye").confirm(question));
    }
    posts
}

/// While something is under way, only how far a transfer is can be seen.
fn tool_links(view: &DomainView, tools: &[Tool]) -> Vec<Link> {
    let is_busy = under_way(&view.effects);
    let fits = tools.iter().filter(|tool| !is_busy || **tool == Tool::Transfer);
    fits.map(|tool| Link::to(format!("/admin/domains/{}/tools/{}", view.domain.id, tool.key()), tool.title())).collect()
}

fn links(view: &DomainView) -> Vec<Link> {
    if under_way(&view.effects) {
        return vec![];
    }
    let link = |verb: &str, label: &str| Link::to(format!("/admin/domains/{}/{verb}", view.domain.id), label);
    let state = view.domain.state.0;
    let mut links = vec![];
    if state == DomainState::Active {
        links.push(link("nameservers", "Name servers").icon("server"));
        links.push(link("contacts", "Contacts").icon("id"));
    }
    if matches!(state, DomainState::Active | DomainState::Expired) {
        links.push(link("renew", "Renew").icon("rotate-clockwise"));
    }
    links
}
