//! The event log: what happened, who was told, and telling them again.

use askama::Template;
use axum::extract::Query;
use chrono::{DateTime, Utc};
use innkeeper_app::system::{self, DeliveryRow, EventRow, ListEvents, ReplayEvent};
use innkeeper_domain::{DeliveryId, EventId, Permission};
use innkeeper_hooks::{CATALOGUE, Kind};
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, local_or, page};
use innkeeper_web::view::{
    AdminSection, Badge, Cell, Choice, Chrome, Code, Empty, Facts, Form, Moment, Pager, PostButton,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::listing::Tab;
use crate::outcome::back;
use crate::sections;

use super::subscribers::address;

const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "admin/system/events.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    filter: Form,
    names: Vec<Choice>,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
}

struct Row {
    id: i64,
    name: String,
    about: String,
    actor: String,
    at: Moment,
    state: Badge,
}

#[derive(Template)]
#[template(path = "admin/system/event.html")]
struct Show {
    chrome: Chrome,
    facts: Facts,
    payload: Code,
    deliveries: Vec<Delivery>,
    empty: Empty,
}

struct Delivery {
    subscriber: String,
    state: Badge,
    href: String,
    attempts: i32,
    at: Option<Moment>,
    error: String,
    replay: Option<PostButton>,
}

/// The filter in the address.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    name: String,
    aggregate: String,
    id: String,
    before: String,
}

impl Filter {
    fn address(&self, before: &str) -> String {
        let pairs =
            [("name", self.name.as_str()), ("aggregate", &self.aggregate), ("id", &self.id), ("before", before)];
        let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<String> =
            pairs.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))).collect();
        format!("?{}", query.join("&"))
    }
}

pub(super) async fn list(staff: Staff, Query(filter): Query<Filter>) -> PageResult {
    let list = ListEvents {
        name: filter.name.clone(),
        aggregate: filter.aggregate.clone(),
        aggregate_id: filter.id.trim().parse().ok(),
        before: filter.before.parse().ok(),
        limit: 51,
    };
    let mut events = system::list_events(&staff.app, &staff.actor, list).await?;
    let more = events.len() > ROWS;
    events.truncate(ROWS);
    let older = events.last().filter(|_| more).map(|event| filter.address(&event.id.to_string()));
    let newest = (!filter.before.is_empty()).then(|| filter.address(""));
    let now = staff.app.now();
    page(&List {
        chrome: staff.chrome().await.title("Events").in_admin(AdminSection::Events),
        tabs: sections::events("/admin/events"),
        filter: Form::new().with("name", &filter.name).with("aggregate", &filter.aggregate).with("id", &filter.id),
        names: names(),
        rows: events.iter().map(|event| row(event, now)).collect(),
        empty: Empty::new(
            "bolt",
            "No such events",
            "What happens in the business is written down here: orders, payments, services set up …",
        ),
        pager: Pager::from_newest(newest, older),
    })
}

fn names() -> Vec<Choice> {
    let events = CATALOGUE.iter().filter(|entry| entry.kind == Kind::Event);
    std::iter::once(Choice::new("", "All")).chain(events.map(|entry| Choice::new(entry.name, entry.name))).collect()
}

fn row(event: &EventRow, now: DateTime<Utc>) -> Row {
    let state = match (event.dead, event.pending, event.delivered) {
        (0, 0, 0) => Badge::state("skipped").saying("Nobody asked"),
        (0, 0, n) => Badge::state("delivered").saying(format!("{n} delivered")),
        (0, n, _) => Badge::state("pending").saying(format!("{n} to deliver")),
        (n, _, _) => Badge::state("dead").saying(format!("{n} failed")),
    };
    Row {
        id: event.id.get(),
        name: event.name.clone(),
        about: format!("{} {}", event.aggregate, event.aggregate_id),
        actor: event.actor.clone(),
        at: Moment::ago(&event.occurred_at, now),
        state,
    }
}

pub(super) async fn show(staff: Staff, Id(id): Id<EventId>) -> PageResult {
    let found = system::get_event(&staff.app, &staff.actor, id).await?;
    let event = found.event;
    let may_write = staff.may(Permission::SystemWrite);
    let about = format!("{} {}", event.aggregate, event.aggregate_id);
    let others = format!("/admin/events?aggregate={}&id={}", event.aggregate, event.aggregate_id);
    let facts = Facts::new()
        .row("About", Cell::Link(others, about))
        .row("Sequence", event.sequence.to_string())
        .row("When", Moment::exact(&event.occurred_at))
        .row("By", event.actor.as_str());
    let facts = match event.request_id.as_str() {
        "" => facts,
        id => facts.row("Request", Cell::Code(id.to_owned())),
    };
    let now = staff.app.now();
    let chrome = staff.chrome().await.title(event.name.as_str()).subtitle(format!("Event {id}"));
    page(&Show {
        chrome: chrome.in_admin(AdminSection::Events).crumb("Events", "/admin/events"),
        facts,
        payload: Code::json("Payload", &event.payload),
        deliveries: found.deliveries.iter().map(|d| delivery(d, may_write, now)).collect(),
        empty: Empty::new("webhook", "Nobody was told", "No subscriber asked for this event when it happened."),
    })
}

fn delivery(delivery: &DeliveryRow, may_write: bool, now: DateTime<Utc>) -> Delivery {
    let state = delivery.state.0.as_str();
    let page = format!("/admin/events/{}", delivery.event_id);
    let replay = (may_write && state != "pending").then(|| {
        let button = match delivery.id {
            Some(id) => PostButton::new(&format!("/admin/deliveries/{id}/replay"), "Send again").with("back", &page),
            None => {
                PostButton::new(&format!("{page}/replay"), "Send again").with("subscriber", &delivery.subscriber_id)
            }
        };
        let question = format!("Send this event to {} again? It will see it a second time.", delivery.subscriber);
        let button = button.small().icon("refresh").about(&delivery.subscriber);
        if state == "delivered" { button.confirm(&question) } else { button }
    });
    let state = match (state, delivery.id, delivery.run_at) {
        ("pending", None, _) => Badge::state("pending").saying("Waiting for its turn"),
        ("pending", Some(_), None) => Badge::state("pending").saying("Waiting behind another"),
        ("pending", Some(_), Some(_)) if delivery.attempts > 0 => Badge::state("pending").saying("Failed, tried again"),
        ("dead", ..) => Badge::state("dead").saying("Given up"),
        (state, ..) => Badge::state(state),
    };
    Delivery {
        subscriber: delivery.subscriber.clone(),
        href: address(&delivery.subscriber_id),
        state,
        attempts: delivery.attempts,
        at: delivery.delivered_at.or(delivery.run_at).map(|at| Moment::ago(&at, now)),
        error: delivery.last_error.clone().unwrap_or_default(),
        replay,
    }
}

pub(super) async fn replay_event(staff: Staff, Id(event): Id<EventId>, posted: Posted) -> PageResult {
    let command = ReplayEvent { event, subscriber: posted.get("subscriber").to_owned() };
    let result = system::replay_event(&staff.app, &staff.actor, command).await;
    back(format!("/admin/events/{event}"), result, "It is sent again in a moment.")
}

pub(super) async fn replay(staff: Staff, Id(id): Id<DeliveryId>, posted: Posted) -> PageResult {
    let result = system::replay_delivery(&staff.app, &staff.actor, id).await;
    back(local_or(posted.get("back"), "/admin/events"), result, "It is sent again in a moment.")
}
