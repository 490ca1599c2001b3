//! The audit log and the self-audit.

use askama::Template;
use axum::extract::Query;
use chrono::{DateTime, Utc};
use innkeeper_app::{
    audit::{self, AuditFilter, AuditRow},
    system,
};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Code, Empty, Facts, Form, Moment, Pager};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::listing::Tab;
use crate::sections;

const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "admin/system/audit.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    filter: Form,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
}

struct Row {
    actor: String,
    action: String,
    subject: String,
    at: Moment,
    ip: String,
    detail: Code,
    sealed: bool,
}

#[derive(Template)]
#[template(path = "admin/system/audit_check.html")]
struct Check {
    chrome: Chrome,
    tabs: Vec<Tab>,
    state: Badge,
    rows: Vec<(String, String)>,
    facts: Facts,
}

/// The filter in the address.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    actor: String,
    action: String,
    subject: String,
    id: String,
    before: String,
}

impl Filter {
    fn address(&self, before: &str) -> String {
        let pairs = [
            ("actor", self.actor.as_str()),
            ("action", &self.action),
            ("subject", &self.subject),
            ("id", &self.id),
            ("before", before),
        ];
        let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<String> =
            pairs.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))).collect();
        format!("?{}", query.join("&"))
    }
}

pub(super) async fn list(staff: Staff, Query(filter): Query<Filter>) -> PageResult {
    let some = |text: &str| Some(text.trim().to_owned()).filter(|t| !t.is_empty());
    let wanted = AuditFilter {
        subject: some(&filter.subject),
        subject_id: filter.id.trim().parse().ok(),
        actor: some(&filter.actor),
        action: some(&filter.action),
        before: filter.before.parse().ok(),
        limit: 51,
    };
    let mut rows = audit::log(&staff.app, &staff.actor, &wanted).await?;
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    let older = rows.last().filter(|_| more).map(|row| filter.address(&row.id.to_string()));
    let newest = (!filter.before.is_empty()).then(|| filter.address(""));
    let now = staff.app.now();
    let form = Form::new()
        .with("actor", &filter.actor)
        .with("action", &filter.action)
        .with("subject", &filter.subject)
        .with("id", &filter.id);
    page(&List {
        chrome: staff.chrome().await.title("Audit log").in_admin(AdminSection::Audit),
        tabs: sections::audit("/admin/audit"),
        filter: form,
        rows: rows.iter().map(|r| row(r, now)).collect(),
        empty: Empty::new(
            "shield-check",
            "Nothing here",
            "What people and programs change is written down here, and cannot be changed unnoticed.",
        ),
        pager: Pager::from_newest(newest, older),
    })
}

fn row(row: &AuditRow, now: DateTime<Utc>) -> Row {
    let subject = match row.subject_id {
        Some(id) if id > 0 => format!("{} {id}", row.subject),
        _ => row.subject.clone(),
    };
    Row {
        actor: row.actor.clone(),
        action: row.action.clone(),
        subject,
        at: Moment::ago(&row.at, now),
        ip: row.ip.clone(),
        detail: Code::json(format!("Details of row {}", row.id), &row.detail),
        sealed: row.sealed,
    }
}

pub(super) async fn check(staff: Staff) -> PageResult {
    let metrics = system::metrics(&staff.app, &staff.actor, false).await?;
    let broken = audit::violations(&staff.app, &staff.actor).await?;
    let state = match broken.len() {
        0 => Badge::state("ok").saying("Every rule holds"),
        1 => Badge::state("error").saying("1 broken rule"),
        n => Badge::state("error").saying(format!("{n} findings")),
    };
    let row = metrics.row;
    let age = |seconds: i64| if seconds == 0 { "nothing waits".to_owned() } else { format!("{seconds} s") };
    let facts = Facts::new()
        .row("Operations under way", row.open_effects.to_string())
        .row("The oldest of them", age(row.oldest_open_effect_seconds))
        .row("Operations to decide", row.effects_needing_human.to_string())
        .row("Events to be fanned out", row.events_waiting.to_string())
        .row("The oldest of them", age(row.oldest_waiting_event_seconds))
        .row("Deliveries waiting", row.pending_deliveries.to_string())
        .row("Deliveries given up", row.dead_deliveries.to_string())
        .row("Subscribers that fail", row.failing_subscribers.to_string())
        .row("Events the slowest has not read", row.furthest_behind.to_string())
        .row("Jobs waiting", row.ready_jobs.to_string())
        .row("Jobs running", row.running_jobs.to_string())
        .row("Jobs given up", row.dead_jobs.to_string());
    let chrome = staff
        .chrome()
        .await
        .title("Self-audit")
        .subtitle("The rules of money, calendar, side effects and records, asked just now.");
    page(&Check {
        chrome: chrome.in_admin(AdminSection::Audit),
        tabs: sections::audit("/admin/audit/check"),
        state,
        rows: broken.into_iter().map(|v| (v.rule, v.detail)).collect(),
        facts,
    })
}
