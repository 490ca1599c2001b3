//! One service: what it is, what its server says, a new password.

use askama::Template;
use innkeeper_app::addons::AddonOffer;
use innkeeper_app::services::{self, LiveStatus, ServiceRow, ServiceView};
use innkeeper_app::{AppError, addons, billing, payments, plan_changes};
use innkeeper_domain::ServiceId;
use innkeeper_domain::state::ServiceState;
use innkeeper_hooks::payloads::ProductDetails;
use innkeeper_plugin_api::AccountState;
use innkeeper_web::addons::Addons;
use innkeeper_web::error::external_text;
use innkeeper_web::extract::{Client, Id, Posted};
use innkeeper_web::places;
use innkeeper_web::plugin_action::{ActionButton, Finding, sign_on_buttons};
use innkeeper_web::plugin_view::metric;
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::service_billing::{Addresses, ServiceBilling};
use innkeeper_web::subscriptions::Subscriptions;
use innkeeper_web::usage::Usage;
use innkeeper_web::view::{Badge, Cell, Chrome, Facts, Flash, Form, Moment, PortalSection, PostButton, Tone, bytes};

use super::{back, badge, is_alive};
use crate::work;

#[derive(Template)]
#[template(path = "portal/services/show.html")]
struct Show {
    chrome: Chrome,
    id: ServiceId,
    state: Badge,
    facts: Facts,
    /// The server may be asked about it.
    has_live: bool,
    live: Option<Live>,
    /// Shown if the password can be changed now.
    form: Option<Form>,
    /// Ways into the vendor's panel.
    sign_on: Vec<PostButton>,
    /// Panels of the plugin: address and title.
    panels: Vec<(String, &'static str)>,
    /// What the latest action brought to light.
    finding: Option<Finding>,
    subscriptions: Option<Subscriptions>,
    addons: Option<Addons>,
    usage: Option<Usage>,
    billing: Option<ServiceBilling>,
}

/// What the server says.
struct Live {
    state: Badge,
    facts: Facts,
    problem: Option<String>,
    actions: Vec<ActionButton>,
}

pub(super) async fn show(client: Client, Id(id): Id<ServiceId>) -> PageResult {
    let view = services::get(&client.app, &client.actor, id).await?;
    page(&build(&client, view, Form::new(), None).await?)
}

/// The buttons of what the plugin can do now. A vendor that does not say offers nothing.
async fn actions(client: &Client, id: ServiceId) -> Result<Vec<ActionButton>, AppError> {
    let found = match services::available_actions(&client.app, &client.actor, id).await {
        Err(AppError::External(_)) => vec![],
        found => found?,
    };
    Ok(found.iter().map(|action| ActionButton::new(action, &format!("/services/{id}"))).collect())
}

/// The same page with what the server says. Apart, because a slow server must not hold up the page:
/// the script fetches this one, without it a link leads here.
pub(super) async fn live(client: Client, Id(id): Id<ServiceId>) -> PageResult {
    let view = services::get(&client.app, &client.actor, id).await?;
    let live = match services::live_status(&client.app, &client.actor, id).await {
        Ok(status) => match status {
            Some(status) => Some(Live::new(status).with(actions(&client, id).await?)),
            None => None,
        },
        Err(AppError::External(error)) => Some(Live::broken(external_text(&error))),
        Err(AppError::Conflict(text)) => Some(Live::broken(text)),
        Err(other) => return Err(other.into()),
    };
    page(&build(&client, view, Form::new(), live).await?)
}

pub(super) async fn change_password(client: Client, Id(id): Id<ServiceId>, posted: Posted) -> PageResult {
    let (app, actor) = (&client.app, &client.actor);
    let mut form = posted.form();
    if posted.get("password") != posted.get("repeated") {
        form.fail("repeated", "The two are not the same.");
    } else {
        match services::change_password(app, actor, id, posted.get("password")).await {
            Ok(_) => {
                let text = "The new password is on its way to the server; it works in a moment.";
                return see_other(format!("/services/{id}")).flash(Flash::success(text)).ok();
            }
            Err(error) => form.refuse(error)?,
        }
    }
    let view = services::get(app, actor, id).await?;
    refused(&build(&client, view, form, None).await?)
}

/// Has the payment service charge no more by itself.
pub(super) async fn end_subscription(client: Client, Id(id): Id<ServiceId>, posted: Posted) -> PageResult {
    let (gateway, subscription) = (posted.get("gateway"), posted.get("subscription"));
    let result = payments::end_subscription(&client.app, &client.actor, id, gateway, subscription).await;
    back(format!("/services/{id}"), result, "The subscription is being ended: it charges no more by itself.")
}

async fn build(client: &Client, view: ServiceView, form: Form, live: Option<Live>) -> Result<Show, AppError> {
    let ServiceView {
        service,
        answers,
        effects,
        can_change_password,
        panels,
        sign_on,
        has_zone,
        has_console,
        nameservers,
        ..
    } = view;
    let mut chrome = client
        .chrome()
        .await
        .title(&service.label)
        .subtitle(if service.product_name == service.label { "" } else { &service.product_name })
        .crumb("Services", "/services")
        .in_portal(PortalSection::Services);
    chrome.flash.extend(state_notice(service.state.0).or_else(|| work::notice(&effects)));
    let slot = ProductDetails {
        service_id: service.id,
        client_id: service.client_id,
        product: service.product_name.clone(),
        plugin_id: service.plugin_id.clone(),
        label: service.label.clone(),
        state: service.state.0.as_str().to_owned(),
        username: service.username.clone(),
    };
    chrome.notes.extend(places::blocks(&client.app, &slot).await);
    let facts = facts(&service, nameservers, answers);
    let id = service.id;
    let page = format!("/services/{id}");
    let changes = plan_changes::list(&client.app, &client.actor, id).await?;
    let next = billing::next_period(&service, client.app.now().date_naive());
    let at = Addresses { page: &page, invoices: "/invoices", may_pause: false };
    let is_active = service.state.0 == ServiceState::Active;
    let subscriptions = payments::subscriptions(&client.app, &client.actor, id).await?;
    let order = |offer: &AddonOffer| format!("/order/{}?parent=service-{id}", offer.slug);
    let addons = Addons::load(&client.app, &client.actor, &service, "/services", order).await?;
    let parent = addons::parent_of(&client.app, &client.actor, &service).await?;
    let facts = match parent {
        Some(parent) => facts.row("Belongs to", Cell::Link(format!("/services/{}", parent.id), parent.label)),
        None => facts,
    };
    Ok(Show {
        addons,
        usage: Usage::load(&client.app, &client.actor, id).await?,
        chrome,
        id,
        state: badge(&service),
        facts,
        has_live: service.plugin_id.is_some() && is_alive(&service),
        live,
        form: (can_change_password && is_active).then_some(form),
        sign_on: if is_active {
            let console = has_console
                .then(|| PostButton::new(&format!("/services/{id}/console"), "Console").icon("device-desktop"));
            sign_on_buttons(&sign_on, &format!("/services/{id}")).into_iter().chain(console).collect()
        } else {
            vec![]
        },
        panels: if is_active {
            let records = has_zone.then(|| (format!("/services/{id}/dns"), "DNS records"));
            let panels = panels.into_iter().map(|(key, title)| (format!("/services/{id}/panels/{key}"), title));
            records.into_iter().chain(panels).collect()
        } else {
            vec![]
        },
        finding: Finding::latest(&effects, &client.actor.tag()),
        subscriptions: Subscriptions::new(subscriptions, &page, true),
        billing: ServiceBilling::new(&service, &changes, next.as_ref(), at, true),
    })
}

fn facts(service: &ServiceRow, nameservers: Vec<String>, answers: Vec<(String, String)>) -> Facts {
    let mut facts = Facts::new().row("Product", service.product_name.as_str());
    for one in service.options.iter() {
        facts = facts.row(one.name.as_str(), one.value.as_str());
    }
    if let Some(username) = &service.username {
        facts = facts.row("User name", Cell::Code(username.clone()));
    }
    if let Some(day) = service.paid_through.filter(|_| is_alive(service)) {
        facts = facts.row("Paid until", Moment::day(day.pred_opt().unwrap_or(day)));
    }
    facts = facts.row("Ordered", Moment::day(service.created_at.date_naive()));
    if let Some(order) = service.order_id {
        facts = facts.row("Order", Cell::Link(format!("/orders/{order}"), order.to_string()));
    }
    for name in nameservers {
        facts = facts.row("Name server", Cell::Code(name));
    }
    answers.into_iter().fold(facts, |facts, (label, answer)| facts.row(label, answer))
}

fn state_notice(state: ServiceState) -> Option<Flash> {
    match state {
        ServiceState::Suspended => Some(Flash::warning(
            "This service is switched off. If an invoice is overdue, it comes back soon after you pay it.",
        )),
        ServiceState::Cancelled | ServiceState::Fraud => Some(Flash::info("This service was cancelled.")),
        ServiceState::Terminated => Some(Flash::info("This service has ended.")),
        ServiceState::Pending | ServiceState::Active => None,
    }
}

impl Live {
    fn new(status: LiveStatus) -> Self {
        let mut facts =
            status.details.into_iter().fold(Facts::new(), |facts, (label, value)| facts.row(label, Cell::Code(value)));
        if let Some(usage) = status.usage {
            let used = match usage.disk_limit_bytes {
                Some(limit) => format!("{} of {}", bytes(usage.disk_bytes), bytes(limit)),
                None => bytes(usage.disk_bytes),
            };
            facts = facts.row("Storage used", used);
            for count in &usage.metrics {
                facts = facts.row(count.label.as_str(), metric(count));
            }
        }
        let state = match status.state {
            AccountState::Active => Badge::state("online").saying("Running"),
            AccountState::Suspended => Badge::state("suspended").saying("Switched off"),
            AccountState::Absent => Badge::new(Tone::Warning, "alert-triangle", "Not found"),
            AccountState::Unfinished => Badge::new(Tone::Warning, "alert-triangle", "Being set up"),
        };
        Self { state, facts, problem: None, actions: vec![] }
    }
    fn with(self, actions: Vec<ActionButton>) -> Self {
        Self { actions, ..self }
    }
    fn broken(text: String) -> Self {
        Self { state: Badge::state("unreachable"), facts: Facts::new(), problem: Some(text), actions: vec![] }
    }
}
