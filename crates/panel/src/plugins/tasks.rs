//! What plugins do by the clock: when, what came of it, and what would.

use std::time::Duration;

use askama::Template;
use axum::extract::Path;
use innkeeper_app::plugin_settings;
use innkeeper_app::tasks::{self, TaskView};
use innkeeper_domain::Permission;
use innkeeper_web::Failure;
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Empty, Moment, PostButton, Tone};

use super::{house_tabs, tabs};
use crate::listing::Tab;
use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/plugins/tasks.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    empty: Empty,
}

struct Row {
    label: String,
    plugin: String,
    plugin_name: String,
    every: String,
    state: Badge,
    at: Option<Moment>,
    took: String,
    next: Option<Moment>,
    lines: Vec<String>,
    error: String,
    preview: String,
    run: Option<PostButton>,
}

/// All tasks.
pub(super) async fn all(staff: Staff) -> PageResult {
    let chrome = staff.chrome().await.title("Tasks").subtitle("What plugins do by the clock.");
    let chrome = chrome.in_admin(AdminSection::Plugins).crumb("Plugins", "/admin/plugins");
    list(&staff, chrome, house_tabs("/admin/plugins/tasks"), None).await
}

/// Those of one plugin.
pub(super) async fn of_plugin(staff: Staff, Path(id): Path<String>) -> PageResult {
    let name = plugin_settings::get_plugin(&staff.app, &staff.actor, &id).await?.summary.name;
    let chrome = staff.chrome().await.title(name).in_admin(AdminSection::Plugins).crumb("Plugins", "/admin/plugins");
    let tabs = tabs(&staff.app, &id, "tasks").await;
    list(&staff, chrome, tabs, Some(&id)).await
}

async fn list(staff: &Staff, chrome: Chrome, tabs: Vec<Tab>, plugin: Option<&str>) -> PageResult {
    let known = tasks::list(&staff.app, &staff.actor, plugin).await?;
    page(&List {
        chrome,
        tabs,
        rows: known.into_iter().map(|task| row(staff, task)).collect(),
        empty: Empty::new("clock", "No tasks", "Plugins that do something by the clock have their tasks here."),
    })
}

fn row(staff: &Staff, view: TaskView) -> Row {
    let address = format!("/admin/plugins/{}/tasks/{}", view.plugin, view.task.key);
    let now = staff.app.now();
    let run = PostButton::new(&format!("{address}/run"), "Run now").small().icon("player-play").about(&view.task.label);
    Row {
        state: state(&view),
        every: every(view.task.every),
        at: view.last.as_ref().map(|last| Moment::ago(&last.started_at, now)),
        took: view.last.as_ref().map(|last| took(last.took)).unwrap_or_default(),
        next: view.next.as_ref().map(|at| Moment::ago(at, now)),
        error: view.last.as_ref().and_then(|last| last.error.clone()).unwrap_or_default(),
        lines: view.last.map(|last| last.lines).unwrap_or_default(),
        label: view.task.label,
        plugin: view.plugin,
        plugin_name: view.plugin_name,
        preview: format!("{address}/preview"),
        run: staff.may(Permission::SystemWrite).then_some(run),
    }
}

fn state(view: &TaskView) -> Badge {
    match &view.last {
        _ if view.under_way => Badge::new(Tone::Info, "hourglass", "Under way"),
        None => Badge::new(Tone::Neutral, "circle-dashed", "Did not run yet"),
        Some(last) if last.error.is_some() => Badge::new(Tone::Danger, "circle-x", "Failed"),
        Some(_) => Badge::new(Tone::Success, "circle-check", "Done"),
    }
}

/// `every day`, `every 6 hours`, `every 5 minutes`.
fn every(span: Duration) -> String {
    let minutes = span.as_secs().div_ceil(60).max(1);
    let (count, unit) = match minutes {
        m if m % (24 * 60) == 0 => (m / (24 * 60), "day"),
        m if m % 60 == 0 => (m / 60, "hour"),
        m => (m, "minute"),
    };
    if count == 1 { format!("every {unit}") } else { format!("every {count} {unit}s") }
}

fn took(span: Duration) -> String {
    if span.as_secs() > 0 { format!("{} s", span.as_secs()) } else { format!("{} ms", span.as_millis()) }
}

pub(super) async fn run(staff: Staff, Path((plugin, task)): Path<(String, String)>) -> PageResult {
    let result = tasks::run_now(&staff.app, &staff.actor, &plugin, &task).await;
    back(format!("/admin/plugins/{plugin}/tasks"), result, "The task runs now. Reload in a moment to see what it did.")
}

#[derive(Template)]
#[template(path = "admin/plugins/preview.html")]
struct Preview {
    chrome: Chrome,
    tabs: Vec<Tab>,
    lines: Vec<String>,
    run: Option<PostButton>,
}

pub(super) async fn preview(staff: Staff, Path((plugin, task)): Path<(String, String)>) -> PageResult {
    let (found, lines) = tasks::preview(&staff.app, &staff.actor, &plugin, &task).await?;
    let chrome = staff.chrome().await.title(found.label.as_str()).subtitle("What its next run would do.");
    let button = PostButton::new(&format!("/admin/plugins/{plugin}/tasks/{task}/run"), "Run now").primary();
    page(&Preview {
        chrome: chrome
            .in_admin(AdminSection::Plugins)
            .crumb("Plugins", "/admin/plugins")
            .crumb("Tasks", format!("/admin/plugins/{plugin}/tasks")),
        tabs: tabs(&staff.app, &plugin, "tasks").await,
        lines,
        run: staff.may(Permission::SystemWrite).then(|| button.icon("player-play")),
    })
}

/// A task on the dashboard.
pub(crate) struct TaskLine {
    pub label: String,
    pub href: String,
    pub state: Badge,
    /// The last thing it said.
    pub said: String,
    pub at: Option<Moment>,
}

/// The tasks of all plugins, for the dashboard of those who may see them.
pub(crate) async fn lines(staff: &Staff) -> Result<Vec<TaskLine>, Failure> {
    if !staff.may(Permission::SystemRead) {
        return Ok(vec![]);
    }
    let now = staff.app.now();
    let line = |view: TaskView| TaskLine {
        state: state(&view),
        href: format!("/admin/plugins/{}/tasks", view.plugin),
        said: view
            .last
            .as_ref()
            .and_then(|last| last.error.as_ref().or_else(|| last.lines.last()))
            .cloned()
            .unwrap_or_default(),
        at: view.last.as_ref().map(|last| Moment::ago(&last.started_at, now)),
        label: view.task.label,
    };
    Ok(tasks::list(&staff.app, &staff.actor, None).await?.into_iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_in_its_largest_whole_unit() {
        let minutes = |n: u64| every(Duration::from_secs(n * 60));
        assert_eq!((minutes(1).as_str(), minutes(90).as_str()), ("every minute", "every 90 minutes"));
        assert_eq!((minutes(60).as_str(), minutes(360).as_str()), ("every hour", "every 6 hours"));
        assert_eq!((minutes(24 * 60).as_str(), minutes(7 * 24 * 60).as_str()), ("every day", "every 7 days"));
    }
}
