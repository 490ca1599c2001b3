//! The daily tasks: what each did, what it could not do and why, and what it would do now.

use askama::Template;
use axum::extract::Path;
use innkeeper_app::calendar;
use innkeeper_app::daily::{self, Counts, Mode, TaskStatus};
use innkeeper_domain::Permission;
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Moment, PostButton, Tone, date};

use crate::listing::Tab;
use crate::outcome::back;
use crate::sections;

const PAGE: &str = "/admin/daily";

#[derive(Template)]
#[template(path = "admin/daily/status.html")]
struct Page {
    chrome: Chrome,
    tabs: Vec<Tab>,
    tasks: Vec<Task>,
    parked: Vec<Parked>,
}

struct Task {
    title: &'static str,
    state: Badge,
    at: Option<Moment>,
    took: String,
    did: String,
    error: String,
    /// Earlier days: the day, how it ended, what was done.
    before: Vec<(String, Badge, String)>,
    preview: String,
    run: Option<PostButton>,
}

struct Parked {
    client_id: i64,
    client: String,
    task: String,
    reason: String,
    since: String,
}

pub(super) async fn show(staff: Staff) -> PageResult {
    let status = daily::status(&staff.app, &staff.actor).await?;
    let titles: Vec<(&str, &str)> = status.tasks.iter().map(|t| (t.key, t.title)).collect();
    let title = |key: &str| titles.iter().find(|(k, _)| *k == key).map_or(key, |(_, title)| *title).to_owned();
    let parked = status.parked.iter().map(|p| Parked {
        client_id: p.client_id.get(),
        client: p.client_name.clone(),
        task: title(&p.task),
        reason: p.reason.clone(),
        since: date(p.since),
    });
    page(&Page {
        chrome: staff
            .chrome()
            .await
            .title("Daily run")
            .subtitle("Each task does what is due, once. One that fails stops no other.")
            .in_admin(AdminSection::Daily),
        tabs: sections::daily(PAGE),
        parked: parked.collect(),
        tasks: status.tasks.iter().map(|task| row(&staff, task)).collect(),
    })
}

fn row(staff: &Staff, task: &TaskStatus) -> Task {
    let last = task.runs.first();
    let run = run_button(task.key).small();
    Task {
        title: task.title,
        state: last.map_or_else(|| Badge::new(Tone::Neutral, "circle-dashed", "Did not run yet"), |r| badge(&r.state)),
        at: last.map(|r| Moment::ago(&r.started_at, staff.app.now())),
        took: last.and_then(|r| Some(took(r.ended_at? - r.started_at))).unwrap_or_default(),
        did: last.map(|r| did(&r.counts)).unwrap_or_default(),
        error: last.and_then(|r| r.error.clone()).unwrap_or_default(),
        before: task.runs.iter().skip(1).map(|r| (date(r.day), badge(&r.state), did(&r.counts))).collect(),
        preview: format!("{PAGE}/{}/preview", task.key),
        run: staff.may(Permission::SystemWrite).then(|| run.about(task.title)),
    }
}

/// What takes something from clients is asked for first.
fn run_button(task: &str) -> PostButton {
    let button = PostButton::new(&format!("{PAGE}/{task}/run"), "Run now").icon("player-play");
    match task {
        "terminations" | "endings" => {
            button.confirm("Services are terminated now, with all their data at the vendor. Run it?")
        }
        "suspensions" => button.confirm("Overdue services are switched off now. Run it?"),
        "charges" => button.confirm("Stored cards are charged now. Run it?"),
        "late_fees" => button.confirm("Fees are charged now. Run it?"),
        _ => button,
    }
}

fn badge(state: &str) -> Badge {
    match state {
        "done" => Badge::new(Tone::Success, "circle-check", "Done"),
        "failed" => Badge::new(Tone::Danger, "circle-x", "Failed"),
        _ => Badge::new(Tone::Info, "hourglass", "Under way"),
    }
}

fn took(span: chrono::TimeDelta) -> String {
    if span.num_seconds() > 0 { format!("{} s", span.num_seconds()) } else { format!("{} ms", span.num_milliseconds()) }
}

/// `12 invoices, 14 periods`.
fn did(counts: &serde_json::Value) -> String {
    let counts = counts.as_object().into_iter().flatten().filter_map(|(name, n)| Some((name.as_str(), n.as_i64()?)));
    written(counts)
}

fn written<'a>(counts: impl Iterator<Item = (&'a str, i64)>) -> String {
    let parts: Vec<String> = counts.filter(|(_, n)| *n != 0).map(|(name, n)| format!("{n} {name}")).collect();
    if parts.is_empty() { "nothing was due".to_owned() } else { parts.join(", ") }
}

pub(super) async fn run(staff: Staff, Path(task): Path<String>) -> PageResult {
    let today = calendar::today(&staff.app).await?;
    let result = daily::run(&staff.app, &staff.actor, &task, today, Mode::Real).await;
    let said = result.as_ref().map(|done| format!("Done: {}.", sum(done))).unwrap_or_default();
    back(PAGE, result, &said)
}

fn sum(counts: &Counts) -> String {
    written(counts.iter().map(|(name, n)| (*name, *n)))
}

#[derive(Template)]
#[template(path = "admin/daily/preview.html")]
struct Preview {
    chrome: Chrome,
    tabs: Vec<Tab>,
    would: String,
    run: PostButton,
}

/// What a run would do now: it is done, counted and undone.
pub(super) async fn preview(staff: Staff, Path(task): Path<String>) -> PageResult {
    let today = calendar::today(&staff.app).await?;
    let title = daily::tasks().find(|(key, _)| *key == task).map_or("Daily run", |(_, title)| title);
    let counts = daily::run(&staff.app, &staff.actor, &task, today, Mode::Dry).await?;
    page(&Preview {
        chrome: staff
            .chrome()
            .await
            .title(title)
            .subtitle("What a run would do now.")
            .in_admin(AdminSection::Daily)
            .crumb("Daily run", PAGE),
        tabs: sections::daily(PAGE),
        would: sum(&counts),
        run: run_button(&task).primary(),
    })
}
