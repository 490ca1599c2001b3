//! Jobs and dead letters.

use innkeeper_db::jobs::{self, JobRow};
use innkeeper_domain::{JobId, Permission, state::JobState};
use serde_json::json;

use crate::{Actor, App, AppError, Result};

/// A page of jobs, newest first; `limit` 1 to 200.
pub async fn list_jobs(
    app: &App,
    actor: &Actor,
    state: Option<JobState>,
    before: Option<JobId>,
    limit: i64,
) -> Result<Vec<JobRow>> {
    actor.require(Permission::SystemRead)?;
    Ok(jobs::list(&mut *app.conn().await?, state, before, limit.clamp(1, 200)).await?)
}

/// How many jobs are in each state, in the order of a life.
pub async fn job_counts(app: &App, actor: &Actor) -> Result<Vec<(JobState, i64)>> {
    actor.require(Permission::SystemRead)?;
    let counts = jobs::counts(&mut *app.conn().await?).await?;
    let count = |state: JobState| counts.iter().find(|(s, _)| *s == state).map_or(0, |(_, n)| *n);
    Ok(JobState::ALL.iter().map(|state| (*state, count(*state))).collect())
}

/// Lets a dead job run again, with fresh attempts.
pub async fn rerun_job(app: &App, actor: &Actor, id: JobId) -> Result<()> {
    actor.require(Permission::SystemWrite)?;
    let mut tx = app.begin(actor).await?;
    if !innkeeper_queue::rerun(tx.conn(), id.get()).await? {
        return Err(AppError::conflict("this job is not dead, or its work is queued anew"));
    }
    tx.audit("job.rerun", "job", id, json!({})).await?;
    tx.commit().await
}
