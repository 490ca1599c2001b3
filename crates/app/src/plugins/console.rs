//! What staff see of plugins at work: how they do, and their calls.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use innkeeper_db::plugin_calls::{self as db, CallFilter, PulseSum};
use innkeeper_domain::{Permission, PluginCallId};
use std::collections::BTreeMap;

use super::{
    lane::NodeState,
    levels::{self, CallLevel},
};
use crate::{Actor, App, AppError, Result};

pub use innkeeper_db::plugin_calls::{CallRow, WholeCall};

/// Hours that the chart goes back.
const HOURS: i64 = 24;
/// How long calls are kept.
const DAYS: i64 = 14;
/// Calls of one plugin that are kept.
const ROWS: i64 = 20_000;

/// Every way a call may end, with the words for it.
pub const OUTCOMES: [(&str, &str); 12] = [
    ("ok", "Answered"),
    ("declined", "Declined"),
    ("invalid", "Input refused"),
    ("config", "Wrong settings"),
    ("unsupported", "Not supported"),
    ("not_found", "Not there"),
    ("temporary", "For now"),
    ("unknown", "Outcome unknown"),
    ("timeout", "No answer in time"),
    ("panic", "Panicked"),
    ("busy", "Not let in"),
    ("too_large", "Answer too long"),
];

/// How a plugin did in some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Calls.
    pub calls: i64,
    /// Of them, those that failed.
    pub failed: i64,
    /// Half of them took at most so many milliseconds; none: there were none.
    pub p50: Option<i32>,
    /// 95 of 100 took at most so many; `i32::MAX`: more than a minute.
    pub p95: Option<i32>,
}

/// How a plugin does.
#[derive(Clone, Debug, Default)]
pub struct Health {
    /// In the last hour.
    pub hour: Span,
    /// In the last day.
    pub day: Span,
    /// How the calls of the day failed, with how many; most first.
    pub kinds: Vec<(String, i64)>,
    /// The hours of the day, oldest first: start, calls, failed ones.
    pub hours: Vec<(DateTime<Utc>, i64, i64)>,
    /// The newest failed call that is kept.
    pub last_failure: Option<CallRow>,
    /// How it stands on this node.
    pub node: NodeState,
    /// To-dos of it that are open.
    pub todos: i64,
    /// Calls of the day that were counted but not kept.
    pub lost_calls: i64,
    /// Log lines of the day that were dropped.
    pub lost_lines: i64,
}

/// How every plugin does, by id.
pub async fn plugins_health(app: &App, actor: &Actor) -> Result<BTreeMap<String, Health>> {
    health_of(app, actor, None).await
}

/// How one does, with its level.
pub async fn plugin_health(app: &App, actor: &Actor, id: &str) -> Result<(Health, CallLevel)> {
    actor.require(Permission::SystemRead)?;
    app.lanes.get(id).map_err(|_| AppError::NotFound("plugin"))?;
    let health = health_of(app, actor, Some(id)).await?.remove(id).unwrap_or_default();
    let set = levels::log_levels(app, actor).await?.plugins.get(id).copied();
    Ok((health, set.unwrap_or(CallLevel { level: levels::USUAL, until: None })))
}

async fn health_of(app: &App, actor: &Actor, only: Option<&str>) -> Result<BTreeMap<String, Health>> {
    actor.require(Permission::SystemRead)?;
    let now = app.now();
    let (day, hour) = (now - TimeDelta::hours(24), now - TimeDelta::hours(1));
    let first = (now - TimeDelta::hours(HOURS - 1)).duration_trunc(TimeDelta::hours(1)).unwrap_or(day);
    let ids: Vec<String> = app.lanes.all().map(|l| l.id.clone()).filter(|id| only.is_none_or(|o| o == id)).collect();
    let mut conn = app.conn().await?;
    let pulses = db::pulses(&mut conn, only, day, hour).await?;
    let hours = db::hours(&mut conn, only, first).await?;
    let failures = db::last_failures(&mut conn, &ids).await?;
    let mut all = BTreeMap::new();
    for id in ids {
        let mine: Vec<&PulseSum> = pulses.iter().filter(|p| p.plugin_id == id).collect();
        let (lost_calls, lost_lines) = db::lost_since(&mut conn, &id, day).await?;
        let counted = |at: DateTime<Utc>| hours.iter().find(|h| h.plugin_id == id && h.hour == at);
        let slots = (0..HOURS).map(|n| first + TimeDelta::hours(n));
        let health = Health {
            hour: span(&mine, |p| p.recent),
            day: span(&mine, |p| p.calls),
            kinds: kinds(&mine),
            hours: slots.map(|at| counted(at).map_or((at, 0, 0), |h| (at, h.calls, h.failed))).collect(),
            last_failure: failures.iter().find(|f| f.plugin_id == id).cloned(),
            node: app.lanes.get(&id).map(|lane| lane.state()).unwrap_or_default(),
            todos: innkeeper_db::todos::open_of(&mut conn, &id).await?,
            lost_calls,
            lost_lines,
        };
        all.insert(id, health);
    }
    Ok(all)
}

fn span(pulses: &[&PulseSum], of: fn(&PulseSum) -> i64) -> Span {
    let mut by_time: BTreeMap<i32, i64> = BTreeMap::new();
    let mut span = Span::default();
    for pulse in pulses.iter().filter(|p| of(p) > 0) {
        *by_time.entry(pulse.up_to_ms).or_default() += of(pulse);
        span.calls += of(pulse);
        span.failed += if pulse.outcome == "ok" { 0 } else { of(pulse) };
    }
    let within = |percent: i64| {
        let mut seen = 0;
        let enough = |(_, n): &(&i32, &i64)| {
            seen += **n;
            seen * 100 >= span.calls * percent
        };
        by_time.iter().find(enough).map(|(ms, _)| *ms)
    };
    Span { p50: within(50), p95: within(95), ..span }
}

fn kinds(pulses: &[&PulseSum]) -> Vec<(String, i64)> {
    let mut kinds: BTreeMap<&str, i64> = BTreeMap::new();
    for pulse in pulses.iter().filter(|p| p.outcome != "ok") {
        *kinds.entry(&pulse.outcome).or_default() += pulse.calls;
    }
    let mut kinds: Vec<(String, i64)> = kinds.into_iter().map(|(word, n)| (word.to_owned(), n)).collect();
    kinds.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    kinds
}

/// A page of calls.
#[derive(Clone, Debug, Default)]
pub struct ListCalls {
    /// One of [`OUTCOMES`], or `failed` for all but `ok`; empty: all.
    pub outcome: String,
    /// Name of the operation; empty: all.
    pub operation: String,
    /// `service`, `domain` …; empty: all.
    pub subject: String,
    /// Id of what it is about.
    pub subject_id: Option<i64>,
    /// Not earlier.
    pub from: Option<DateTime<Utc>>,
    /// Earlier than this.
    pub until: Option<DateTime<Utc>>,
    /// Older than this one.
    pub before: Option<PluginCallId>,
    /// How many, 1 to 200.
    pub limit: i64,
}

/// A page of a plugin's calls, newest first.
pub async fn list_calls(app: &App, actor: &Actor, plugin: &str, list: ListCalls) -> Result<Vec<CallRow>> {
    actor.require(Permission::SystemRead)?;
    app.lanes.get(plugin).map_err(|_| AppError::NotFound("plugin"))?;
    let filled = |text: &'_ str| !text.trim().is_empty();
    let filter = CallFilter {
        plugin,
        outcome: (filled(&list.outcome) && list.outcome != "failed").then_some(list.outcome.trim()),
        failed: list.outcome == "failed",
        operation: filled(&list.operation).then_some(list.operation.trim()),
        subject: filled(&list.subject).then_some(list.subject.trim()),
        subject_id: list.subject_id,
        from: list.from,
        until: list.until,
        before: list.before,
        limit: list.limit.clamp(1, 200),
    };
    Ok(db::list(&mut *app.conn().await?, &filter).await?)
}

/// Operations that a plugin was asked for in the last days.
pub async fn operations(app: &App, actor: &Actor, plugin: &str) -> Result<Vec<String>> {
    actor.require(Permission::SystemRead)?;
    Ok(db::operations(&mut *app.conn().await?, plugin, app.now() - TimeDelta::days(2)).await?)
}

/// One call of a plugin.
pub async fn get_call(app: &App, actor: &Actor, plugin: &str, id: PluginCallId) -> Result<WholeCall> {
    actor.require(Permission::SystemRead)?;
    db::get(&mut *app.conn().await?, plugin, id).await?.ok_or(AppError::NotFound("call"))
}

/// Forgets what is too old or too much: the body of a scheduled job.
pub(crate) async fn trim(app: &App) -> Result<()> {
    let forgotten = db::trim(&mut *app.conn().await?, app.now() - TimeDelta::days(DAYS), ROWS).await?;
    tracing::debug!(forgotten, "old calls of plugins are forgotten");
    Ok(())
}

impl App {
    /// Waits until every call up to now is in the log; for tests.
    pub async fn write_calls(&self) {
        self.call_log.flush().await;
    }
    /// Calls that this process did not write down, for lack of room.
    pub fn lost_calls(&self) -> u64 {
        self.call_log.lost()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_come_from_the_bounds() {
        let pulse = |outcome: &str, up_to_ms, calls| PulseSum {
            plugin_id: "p".into(),
            operation: "o".into(),
            outcome: outcome.into(),
            up_to_ms,
            recent: 0,
            calls,
        };
        let all = [pulse("ok", 5, 94), pulse("panic", 1000, 5), pulse("timeout", i32::MAX, 1)];
        let all: Vec<&PulseSum> = all.iter().collect();
        assert_eq!(span(&all, |p| p.calls), Span { calls: 100, failed: 6, p50: Some(5), p95: Some(1000) });
        assert_eq!(span(&all, |p| p.recent), Span::default());
        assert_eq!(kinds(&all), [("panic".to_owned(), 5), ("timeout".to_owned(), 1)]);
    }
}
