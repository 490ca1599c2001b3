//! What is logged: the program's levels, and those of each plugin. Staff change them while the program
//! runs; they are settings, so every node follows within seconds, and each may end by itself.

use chrono::{DateTime, TimeDelta, Utc};
use innkeeper_domain::Permission;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{collections::BTreeMap, time::Duration};
use tokio_util::sync::CancellationToken;

use crate::{Actor, App, AppError, Checks, Result};

/// Where they are stored.
const KEY: &str = "log_levels";
/// How soon a node follows.
const FOLLOW: Duration = Duration::from_secs(2);
/// Words of the program's levels, from quiet to chatty.
pub const WORDS: [&str; 5] = ["error", "warn", "info", "debug", "trace"];
/// The level of a plugin that nobody set.
pub const USUAL: u8 = 3;

/// Everything that staff set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogLevels {
    /// Of the whole program; none: as configured.
    pub program: Option<ProgramLevel>,
    /// Of parts of it, by the beginning of their names: `innkeeper_db`, `sqlx`.
    pub targets: BTreeMap<String, ProgramLevel>,
    /// Of plugins, by their ids.
    pub plugins: BTreeMap<String, CallLevel>,
}

/// A level of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramLevel {
    /// One of [`WORDS`].
    pub level: String,
    /// Then it falls back; none: it stays.
    pub until: Option<DateTime<Utc>>,
}

/// The level of a plugin, in the numbers of Clientexec: 0 nothing is kept; 1 failed calls; 2 every
/// call, and warnings; 3 also what went over the wire in failed calls, and the program's usual lines;
/// 4 everything, with the plugin's debug lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallLevel {
    /// 0 to 4.
    pub level: u8,
    /// Then it falls back to 3; none: it stays.
    pub until: Option<DateTime<Utc>>,
}

/// Which level is to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The whole program's; none: as configured.
    Program(Option<String>),
    /// A part's; none: no other than the program's.
    Target(String, Option<String>),
    /// A plugin's, 0 to 4.
    Plugin(String, u8),
}

impl LogLevels {
    /// Without what has ended.
    fn at(mut self, now: DateTime<Utc>) -> Self {
        let live = |until: Option<DateTime<Utc>>| until.is_none_or(|until| until > now);
        self.program = self.program.filter(|p| live(p.until));
        self.targets.retain(|_, t| live(t.until));
        self.plugins.retain(|_, p| live(p.until));
        self
    }
    /// The level of a plugin.
    pub fn of(&self, plugin: &str) -> u8 {
        self.plugins.get(plugin).map_or(USUAL, |p| p.level)
    }
    /// The program's levels as directives, after those that are configured: `debug,sqlx=warn`. Empty: none.
    pub fn directives(&self) -> String {
        let program = self.program.iter().map(|p| p.level.clone());
        let targets = self.targets.iter().map(|(target, t)| format!("{target}={}", t.level));
        program.chain(targets).collect::<Vec<_>>().join(",")
    }
}

/// The levels that hold now.
pub async fn log_levels(app: &App, actor: &Actor) -> Result<LogLevels> {
    actor.require(Permission::SystemRead)?;
    Ok(read(app).await?.at(app.now()))
}

/// Changes a level, for `minutes` or for good.
pub async fn set_log_level(app: &App, actor: &Actor, change: Change, minutes: Option<i64>) -> Result<()> {
    actor.require(Permission::SystemWrite)?;
    check(app, &change, minutes)?;
    let until = minutes.map(|m| app.now() + TimeDelta::minutes(m));
    let mut tx = app.begin(actor).await?;
    let stored = innkeeper_db::settings::get(tx.conn(), KEY).await?;
    let mut levels: LogLevels = stored.map(serde_json::from_value).transpose()?.unwrap_or_default();
    levels = levels.at(tx.now());
    let detail = match change {
        Change::Program(level) => {
            let detail = json!({ "program": level, "until": until });
            levels.program = level.map(|level| ProgramLevel { level, until });
            detail
        }
        Change::Target(target, level) => {
            let detail = json!({ "target": target, "level": level, "until": until });
            match level {
                Some(level) => levels.targets.insert(target, ProgramLevel { level, until }),
                None => levels.targets.remove(&target),
            };
            detail
        }
        Change::Plugin(plugin, level) => {
            let detail = json!({ "plugin": plugin, "level": level, "until": until });
            levels.plugins.insert(plugin, CallLevel { level, until });
            detail
        }
    };
    innkeeper_db::settings::put(tx.conn(), KEY, &serde_json::to_value(&levels)?).await?;
    tx.audit("log_level.set", "setting", 0, detail).await?;
    tx.commit().await?;
    follow(app).await
}

fn check(app: &App, change: &Change, minutes: Option<i64>) -> Result<()> {
    let mut checks = Checks::default();
    checks.require(minutes.is_none_or(|m| (1..=7 * 24 * 60).contains(&m)), "minutes", "must be from 1 to 10080");
    let word = |level: &Option<String>| level.as_ref().is_none_or(|l| WORDS.contains(&l.as_str()));
    match change {
        Change::Program(level) => checks.require(word(level), "level", "must be error, warn, info, debug or trace"),
        Change::Target(target, level) => {
            let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '-');
            let named = !target.is_empty() && target.len() <= 100 && target.chars().all(fits);
            checks.require(named, "target", "must be the name of a part, such as innkeeper_db or sqlx");
            checks.require(word(level), "level", "must be error, warn, info, debug or trace");
        }
        Change::Plugin(plugin, level) => {
            app.lanes.get(plugin).map_err(|_| AppError::NotFound("plugin"))?;
            checks.require(*level <= 4, "level", "must be from 0 to 4");
        }
    }
    checks.finish()
}

async fn read(app: &App) -> Result<LogLevels> {
    let stored = innkeeper_db::settings::get(&mut *app.conn().await?, KEY).await?;
    Ok(stored.map(serde_json::from_value).transpose()?.unwrap_or_default())
}

/// Brings this node in line with what is stored.
pub async fn follow(app: &App) -> Result<()> {
    let levels = read(app).await?.at(app.now());
    for lane in app.lanes.all() {
        lane.set_level(levels.of(&lane.id));
    }
    if let Some(apply) = app.on_levels.get() {
        apply(&levels);
    }
    Ok(())
}

/// Follows what is stored until `stop`. Every node runs this.
pub async fn watch(app: &App, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = follow(app).await {
            tracing::warn!(?error, "the levels of logs cannot be read");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(FOLLOW) => {}
        }
    }
}

impl App {
    /// Is told of the program's levels whenever they are read: who owns the log filter. Only the first counts.
    pub fn on_log_levels(&self, apply: impl Fn(&LogLevels) + Send + Sync + 'static) {
        let _ = self.on_levels.set(Box::new(apply));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_falls_back() {
        let now = Utc::now();
        let debug = |until| ProgramLevel { level: "debug".into(), until };
        let levels = LogLevels {
            program: Some(debug(Some(now))),
            targets: [("sqlx".to_owned(), debug(None)), ("app".to_owned(), debug(Some(now)))].into(),
            plugins: [("p".to_owned(), CallLevel { level: 4, until: Some(now + TimeDelta::minutes(1)) })].into(),
        };
        assert_eq!(levels.directives(), "debug,app=debug,sqlx=debug");
        let left = levels.at(now);
        assert_eq!((left.directives().as_str(), left.of("p"), left.of("q")), ("sqlx=debug", 4, USUAL));
    }
}
