//! What is done again and again.

use innkeeper_hooks::payloads::{DailyRunEnded, DailyRunStarts, ScheduleTurned, TaskEnded, TaskStarts};
use innkeeper_queue::{NewJob, take_turn};
use serde_json::json;
use std::{future::Future, time::Duration};
use tokio_util::sync::CancellationToken;

use super::{
    CLEAN_UP, COLLECT_USAGE, DAILY, FETCH_RATES, POLL_PAYMENTS, PRUNE_EVENTS, REFRESH_VAT_NUMBERS, SEAL_AUDIT,
    SELF_AUDIT, SWEEP_EFFECTS, TRIM_CALLS,
};
use crate::{Actor, App, Result};

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;

/// Task and seconds between its turns.
const TASKS: [(&str, u64); 11] = [
    (DAILY, 10 * MINUTE),
    (POLL_PAYMENTS, 5 * MINUTE),
    (COLLECT_USAGE, 6 * 60 * MINUTE),
    (TRIM_CALLS, 60 * MINUTE),
    (SWEEP_EFFECTS, MINUTE),
    (SEAL_AUDIT, MINUTE),
    (REFRESH_VAT_NUMBERS, 60 * MINUTE),
    (FETCH_RATES, 3 * 60 * MINUTE),
    (CLEAN_UP, 60 * MINUTE),
    (PRUNE_EVENTS, 60 * MINUTE),
    (SELF_AUDIT, DAY),
];

/// Enqueues tasks when they are due, until `stop`. Every node may run this: a turn is taken once.
pub async fn schedule(app: &App, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(e) = turns(app).await {
            tracing::error!(error = ?e, "the schedule cannot be read");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(Duration::from_secs(10)) => {}
        }
    }
}

/// Looks through the schedule once and enqueues what is due.
pub async fn turns(app: &App) -> Result<()> {
    let mut tasks = vec![];
    for (task, seconds) in TASKS {
        let job = NewJob::new(task, json!({})).unique(format!("schedule:{task}"));
        if take_turn(&app.pool, task, Duration::from_secs(seconds), &job).await? {
            app.job_wake.notify_one();
            tasks.push(task.to_owned());
        }
    }
    tasks.extend(crate::tasks::turns(app).await?);
    app.tell(&ScheduleTurned { tasks });
    Ok(())
}

/// Runs a task of the schedule between its two hooks.
pub(super) async fn announced(app: &App, task: &str, work: impl Future<Output = Result<()>>) -> Result<()> {
    app.tell(&TaskStarts { task: task.to_owned() });
    let outcome = work.await;
    app.tell(&TaskEnded { task: task.to_owned(), completed: outcome.is_ok() });
    outcome
}

/// The same for the daily run, which is also told for good.
pub(super) async fn daily(app: &App, task: &str, work: impl Future<Output = Result<()>>) -> Result<()> {
    let actor = Actor::system("schedule");
    let mut tx = app.begin(&actor).await?;
    tx.emit(&DailyRunStarts { task: task.to_owned() }).await?;
    tx.commit().await?;
    announced(app, task, work).await?;
    let mut tx = app.begin(&actor).await?;
    tx.emit(&DailyRunEnded { task: task.to_owned() }).await?;
    tx.commit().await
}
