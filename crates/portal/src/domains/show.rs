//! One domain.

use askama::Template;
use innkeeper_app::AppError;
use innkeeper_app::domains::{self, DomainView, tools};
use innkeeper_domain::DomainId;
use innkeeper_domain::state::DomainState;
use innkeeper_hooks::payloads::DomainDetails;
use innkeeper_plugin_api::{DomainInfo, RemoteDomainState};
use innkeeper_web::error::external_text;
use innkeeper_web::extract::{Client, Id};
use innkeeper_web::late_domain::LateCard;
use innkeeper_web::places;
use innkeeper_web::plugin_action::Finding;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{Badge, Cell, Chrome, Facts, Flash, Form, Moment, PortalSection, PostButton, price_in};

use super::badge;
use crate::work;

/// Name servers that the form has room for.
pub(super) const ROOM: usize = 5;

#[derive(Template)]
#[template(path = "portal/domains/show.html")]
pub(super) struct Show {
    chrome: Chrome,
    id: DomainId,
    state: Badge,
    late: Option<LateCard>,
    facts: Facts,
    /// The registrar may be asked and changes may be made.
    is_active: bool,
    live: Option<Live>,
    form: Form,
    /// The names of the fields for name servers, with their labels.
    servers: Vec<(String, String)>,
    lock: Option<(PostButton, PostButton)>,
    reveal: Option<PostButton>,
    /// The transfer code, right after it was asked for.
    code: Option<Cell>,
    /// Pages about what the registrar offers besides: address and title.
    tools: Vec<(String, &'static str)>,
    /// What the latest action brought to light.
    finding: Option<Finding>,
}

/// What the registrar says.
pub(super) struct Live {
    facts: Facts,
    problem: Option<String>,
}

pub(super) async fn show(client: Client, Id(id): Id<DomainId>) -> PageResult {
    let view = domains::get(&client.app, &client.actor, id).await?;
    let form = stored(&view.domain.nameservers);
    page(&build(&client, view, form, None, None).await)
}

/// The same page with what the registrar says; see the page of services.
pub(super) async fn live(client: Client, Id(id): Id<DomainId>) -> PageResult {
    let view = domains::get(&client.app, &client.actor, id).await?;
    let mut form = stored(&view.domain.nameservers);
    let live = match domains::live_info(&client.app, &client.actor, id).await {
        Ok((info, servers)) => {
            form = stored(&servers);
            Live::new(&info, servers)
        }
        Err(AppError::External(error)) => Live::broken(external_text(&error)),
        Err(AppError::Conflict(text)) => Live::broken(text),
        Err(other) => return Err(other.into()),
    };
    page(&build(&client, view, form, Some(live), None).await)
}

/// A form with these name servers.
pub(super) fn stored(servers: &[String]) -> Form {
    servers.iter().enumerate().fold(Form::new(), |form, (i, name)| form.with(&format!("nameserver{}", i + 1), name))
}

pub(super) async fn build(
    client: &Client,
    view: DomainView,
    form: Form,
    live: Option<Live>,
    code: Option<Cell>,
) -> Show {
    let DomainView { domain, effects, can_lock, has_auth_code } = view;
    // Not told rather than a page that fails.
    let late = domains::late(&client.app, &client.actor, domain.id).await.ok().flatten();
    let late = late.and_then(|late| LateCard::new(&late, "", domain.id, true).ok());
    let tools = tools::tools(&client.app, &client.actor, &domain).await;
    let tools = tools.iter().map(|tool| (format!("/domains/{}/tools/{}", domain.id, tool.key()), tool.title()));
    let mut chrome =
        client.chrome().await.title(&domain.name).crumb("Domains", "/domains").in_portal(PortalSection::Domains);
    chrome.flash.extend(state_notice(domain.state.0).filter(|_| late.is_none()).or_else(|| work::notice(&effects)));
    let slot = DomainDetails {
        domain_id: domain.id,
        client_id: domain.client_id,
        name: domain.name.clone(),
        state: domain.state.0.as_str().to_owned(),
    };
    chrome.notes.extend(places::blocks(&client.app, &slot).await);
    let mut facts = Facts::new();
    if let Some(day) = domain.registered_on {
        facts = facts.row("Registered", Moment::day(day));
    }
    if let Some(day) = domain.expires_on {
        facts = facts.row("Expires", Moment::day(day));
    }
    let renewal = if domain.auto_renew { "We send an invoice in time" } else { "Off: the domain ends at its expiry" };
    facts = facts
        .row("Renewal", renewal)
        .row("Renewal price", format!("{} a year", price_in(domain.amount, &domain.currency)))
        .row("Ordered", Moment::day(domain.created_at.date_naive()));
    if let Some(order) = domain.order_id {
        facts = facts.row("Order", Cell::Link(format!("/orders/{order}"), order.to_string()));
    }
    let id = domain.id;
    let is_active = domain.state.0 == DomainState::Active;
    let lock =
        |locked: &str, label: &str| PostButton::new(&format!("/domains/{id}/lock"), label).with("locked", locked);
    let question = "Unlock this domain? It can then be transferred away by whoever has the code.";
    Show {
        chrome,
        id,
        state: badge(&domain),
        late,
        facts,
        is_active,
        live,
        servers: (1..=ROOM).map(|n| (format!("nameserver{n}"), format!("Name server {n}"))).collect(),
        form,
        lock: (can_lock && is_active)
            .then(|| (lock("yes", "Lock").icon("lock"), lock("no", "Unlock").icon("lock-open").confirm(question))),
        reveal: (has_auth_code && is_active && code.is_none())
            .then(|| PostButton::new(&format!("/domains/{id}/auth-code"), "Show the transfer code").icon("key")),
        code,
        tools: tools.collect(),
        finding: Finding::latest(&effects, &client.actor.tag()),
    }
}

fn state_notice(state: DomainState) -> Option<Flash> {
    match state {
        DomainState::Expired => {
            Some(Flash::danger("This domain has expired. Pay its renewal soon, before somebody else can take it."))
        }
        DomainState::TransferredAway => Some(Flash::info("This domain moved to another registrar.")),
        DomainState::Cancelled | DomainState::Fraud => Some(Flash::info("This domain was cancelled.")),
        _ => None,
    }
}

impl Live {
    fn new(info: &DomainInfo, servers: Vec<String>) -> Self {
        let state = match info.state {
            RemoteDomainState::Active => "Active",
            RemoteDomainState::Absent => "Not found",
            RemoteDomainState::Redemption => "In redemption",
            RemoteDomainState::PendingDelete => "About to be deleted",
            _ => "In progress or expired",
        };
        let mut facts = Facts::new().row("At the registrar", state);
        if let Some(day) = info.expires_on {
            facts = facts.row("Expires", Moment::day(day));
        }
        if let Some(locked) = info.locked {
            facts = facts.row("Transfer lock", if locked { "On" } else { "Off" });
        }
        if let Some(privacy) = info.privacy {
            facts = facts.row("Owner hidden", if privacy { "Yes" } else { "No" });
        }
        for server in servers {
            facts = facts.row("Name server", Cell::Code(server));
        }
        Self { facts, problem: None }
    }
    fn broken(text: String) -> Self {
        Self { facts: Facts::new(), problem: Some(text) }
    }
}
