//! How the daily tasks are doing.

use chrono::Days;
use innkeeper_db::daily::{self, ParkedRow, RunRow};
use innkeeper_domain::Permission;

use super::TASKS;
use crate::{Actor, App, Result, calendar};

/// Days of history.
const DAYS: u64 = 14;
/// Longest list of clients that could not be helped.
const PARKED: i64 = 200;

/// A task and its last runs.
#[derive(Clone, Debug)]
pub struct TaskStatus {
    /// `invoices`.
    pub key: &'static str,
    /// What people read.
    pub title: &'static str,
    /// Newest first; empty: it never ran.
    pub runs: Vec<RunRow>,
}

/// How the daily tasks are doing.
#[derive(Clone, Debug)]
pub struct Status {
    /// In the order in which they run.
    pub tasks: Vec<TaskStatus>,
    /// Clients that a task could not help, and why; those that wait longest first.
    pub parked: Vec<ParkedRow>,
}

/// The last two weeks.
pub async fn status(app: &App, actor: &Actor) -> Result<Status> {
    actor.require(Permission::SystemRead)?;
    let today = calendar::today(app).await?;
    let since = today.checked_sub_days(Days::new(DAYS)).unwrap_or(today);
    let mut conn = app.conn().await?;
    let runs = daily::runs(&mut conn, since).await?;
    let parked = daily::parked(&mut conn, PARKED).await?;
    let of = |key: &str| runs.iter().filter(|run| run.task == key).cloned().collect();
    let tasks = TASKS.iter().map(|t| TaskStatus { key: t.key(), title: t.title(), runs: of(t.key()) }).collect();
    Ok(Status { tasks, parked })
}
