//! How one plugin does.

use askama::Template;
use axum::extract::Path;
use innkeeper_app::pages;
use innkeeper_app::plugin_settings;
use innkeeper_app::plugins::{self, CallLevel, Health, Span};
use innkeeper_domain::Permission;
use innkeeper_web::charts::{Chart, Series, Shape};
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Choice, Chrome, Facts, Form, Moment, Stat, Tone};

use super::list::{kind, menu_of, state};
use super::{outcome_words, pictures, tabs};
use crate::listing::Tab;
use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/plugins/overview.html")]
struct Overview {
    chrome: Chrome,
    tabs: Vec<Tab>,
    stats: Vec<Stat>,
    chart: Option<Chart>,
    kinds: Vec<(String, String, i64)>,
    last: Option<Last>,
    notes: Vec<String>,
    state: Badge,
    facts: Facts,
    abilities: Vec<String>,
    links: Vec<(String, String)>,
    /// Pictures of it: address and caption.
    pictures: Vec<(String, String)>,
    /// Its pages in the menu: title and address.
    pages: Vec<(String, String)>,
    level: Form,
    levels: Vec<Choice>,
    spans: Vec<Choice>,
    level_ends: Option<Moment>,
    may_set: bool,
    id: String,
}

struct Last {
    href: String,
    operation: String,
    error: String,
    at: Moment,
}

pub(super) async fn show(staff: Staff, Path(id): Path<String>) -> PageResult {
    let plugin = plugin_settings::get_plugin(&staff.app, &staff.actor, &id).await?.summary;
    let (health, level) = plugins::plugin_health(&staff.app, &staff.actor, &id).await?;
    let abilities = staff.app.abilities_of(&id).await;
    let registered = staff.app.plugins().get(&id)?;
    let now = staff.app.now();
    let chrome = staff.chrome().await.title(plugin.name.as_str()).subtitle(plugin.description.as_str());
    page(&Overview {
        chrome: chrome.in_admin(AdminSection::Plugins).crumb("Plugins", "/admin/plugins"),
        tabs: tabs(&staff.app, &id, "overview").await,
        stats: stats(&id, &health),
        chart: chart(&health),
        kinds: health
            .kinds
            .iter()
            .map(|(word, n)| (format!("/admin/plugins/{id}/calls?outcome={word}"), outcome_words(word).to_owned(), *n))
            .collect(),
        last: health.last_failure.as_ref().map(|call| Last {
            href: format!("/admin/plugins/{id}/calls/{}", call.id),
            operation: call.operation.clone(),
            error: call.error.clone().unwrap_or_default(),
            at: Moment::ago(&call.started_at, now),
        }),
        notes: notes(&health, abilities.is_err()),
        state: state(&plugin),
        facts: Facts::new()
            .row("What it does", kind(plugin.kind))
            .row("Version", plugin.version.as_str())
            .row("Calls under way", health.node.under_way.to_string())
            .row("Id", id.as_str()),
        abilities: abilities.unwrap_or_default().into_iter().map(|word| word.replace('_', " ")).collect(),
        links: registered.manifest.links.clone(),
        pictures: pictures::shown(registered),
        pages: menu_of(&id, &pages::list(&staff.app, &staff.actor).await?),
        level: Form::new().with("level", level.level).with("minutes", "60"),
        levels: level_choices(),
        spans: span_choices(),
        level_ends: ends(&level, now),
        may_set: staff.may(Permission::SystemWrite),
        id,
    })
}

fn ends(level: &CallLevel, now: chrono::DateTime<chrono::Utc>) -> Option<Moment> {
    level.until.map(|until| Moment::ago(&until, now))
}

/// The levels of a plugin, in words.
pub(super) fn level_choices() -> Vec<Choice> {
    [
        ("0", "0: nothing"),
        ("1", "1: failed calls"),
        ("2", "2: every call"),
        ("3", "3: and what went over the wire when one failed"),
        ("4", "4: everything, with debug lines"),
    ]
    .map(|(value, label)| Choice::new(value, label))
    .into()
}

/// How long a level may last.
pub(super) fn span_choices() -> Vec<Choice> {
    [("60", "for an hour"), ("480", "for eight hours"), ("1440", "for a day"), ("", "until changed")]
        .map(|(value, label)| Choice::new(value, label))
        .into()
}

/// The minutes that a form asks for.
pub(super) fn minutes(posted: &Posted) -> Option<i64> {
    posted.get("minutes").trim().parse().ok()
}

pub(super) async fn set_level(staff: Staff, Path(id): Path<String>, posted: Posted) -> PageResult {
    let level = posted.get("level").parse().unwrap_or(u8::MAX);
    let change = plugins::Change::Plugin(id.clone(), level);
    let minutes = minutes(&posted);
    let result = plugins::set_log_level(&staff.app, &staff.actor, change, minutes).await;
    back(format!("/admin/plugins/{id}/overview"), result, "The level holds on every node within seconds.")
}

/// `≤ 50 ms`, `≤ 2 s`, `> 1 min`; a dash if there was nothing.
pub(super) fn at_most(ms: Option<i32>) -> String {
    match ms {
        None => "–".to_owned(),
        Some(i32::MAX) => "> 1 min".to_owned(),
        Some(60_000) => "≤ 1 min".to_owned(),
        Some(ms) if ms >= 1000 => format!("≤ {} s", ms / 1000),
        Some(ms) => format!("≤ {ms} ms"),
    }
}

/// `3 of 40 failed`.
pub(super) fn failures(span: &Span) -> String {
    match (span.calls, span.failed) {
        (0, _) => "no calls".to_owned(),
        (_, 0) => "none failed".to_owned(),
        (calls, failed) => format!("{failed} failed, {} %", (failed * 100 + calls / 2) / calls),
    }
}

/// The colour of how often it fails.
pub(super) fn tone(span: &Span) -> Tone {
    match (span.calls, span.failed) {
        (0, _) => Tone::Neutral,
        (_, 0) => Tone::Success,
        (calls, failed) if failed * 10 >= calls => Tone::Danger,
        _ => Tone::Warning,
    }
}

fn stats(id: &str, health: &Health) -> Vec<Stat> {
    let calls = |icon, label, span: &Span| {
        Stat::new(icon, label, span.calls.to_string())
            .note(failures(span))
            .tone(tone(span))
            .href(format!("/admin/plugins/{id}/calls"))
    };
    let speed = |label, span: &Span| {
        Stat::new("activity", label, at_most(span.p50)).note(format!("95 of 100: {}", at_most(span.p95)))
    };
    vec![
        calls("clock", "Calls, last hour", &health.hour),
        speed("Half of them took", &health.hour),
        calls("calendar", "Calls, last day", &health.day),
        speed("Half of them took", &health.day),
    ]
}

fn chart(health: &Health) -> Option<Chart> {
    if health.day.calls == 0 {
        return None;
    }
    let labels = health.hours.iter().map(|(at, _, _)| at.format("%H:%M").to_string()).collect();
    let well = health.hours.iter().map(|(_, calls, failed)| calls - failed).collect();
    let failed = health.hours.iter().map(|(_, _, failed)| *failed).collect();
    let series = [Series::new("Answered", well), Series::new("Failed", failed)];
    let count = |n: i64| n.to_string();
    Some(Chart::new(Shape::Bars, "calls", "Calls by the hour (UTC), last day", labels, &series, (count, count)))
}

fn notes(health: &Health, silent: bool) -> Vec<String> {
    let mut notes = vec![];
    if health.node.off {
        notes.push(
            "It is not called on this node until the node restarts: too many of its threads never came back."
                .to_owned(),
        );
    } else if health.node.stuck > 0 {
        notes
            .push(format!("{} of its threads on this node were given work and have not come back.", health.node.stuck));
    }
    if silent {
        notes.push("It does not say what it offers: it panics or hangs when asked.".to_owned());
    }
    if health.lost_calls > 0 {
        notes.push(format!(
            "{} calls of the last day were counted, but not written down: there were too many.",
            health.lost_calls
        ));
    }
    if health.lost_lines > 0 {
        notes
            .push(format!("{} of its log lines of the last day were dropped: there were too many.", health.lost_lines));
    }
    notes
}
