//! The loop that works jobs off.

use futures_util::{FutureExt, future::BoxFuture};
use sqlx::PgPool;
use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{Claimed, dead, engine::claim, finish, heartbeat, reclaim_expired, retry_later};

/// Why a job did not finish.
#[derive(Debug)]
pub enum Failure {
    /// Run it again: after this time, else after the usual back-off.
    Retry(String, Option<Duration>),
    /// Never again by itself; staff may.
    Dead(String),
}

/// Runs jobs.
pub trait Handler: Send + Sync + 'static {
    /// Does the job. It may have run before, wholly or in part.
    fn run<'a>(&'a self, job: &'a Claimed) -> BoxFuture<'a, Result<(), Failure>>;
}

/// How a worker works.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name in the job list.
    pub name: String,
    /// Jobs at once.
    pub concurrency: usize,
    /// How long a job is leased; renewed at a third of it.
    pub lease: Duration,
    /// How often to look when nobody wakes it.
    pub poll: Duration,
}

/// Works until `stop`; then leases nothing more and finishes what runs.
pub async fn run(
    pool: PgPool,
    handler: Arc<dyn Handler>,
    options: Options,
    wake: Arc<Notify>,
    stop: CancellationToken,
) {
    let mut running = JoinSet::new();
    while !stop.is_cancelled() {
        let free = options.concurrency.saturating_sub(running.len());
        let claimed = claim_some(&pool, &options, free).await;
        let full = free > 0 && claimed.len() == free;
        for job in claimed {
            running.spawn(work(pool.clone(), handler.clone(), job, options.lease));
        }
        if full {
            continue;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = wake.notified() => {}
            () = tokio::time::sleep(options.poll) => {}
            Some(_) = running.join_next(), if !running.is_empty() => {}
        }
    }
    while running.join_next().await.is_some() {}
}

async fn claim_some(pool: &PgPool, options: &Options, free: usize) -> Vec<Claimed> {
    if free == 0 {
        return vec![];
    }
    let claimed = async {
        reclaim_expired(pool).await?;
        claim(pool, &options.name, options.lease, i64::try_from(free).unwrap_or(1)).await
    };
    claimed.await.unwrap_or_else(|e| {
        tracing::error!(error = %e, "jobs cannot be claimed");
        vec![]
    })
}

/// Works due jobs off until none is left; for tests and commands. Returns how many ran.
pub async fn run_until_idle(pool: &PgPool, handler: &Arc<dyn Handler>, lease: Duration) -> sqlx::Result<usize> {
    let mut count = 0;
    loop {
        reclaim_expired(pool).await?;
        let jobs = claim(pool, "drain", lease, 1).await?;
        let Some(job) = jobs.into_iter().next() else { return Ok(count) };
        work(pool.clone(), handler.clone(), job, lease).await;
        count += 1;
    }
}

async fn work(pool: PgPool, handler: Arc<dyn Handler>, job: Claimed, lease: Duration) {
    let outcome = tokio::select! {
        outcome = AssertUnwindSafe(handler.run(&job)).catch_unwind() => {
            outcome.unwrap_or_else(|_| Err(Failure::Retry("the job panicked".into(), None)))
        }
        () = lose_lease(&pool, &job, lease) => {
            tracing::warn!(job.id, job.kind, "lost the lease of a job");
            return;
        }
    };
    if let Err(e) = record(&pool, &job, outcome).await {
        tracing::error!(job.id, job.kind, error = %e, "the outcome of a job cannot be written; its lease will expire");
    }
}

/// Keeps the lease alive; returns when it is lost.
async fn lose_lease(pool: &PgPool, job: &Claimed, lease: Duration) {
    loop {
        tokio::time::sleep(lease / 3).await;
        if matches!(heartbeat(pool, job, lease).await, Ok(false)) {
            return;
        }
    }
}

async fn record(pool: &PgPool, job: &Claimed, outcome: Result<(), Failure>) -> sqlx::Result<()> {
    match outcome {
        Ok(()) => finish(pool, job).await.map(|_| ()),
        Err(Failure::Retry(error, after)) if job.attempt < job.max_attempts => {
            tracing::debug!(job.id, job.kind, job.attempt, error, "job will run again");
            retry_later(pool, job, &error, after.unwrap_or_else(|| back_off(job.attempt))).await
        }
        Err(Failure::Retry(error, _) | Failure::Dead(error)) => {
            tracing::warn!(job.id, job.kind, job.attempt, error, "job is dead");
            dead(pool, job, &error).await
        }
    }
}

/// 2, 4, 8 … seconds, at most an hour.
fn back_off(attempt: i32) -> Duration {
    let exponent = u32::try_from(attempt.clamp(1, 12)).unwrap_or(1);
    Duration::from_secs(2_u64.saturating_pow(exponent).min(3600))
}
