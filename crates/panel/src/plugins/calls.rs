//! The calls of a plugin: the log, one call, and asking once more.

use askama::Template;
use axum::extract::{Path, Query};
use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_app::plugins::{self, CallRow, ListCalls, OUTCOMES, Repeat, Side, StoredExchange, WholeCall};
use innkeeper_domain::{Permission, PluginCallId};
use innkeeper_web::Failure;
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page, see_other};
use innkeeper_web::view::{
    AdminSection, Badge, Cell, Choice, Chrome, Code, Empty, Facts, Flash, Form, Moment, Pager, PostButton, Tone, bytes,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::{outcome_words, tabs};
use crate::listing::{LIMIT, Tab};
use crate::outcome::back;

const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "admin/plugins/calls.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    filter: Form,
    outcomes: Vec<Choice>,
    operations: Vec<Choice>,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
}

struct Row {
    href: String,
    operation: String,
    about: String,
    outcome: Badge,
    error: String,
    ms: i64,
    at: Moment,
}

/// The filter in the address.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    outcome: String,
    operation: String,
    about: String,
    day: String,
    before: String,
}

impl Filter {
    fn address(&self, before: &str) -> String {
        let pairs = [
            ("outcome", self.outcome.as_str()),
            ("operation", &self.operation),
            ("about", &self.about),
            ("day", &self.day),
            ("before", before),
        ];
        let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<String> =
            pairs.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))).collect();
        format!("?{}", query.join("&"))
    }

    fn wanted(&self) -> ListCalls {
        let (subject, id) = self.about.trim().split_once(' ').unwrap_or((self.about.trim(), ""));
        let start = |day: NaiveDate| day.and_hms_opt(0, 0, 0).map(|t| t.and_utc());
        let day: Option<NaiveDate> = self.day.parse().ok();
        ListCalls {
            outcome: self.outcome.clone(),
            operation: self.operation.clone(),
            subject: subject.to_owned(),
            subject_id: id.trim().parse().ok(),
            from: day.and_then(start),
            until: day.and_then(|d| d.succ_opt()).and_then(start),
            before: self.before.parse().ok().map(PluginCallId),
            limit: LIMIT,
        }
    }
}

pub(super) async fn list(staff: Staff, Path(id): Path<String>, Query(filter): Query<Filter>) -> PageResult {
    let mut calls = plugins::list_calls(&staff.app, &staff.actor, &id, filter.wanted()).await?;
    let more = calls.len() > ROWS;
    calls.truncate(ROWS);
    let older = calls.last().filter(|_| more).map(|call| filter.address(&call.id.to_string()));
    let newest = (!filter.before.is_empty()).then(|| filter.address(""));
    let operations = plugins::operations(&staff.app, &staff.actor, &id).await?;
    let all = || std::iter::once(Choice::new("", "All"));
    let now = staff.app.now();
    let name = staff.app.plugins().get(&id)?.manifest.name.clone();
    page(&List {
        chrome: staff.chrome().await.title(name).in_admin(AdminSection::Plugins).crumb("Plugins", "/admin/plugins"),
        tabs: tabs(&staff.app, &id, "calls").await,
        filter: Form::new()
            .with("outcome", &filter.outcome)
            .with("operation", &filter.operation)
            .with("about", &filter.about)
            .with("day", &filter.day),
        outcomes: all()
            .chain([Choice::new("failed", "All that failed")])
            .chain(OUTCOMES.iter().map(|(word, text)| Choice::new(*word, *text)))
            .collect(),
        operations: all().chain(operations.iter().map(|o| Choice::new(o, o))).collect(),
        rows: calls.iter().map(|call| row(call, now)).collect(),
        empty: Empty::new(
            "activity",
            "No such calls",
            "Each time this plugin is asked something, it is written down here. Its level says how much of it.",
        ),
        pager: Pager::from_newest(newest, older),
    })
}

fn row(call: &CallRow, now: DateTime<Utc>) -> Row {
    Row {
        href: format!("/admin/plugins/{}/calls/{}", call.plugin_id, call.id),
        operation: call.operation.clone(),
        about: about(call.subject.as_deref(), call.subject_id),
        outcome: badge(&call.outcome),
        error: call.error.clone().unwrap_or_default(),
        ms: call.ms,
        at: Moment::ago(&call.started_at, now),
    }
}

fn about(subject: Option<&str>, id: Option<i64>) -> String {
    subject.zip(id).map(|(subject, id)| format!("{subject} {id}")).unwrap_or_default()
}

fn badge(outcome: &str) -> Badge {
    let (tone, icon) = match outcome {
        "ok" => (Tone::Success, "circle-check"),
        "temporary" | "busy" | "unknown" | "not_found" | "unsupported" => (Tone::Warning, "alert-triangle"),
        _ => (Tone::Danger, "circle-x"),
    };
    Badge::new(tone, icon, outcome_words(outcome))
}

#[derive(Template)]
#[template(path = "admin/plugins/call.html")]
struct Show {
    chrome: Chrome,
    tabs: Vec<Tab>,
    outcome: Badge,
    error: Option<Code>,
    facts: Facts,
    repeat: Option<PostButton>,
    elsewhere: Option<(&'static str, Option<String>)>,
    exchanges: Vec<Wire>,
    more: i32,
    quiet: bool,
}

struct Wire {
    title: String,
    state: Badge,
    ms: u64,
    error: String,
    open: bool,
    request: Way,
    response: Way,
}

struct Way {
    headers: Vec<(String, String)>,
    body: Option<Code>,
    size: String,
}

pub(super) async fn show(staff: Staff, Path((plugin, id)): Path<(String, String)>) -> PageResult {
    let id = PluginCallId(id.parse().map_err(|_| Failure::missing())?);
    let call = plugins::get_call(&staff.app, &staff.actor, &plugin, id).await?;
    let exchanges: Vec<StoredExchange> = serde_json::from_value(call.exchanges.clone()).unwrap_or_default();
    let kept = i32::try_from(exchanges.len()).unwrap_or(i32::MAX);
    let again = plugins::repeatable(&call);
    let button = PostButton::new(&format!("/admin/plugins/{plugin}/calls/{id}/repeat"), "Ask again").icon("refresh");
    let chrome = staff.chrome().await.title(format!("Call {id}: {}", call.operation));
    page(&Show {
        chrome: chrome
            .in_admin(AdminSection::Plugins)
            .crumb("Plugins", "/admin/plugins")
            .crumb("Call log", format!("/admin/plugins/{plugin}/calls")),
        tabs: tabs(&staff.app, &plugin, "").await,
        outcome: badge(&call.outcome),
        error: call.error.as_deref().map(|e| Code::text("The error", e)),
        facts: facts(&call),
        repeat: (again == Repeat::Ask && staff.may(Permission::ServersWrite)).then_some(button),
        elsewhere: match again {
            Repeat::Elsewhere(why, href) => Some((why, href)),
            Repeat::Ask => None,
        },
        more: call.exchange_count.saturating_sub(kept).max(0),
        quiet: call.exchange_count == 0,
        exchanges: exchanges.into_iter().enumerate().map(|(n, e)| wire(n, e)).collect(),
    })
}

fn facts(call: &WholeCall) -> Facts {
    let about = about(call.subject.as_deref(), call.subject_id);
    let page = match (call.subject.as_deref(), call.subject_id) {
        (Some("service"), Some(id)) => Some(format!("/admin/services/{id}")),
        (Some("domain"), Some(id)) => Some(format!("/admin/domains/{id}")),
        (Some("invoice"), Some(id)) => Some(format!("/admin/invoices/{id}")),
        (Some("server"), Some(id)) => Some(format!("/admin/servers/{id}")),
        (Some("event"), Some(id)) => Some(format!("/admin/events/{id}")),
        _ => None,
    };
    let mut facts = Facts::new().row("Plugin", call.plugin_id.as_str()).row("Operation", call.operation.as_str());
    if !about.is_empty() {
        let cell = page.map_or_else(|| Cell::from(about.as_str()), |href| Cell::Link(href, about.clone()));
        facts = facts.row("About", cell);
    }
    if !call.argument.is_null() {
        let text = call.argument.as_str().map_or_else(|| call.argument.to_string(), str::to_owned);
        facts = facts.row("Asked for", text);
    }
    facts
        .row("Started", Moment::exact(&call.started_at))
        .row("Took", format!("{} ms", call.ms))
        .row("Number in the log", call.correlation.as_str())
        .row("Key", call.idempotency_key.as_str())
}

fn wire(index: usize, exchange: StoredExchange) -> Wire {
    let state = match exchange.status {
        Some(status @ 200..=399) => Badge::new(Tone::Success, "circle-check", format!("HTTP {status}")),
        Some(status) => Badge::new(Tone::Danger, "circle-x", format!("HTTP {status}")),
        None => Badge::new(Tone::Warning, "alert-triangle", "No answer"),
    };
    Wire {
        title: format!("{} {}", exchange.method, exchange.url),
        state,
        ms: exchange.ms,
        error: exchange.error.unwrap_or_default(),
        open: index == 0,
        request: way("Request", exchange.request),
        response: way("Answer", exchange.response),
    }
}

fn way(label: &str, side: Side) -> Way {
    let shown = side.body.len();
    let size = u64::try_from(side.bytes).unwrap_or(u64::MAX);
    Way {
        headers: side.headers,
        size: match side.bytes {
            0 => "no body".to_owned(),
            n if n > shown => format!("{}, the beginning", bytes(size)),
            _ => bytes(size),
        },
        body: (!side.body.is_empty()).then(|| Code::text(label, side.body)),
    }
}

pub(super) async fn repeat(staff: Staff, Path((plugin, id)): Path<(String, String)>) -> PageResult {
    let id = PluginCallId(id.parse().map_err(|_| Failure::missing())?);
    match plugins::repeat_call(&staff.app, &staff.actor, &plugin, id).await {
        Ok(new) => see_other(format!("/admin/plugins/{plugin}/calls/{new}"))
            .flash(Flash::info(format!("It was asked again: this is the new call. The one before is call {id}.")))
            .ok(),
        Err(error) => back(format!("/admin/plugins/{plugin}/calls/{id}"), Err::<(), _>(error), ""),
    }
}
