//! What is done again and again.

use innkeeper_queue::{NewJob, take_turn};
use serde_json::json;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

use super::{CLEAN_UP, SEAL_AUDIT, SELF_AUDIT, SWEEP_EFFECTS};
use crate::{App, Result};

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;

/// Task and seconds between its turns.
const TASKS: [(&str, u64); 4] =
    [(SWEEP_EFFECTS, MINUTE), (SEAL_AUDIT, MINUTE), (CLEAN_UP, 60 * MINUTE), (SELF_AUDIT, DAY)];

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

async fn turns(app: &App) -> Result<()> {
    for (task, seconds) in TASKS {
        let job = NewJob::new(task, json!({})).unique(format!("schedule:{task}"));
        if take_turn(&app.pool, task, Duration::from_secs(seconds), &job).await? {
            app.job_wake.notify_one();
        }
    }
    Ok(())
}
