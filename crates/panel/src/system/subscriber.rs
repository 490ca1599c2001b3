//! A subscriber: how far it is, what went wrong, and sending it events again.

use askama::Template;
use axum::extract::{Path, Query};
use chrono::{DateTime, NaiveDateTime, Utc};
use innkeeper_app::AppError;
use innkeeper_app::system::{self, DeliveryRow, ListDeliveries, Replay, Start, SubscriberSummary};
use innkeeper_domain::{Permission, state::DeliveryState};
use innkeeper_hooks::{CATALOGUE, Kind};
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Choice, Chrome, Facts, Form, Moment, PostButton};
use serde::Deserialize;

use crate::outcome::back;

use super::subscribers::{address, state};

/// How the browser sends a date with a time.
const FORMAT: &str = "%Y-%m-%dT%H:%M";

#[derive(Template)]
#[template(path = "admin/system/subscriber.html")]
struct Show {
    chrome: Chrome,
    state: Badge,
    facts: Facts,
    error: String,
    deliveries: Vec<Delivery>,
    buttons: Vec<PostButton>,
    may_write: bool,
    span: Form,
    names: Vec<Choice>,
    /// What the span holds, and the button that sends it.
    found: Option<(String, Option<PostButton>)>,
    start: Form,
    start_at: String,
}

struct Delivery {
    event: String,
    href: String,
    state: Badge,
    attempts: i32,
    at: Option<Moment>,
    error: String,
}

/// The events to send again, in the address: what is found is shown before anything is sent.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Span {
    from: String,
    to: String,
    name: String,
}

impl Span {
    fn posted(posted: &Posted) -> Self {
        let text = |name| posted.get(name).to_owned();
        Self { from: text("from"), to: text("to"), name: text("name") }
    }
    fn replay(&self, subscriber: &str) -> Result<Replay, AppError> {
        Ok(Replay {
            subscriber: subscriber.to_owned(),
            name: self.name.clone(),
            from: moment("from", &self.from)?,
            to: moment("to", &self.to)?,
        })
    }
}

fn moment(field: &str, text: &str) -> Result<DateTime<Utc>, AppError> {
    let minutes = text.get(..16).unwrap_or(text);
    let at = NaiveDateTime::parse_from_str(minutes, FORMAT)
        .map_err(|_| AppError::invalid(field, "must be a date and a time"))?;
    Ok(at.and_utc())
}

pub(super) async fn show(staff: Staff, Path(id): Path<String>, Query(span): Query<Span>) -> PageResult {
    let subscriber = system::get_subscriber(&staff.app, &staff.actor, &id).await?;
    let failed = async |state| {
        let list = ListDeliveries { subscriber: id.clone(), state: Some(state), before: None, limit: 25 };
        system::list_deliveries(&staff.app, &staff.actor, list).await
    };
    let mut deliveries = failed(DeliveryState::Dead).await?;
    deliveries.extend(failed(DeliveryState::Pending).await?);
    let may_write = staff.may(Permission::SystemWrite) && subscriber.enabled;
    let now = staff.app.now();
    let mut form = Form::new().with("from", &span.from).with("to", &span.to).with("name", &span.name);
    let found = match span.from.is_empty() && span.to.is_empty() {
        false if may_write => found(&staff, &id, &span, &mut form).await?,
        _ => None,
    };
    let chrome = staff.chrome().await.title(subscriber.label.as_str()).subtitle(id.as_str());
    page(&Show {
        chrome: chrome.in_admin(AdminSection::Events).crumb("Subscribers", "/admin/subscribers"),
        state: state(&subscriber),
        facts: match system::dropped_signals(&staff.app, &staff.actor, &id)? {
            0 => facts(&subscriber, now),
            n => facts(&subscriber, now).row("Transient events dropped by this node", n.to_string()),
        },
        error: subscriber.last_error.clone().unwrap_or_default(),
        deliveries: deliveries.iter().map(|d| delivery(d, now)).collect(),
        buttons: if may_write { buttons(&subscriber) } else { vec![] },
        may_write,
        span: form,
        names: names(&subscriber),
        found,
        start: Form::new().with("where", "time"),
        start_at: format!("{}/start", address(&id)),
    })
}

/// What would be sent, and the button that does it.
async fn found(
    staff: &Staff,
    id: &str,
    span: &Span,
    form: &mut Form,
) -> Result<Option<(String, Option<PostButton>)>, innkeeper_web::Failure> {
    let counted = match span.replay(id) {
        Ok(replay) => system::count_replay(&staff.app, &staff.actor, &replay).await,
        Err(error) => Err(error),
    };
    match counted {
        Ok(0) => Ok(Some(("No such events, or they come anyway.".to_owned(), None))),
        Ok(count) => {
            let button = PostButton::new(&format!("{}/replay", address(id)), &format!("Send {count} again"));
            let button = button.primary().icon("refresh").with("from", &span.from).with("to", &span.to);
            let text = format!("{count} events. The receiver sees each of them once more.");
            Ok(Some((text, Some(button.with("name", &span.name)))))
        }
        Err(error) => {
            form.refuse(error)?;
            Ok(None)
        }
    }
}

fn facts(subscriber: &SubscriberSummary, now: DateTime<Utc>) -> Facts {
    let events = if subscriber.events.is_empty() { "Every event".to_owned() } else { subscriber.events.join(", ") };
    let mut facts = Facts::new()
        .row("Plugin", subscriber.plugin_id.as_str())
        .row("Asks for", events)
        .row("Has read the feed up to", subscriber.cursor.to_string())
        .row("Events behind", subscriber.behind.to_string());
    if let Some(since) = subscriber.behind_since {
        facts = facts.row("The first of them", Moment::ago(&since, now));
    }
    facts = facts
        .row("Tried again or waiting behind", subscriber.pending.to_string())
        .row("Given up", subscriber.dead.to_string());
    if let Some(since) = subscriber.failing_since {
        facts = facts
            .row("Failing since", Moment::ago(&since, now))
            .row("Different events that failed", subscriber.failures.to_string());
    }
    match subscriber.retry_at {
        Some(at) => facts.row("Next try", Moment::ago(&at, now)),
        None => facts,
    }
}

fn buttons(subscriber: &SubscriberSummary) -> Vec<PostButton> {
    let address = address(&subscriber.id);
    let retry = subscriber
        .failing_since
        .is_some()
        .then(|| PostButton::new(&format!("{address}/retry"), "Try now").icon("refresh"));
    let dead = (subscriber.dead > 0).then(|| {
        PostButton::new(&format!("{address}/replay-dead"), "Send failed ones again")
            .icon("refresh")
            .confirm(&format!("Send {} failed deliveries again?", subscriber.dead))
    });
    retry.into_iter().chain(dead).collect()
}

fn names(subscriber: &SubscriberSummary) -> Vec<Choice> {
    let events = CATALOGUE.iter().filter(|entry| entry.kind == Kind::Event);
    let asked = events.filter(|e| subscriber.events.is_empty() || subscriber.events.iter().any(|name| name == e.name));
    std::iter::once(Choice::new("", "All")).chain(asked.map(|entry| Choice::new(entry.name, entry.name))).collect()
}

fn delivery(delivery: &DeliveryRow, now: DateTime<Utc>) -> Delivery {
    Delivery {
        event: delivery.event_name.clone(),
        href: format!("/admin/events/{}", delivery.event_id),
        state: match (delivery.state.0, delivery.run_at) {
            (DeliveryState::Dead, _) => Badge::state("dead").saying("Given up"),
            (_, None) => Badge::state("pending").saying("Waiting behind another"),
            (_, Some(_)) => Badge::state("pending").saying("Tried again"),
        },
        attempts: delivery.attempts,
        at: delivery.run_at.map(|at| Moment::ago(&at, now)),
        error: delivery.last_error.clone().unwrap_or_default(),
    }
}

pub(super) async fn retry(staff: Staff, Path(id): Path<String>) -> PageResult {
    let result = system::retry_subscriber(&staff.app, &staff.actor, &id).await;
    back(address(&id), result, "It is tried in a moment.")
}

pub(super) async fn start(staff: Staff, Path(id): Path<String>, posted: Posted) -> PageResult {
    let start = match posted.get("where") {
        "beginning" => Ok(Start::Beginning),
        "now" => Ok(Start::Now),
        _ => moment("at", posted.get("at")).map(Start::At),
    };
    let result = match start {
        Ok(start) => system::start_subscriber(&staff.app, &staff.actor, &id, start).await,
        Err(error) => Err(error),
    };
    back(address(&id), result, "It goes on from there in a moment.")
}

pub(super) async fn replay(staff: Staff, Path(id): Path<String>, posted: Posted) -> PageResult {
    let result = match Span::posted(&posted).replay(&id) {
        Ok(replay) => system::replay(&staff.app, &staff.actor, replay).await,
        Err(error) => Err(error),
    };
    back(address(&id), result, "They are sent again in a moment.")
}

pub(super) async fn replay_dead(staff: Staff, Path(id): Path<String>) -> PageResult {
    let result = system::replay_dead_deliveries(&staff.app, &staff.actor, &id).await;
    back(address(&id), result, "They are sent again in a moment.")
}
