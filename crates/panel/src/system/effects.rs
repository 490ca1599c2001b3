//! Operations at vendors: those that wait for a decision, and all others.

use askama::Template;
use axum::extract::Query;
use chrono::{DateTime, Utc};
use innkeeper_app::plugins;
use innkeeper_app::system::{self, EffectSummary, ListEffects};
use innkeeper_domain::{Permission, state::EffectState};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Empty, Moment, Pager, PostButton, Tone};

use crate::listing::{LIMIT, ListQuery, Tab};

const STATES: [(&str, &str); 6] = [
    ("needs_human", "To decide"),
    ("unknown", "Outcome unknown"),
    ("pending", "At the vendor"),
    ("planned", "Planned"),
    ("failed", "Refused"),
    ("succeeded", "Done"),
];

#[derive(Template)]
#[template(path = "admin/system/effects.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
    /// What plugins want staff to do.
    todos: i64,
}

struct Row {
    what: String,
    href: String,
    subject: String,
    plugin: String,
    state: Badge,
    attempts: i32,
    at: Moment,
    error: String,
    decide: Vec<PostButton>,
}

pub(super) async fn list(staff: Staff, Query(query): Query<ListQuery>) -> PageResult {
    let list =
        ListEffects { state: query.state(), subject: None, before: query.before().map(Into::into), limit: LIMIT };
    let state = list.state;
    let mut effects = system::list_effects(&staff.app, &staff.actor, list).await?;
    let pager = query.pager(&mut effects, |effect| effect.id.get());
    let (may_write, now) = (staff.may(Permission::ServicesWrite), staff.app.now());
    let empty = match state {
        Some(EffectState::NeedsHuman) => Empty::new(
            "circle-check",
            "Nothing waits for you",
            "When a vendor refuses something that was paid for, it appears here.",
        ),
        _ => Empty::new("activity", "No operations", "What is done at servers and registrars appears here."),
    };
    let chrome = staff.chrome().await.title("Operations").subtitle("What is done at servers and registrars.");
    page(&List {
        todos: plugins::open_todos(&staff.app, &staff.actor).await?,
        chrome: chrome.in_admin(AdminSection::Operations),
        tabs: query.tabs(&STATES),
        rows: effects.iter().map(|effect| row(effect, may_write, now)).collect(),
        empty,
        pager,
    })
}

fn row(effect: &EffectSummary, may_write: bool, now: DateTime<Utc>) -> Row {
    let waits = effect.state.0 == EffectState::NeedsHuman;
    Row {
        what: effect.kind.replace(['.', '_'], " "),
        href: format!("/admin/{}s/{}", effect.subject, effect.subject_id),
        subject: effect.subject_name.clone(),
        plugin: effect.plugin_id.clone(),
        state: badge(effect.state.0),
        attempts: effect.attempts,
        at: Moment::ago(&effect.finished_at.unwrap_or(effect.planned_at), now),
        error: effect.error.clone().unwrap_or_default(),
        decide: if waits && may_write { decisions(effect) } else { vec![] },
    }
}

fn decisions(effect: &EffectSummary) -> Vec<PostButton> {
    let button = |verb: &str, label: &str| {
        PostButton::new(&format!("/admin/effects/{}/{verb}", effect.id), label)
            .small()
            .about(&format!("{} {}", effect.kind, effect.subject_name))
            .with("back", "/admin/effects?state=needs_human")
    };
    vec![
        button("retry", "Try again").primary().icon("refresh"),
        button("give-up", "Give up")
            .icon("x")
            .confirm("Give this operation up? It then counts as refused: what was ordered stays as it is."),
    ]
}

fn badge(state: EffectState) -> Badge {
    match state {
        EffectState::NeedsHuman => Badge::new(Tone::Danger, "alert-triangle", "To decide"),
        EffectState::Failed => Badge::state("refused"),
        EffectState::Succeeded => Badge::state("done"),
        EffectState::Unknown => Badge::state("unknown").saying("Outcome unknown"),
        EffectState::Pending => Badge::state("running").saying("At the vendor"),
        EffectState::Planned | EffectState::Sent => Badge::state("running").saying("Under way"),
    }
}
