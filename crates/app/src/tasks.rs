//! What snapins do by the clock. Each task is a job of its own: one node runs it at a time, and one that fails
//! holds up no other and is tried again at its next turn. A process that dies during a run leaves it to the next
//! attempt, which begins anew.

use chrono::{DateTime, Utc};
use innkeeper_db::plugin_tasks as db;
use innkeeper_domain::Permission;
use innkeeper_hooks::payloads::{TaskEnded, TaskStarts};
use innkeeper_plugin_api::{PluginCtx, PluginError, Snapin, tasks::Task};
use innkeeper_queue::{NewJob, take_turn};
use serde_json::json;
use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{Actor, App, AppError, Result, jobs, plugins::Call};

/// Tasks run at most once a minute, and at least once a year.
const SHORTEST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);
/// Most tasks of a snapin, most lines of a report, most characters of a line.
const TASKS: usize = 50;
const LINES: usize = 200;
const LINE: usize = 500;
/// A run has as much time as this many other calls, but no more than this.
const TIMES: u32 = 10;
const PATIENCE: Duration = Duration::from_secs(300);
/// A preview is waited for.
const LOOK: Duration = Duration::from_secs(10);
/// A run that takes its process down with it is not tried for ever.
const ATTEMPTS: i32 = 3;
/// How its turns are called in the schedule.
const PREFIX: &str = "plugin:";

/// A task, how it did and when it runs.
#[derive(Clone, Debug)]
pub struct TaskView {
    /// Id of the plugin.
    pub plugin: String,
    /// Its name.
    pub plugin_name: String,
    /// The task.
    pub task: Task,
    /// The last run.
    pub last: Option<LastRun>,
    /// The next one; none: its first turn comes as soon as a node looks.
    pub next: Option<DateTime<Utc>>,
    /// It waits for a worker, or runs.
    pub under_way: bool,
}

/// How a task did.
#[derive(Clone, Debug)]
pub struct LastRun {
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// How long it took.
    pub took: Duration,
    /// Why it failed; none: it ran to its end.
    pub error: Option<String>,
    /// What it did.
    pub lines: Vec<String>,
}

/// The tasks of all enabled snapins, or of one.
pub async fn list(app: &App, actor: &Actor, plugin: Option<&str>) -> Result<Vec<TaskView>> {
    actor.require(Permission::SystemRead)?;
    let known = all(app).await?;
    if known.is_empty() {
        return Ok(vec![]);
    }
    let mut conn = app.conn().await?;
    let runs = db::runs(&mut conn).await?;
    let turns = db::turns(&mut conn, PREFIX).await?;
    let under_way: BTreeSet<String> = db::under_way(&mut conn, jobs::RUN_TASK).await?.into_iter().collect();
    let view = |(id, task): (String, Task)| {
        let name = turn(&id, &task.key);
        TaskView {
            last: runs.iter().find(|run| run.plugin_id == id && run.task == task.key).map(last),
            next: turns.iter().find(|(turn, _)| *turn == name).map(|(_, at)| *at),
            under_way: under_way.contains(&name),
            plugin_name: app.plugins.get(&id).map(|p| p.manifest.name.clone()).unwrap_or_default(),
            plugin: id,
            task,
        }
    };
    Ok(known.into_iter().filter(|(id, _)| plugin.is_none_or(|wanted| wanted == id)).map(view).collect())
}

fn last(row: &db::TaskRunRow) -> LastRun {
    LastRun {
        started_at: row.started_at,
        took: Duration::from_millis(u64::try_from(row.ms).unwrap_or_default()),
        error: row.error.clone(),
        lines: serde_json::from_value(row.lines.clone()).unwrap_or_default(),
    }
}

/// Whether a plugin has tasks. False for one that does not say.
pub async fn offered(app: &App, plugin: &str) -> bool {
    app.tasks_of(plugin).await.is_ok_and(|tasks| !tasks.is_empty())
}

/// Has a task run as soon as a worker is free. While it runs, it will run once more.
pub async fn run_now(app: &App, actor: &Actor, plugin: &str, key: &str) -> Result<()> {
    actor.require(Permission::SystemWrite)?;
    find(app, plugin, key).await?;
    let mut tx = app.begin(actor).await?;
    tx.enqueue(&job(plugin, key)).await?;
    tx.audit("plugin.run_task", "plugin", 0, json!({ "plugin": plugin, "task": key })).await?;
    tx.commit().await
}

/// What the next run of a task would do, a line for each thing.
pub async fn preview(app: &App, actor: &Actor, plugin: &str, key: &str) -> Result<(Task, Vec<String>)> {
    actor.require(Permission::SystemRead)?;
    let task = find(app, plugin, key).await?;
    let call = Call::new(plugin, "preview", LOOK.min(app.options.plugin_timeout)).argument(json!(key));
    let wanted = key.to_owned();
    let lines = ask(app, plugin, call, move |snapin, ctx| async move {
        match snapin.tasks() {
            Some(tasks) => tasks.preview(&ctx, &wanted).await,
            None => Err(lacking()),
        }
    });
    Ok((task, tidy(lines.await?)))
}

/// The body of the job: runs a task and keeps what it did. One that is gone or switched off is left alone.
pub(crate) async fn run(app: &App, plugin: &str, key: &str) -> Result<()> {
    match find(app, plugin, key).await {
        Ok(_) => {}
        Err(AppError::Internal(error)) => return Err(AppError::Internal(error)),
        Err(error) => {
            tracing::info!(plugin, task = key, %error, "a task is not run");
            return Ok(());
        }
    }
    let name = turn(plugin, key);
    app.tell(&TaskStarts { task: name.clone() });
    let (started_at, started) = (app.now(), Instant::now());
    let patience = app.options.plugin_timeout.saturating_mul(TIMES).min(PATIENCE);
    let (call, wanted) = (Call::new(plugin, "run_task", patience).argument(json!(key)), key.to_owned());
    let outcome = ask(app, plugin, call, move |snapin, ctx| async move {
        match snapin.tasks() {
            Some(tasks) => tasks.run(&ctx, &wanted).await,
            None => Err(lacking()),
        }
    });
    let (lines, error) = match outcome.await {
        Ok(report) => (tidy(report.lines), None),
        Err(AppError::External(error)) => (vec![], Some(one_line(&error.detail))),
        Err(error) => return Err(error),
    };
    let completed = error.is_none();
    let row = db::TaskRunRow {
        plugin_id: plugin.to_owned(),
        task: key.to_owned(),
        started_at,
        ms: i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX),
        error,
        lines: json!(lines),
    };
    db::put_run(&mut *app.conn().await?, &row).await?;
    app.tell(&TaskEnded { task: name, completed });
    Ok(())
}

/// Enqueues the tasks whose turn it is; their names.
pub(crate) async fn turns(app: &App) -> Result<Vec<String>> {
    let mut due = vec![];
    for (plugin, task) in all(app).await? {
        let name = turn(&plugin, &task.key);
        if take_turn(&app.pool, &name, task.every, &job(&plugin, &task.key)).await? {
            app.job_wake.notify_one();
            due.push(name);
        }
    }
    Ok(due)
}

/// The tasks that have a usable key that no earlier one has.
pub(crate) fn usable(plugin: &str, tasks: Vec<Task>) -> Vec<Task> {
    let mut known = BTreeSet::new();
    let fits = |key: &str| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (1..=60).contains(&key.len()) && key.bytes().all(plain)
    };
    let mut good = vec![];
    for task in tasks {
        if !fits(&task.key) || good.len() == TASKS || !known.insert(task.key.clone()) {
            tracing::warn!(plugin, task = task.key, "a task is left out: its key cannot be used, or is used twice");
            continue;
        }
        good.push(Task { label: one_line(&task.label), every: task.every.clamp(SHORTEST, LONGEST), ..task });
    }
    good
}

/// All tasks of enabled snapins. One that does not say which it has is left out.
async fn all(app: &App) -> Result<Vec<(String, Task)>> {
    let mut all = vec![];
    for plugin in app.plugins.all() {
        let id = plugin.manifest.id.as_str();
        match app.tasks_of(id).await {
            Ok(tasks) => all.extend(tasks.into_iter().map(|task| (id.to_owned(), task))),
            Err(error) => tracing::debug!(plugin = id, %error, "its tasks are not known"),
        }
    }
    if !all.is_empty() {
        let off = innkeeper_db::plugins::switched_off(&mut *app.conn().await?).await?;
        all.retain(|(id, _)| !off.contains(id));
    }
    Ok(all)
}

async fn find(app: &App, plugin: &str, key: &str) -> Result<Task> {
    let known = all(app).await?.into_iter();
    let found = known.filter(|(id, _)| id == plugin).map(|(_, task)| task).find(|task| task.key == key);
    found.ok_or(AppError::NotFound("task"))
}

async fn ask<T, F>(
    app: &App,
    plugin: &str,
    call: Call,
    ask: impl FnOnce(Arc<dyn Snapin>, PluginCtx) -> F + Send + 'static,
) -> Result<T>
where
    T: std::fmt::Debug + Send + 'static,
    F: Future<Output = std::result::Result<T, PluginError>> + Send + 'static,
{
    let snapin = app.plugins.snapin(plugin)?;
    let ctx = app.plugin_ctx(plugin, Default::default()).await?;
    Ok(app.call_plugin(call, &ctx, move |ctx| ask(snapin, ctx)).await?)
}

fn turn(plugin: &str, key: &str) -> String {
    format!("{PREFIX}{plugin}:{key}")
}

fn job(plugin: &str, key: &str) -> NewJob {
    let job = NewJob::new(jobs::RUN_TASK, json!({ "plugin": plugin, "task": key })).unique(turn(plugin, key));
    NewJob { max_attempts: ATTEMPTS, ..job }
}

/// Lines as they are kept: not too many, not too long, and Postgres takes no NUL.
fn tidy(lines: Vec<String>) -> Vec<String> {
    let more = lines.len().saturating_sub(LINES);
    let mut kept: Vec<String> = lines.iter().take(LINES).map(|line| one_line(line)).collect();
    if more > 0 {
        kept.push(format!("… and {more} more"));
    }
    kept
}

fn one_line(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(LINE).collect()
}

fn lacking() -> PluginError {
    PluginError::unsupported("this plugin has no tasks")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_turns_are_kept_within_bounds() {
        let task = |key: &str, every| Task { key: key.into(), label: "x\0".into(), every };
        let tasks = vec![task("a", Duration::ZERO), task("a", SHORTEST), task("B", SHORTEST), task("b", Duration::MAX)];
        let good = usable("p", tasks);
        let seen: Vec<_> = good.iter().map(|t| (t.key.as_str(), t.every, t.label.as_str())).collect();
        assert_eq!(seen, [("a", SHORTEST, "x"), ("b", LONGEST, "x")]);
    }

    #[test]
    fn a_report_is_cut_where_it_is_too_long() {
        let lines = tidy(vec!["y".repeat(10_000); 1000]);
        assert_eq!((lines.len(), lines[0].len(), lines[LINES].as_str()), (LINES + 1, LINE, "… and 800 more"));
    }
}
