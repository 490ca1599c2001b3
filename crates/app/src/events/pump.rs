//! The pump of a node: it fans out, and starts a task for each subscriber that has something to do, so that
//! one that fails or hangs holds up no other.

use chrono::TimeDelta;
use innkeeper_db::{deliveries, feed, subscribers};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::worker;
use crate::{App, Result};

/// Events moved in one transaction.
const BATCH: i64 = 4000;
/// Rows forgotten in one transaction.
const PRUNED: i64 = 10_000;
/// How long the feed keeps its places, and a delivery that arrived after all its row, at least.
const KEEP: TimeDelta = TimeDelta::days(90);

/// The running fan-out and deliveries of this node.
#[derive(Clone)]
pub struct Pump {
    app: Arc<App>,
    /// Subscribers this node is at work for; true: look again when that ends.
    busy: Arc<Mutex<HashMap<String, bool>>>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Pump {
    /// A pump that does not run yet.
    pub fn new(app: Arc<App>) -> Self {
        Self { app, busy: Arc::default(), stop: CancellationToken::new(), tasks: TaskTracker::new() }
    }

    /// Pumps until `stop`, then waits for what is under way.
    pub async fn run(mut self, poll: Duration, stop: CancellationToken) {
        self.stop = stop;
        while !self.stop.is_cancelled() {
            match self.turn().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(e) => tracing::error!(error = ?e, "events cannot be delivered"),
            }
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = self.app.event_wake.notified() => {}
                () = tokio::time::sleep(poll) => {}
            }
        }
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// One round. True: there is more to fan out.
    async fn turn(&self) -> Result<bool> {
        let moved = fan_out(&self.app).await?;
        for subscriber in subscribers::due(&mut *self.app.conn().await?).await? {
            if let Some(again) = self.busy().get_mut(&subscriber.id) {
                *again = true;
                continue;
            }
            self.busy().insert(subscriber.id.clone(), false);
            let pump = self.clone();
            self.tasks.spawn(async move {
                if let Err(e) = worker::serve(&pump.app, &subscriber, &pump.stop).await {
                    tracing::error!(subscriber = subscriber.id, error = ?e, "deliveries stopped");
                }
                if pump.busy().remove(&subscriber.id) == Some(true) {
                    pump.app.event_wake.notify_one();
                }
            });
        }
        Ok(moved >= BATCH)
    }

    fn busy(&self) -> MutexGuard<'_, HashMap<String, bool>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Delivers everything that is due and returns; for tests and commands.
pub async fn drain(app: &App) -> Result<()> {
    while fan_out(app).await? > 0 {}
    let never = CancellationToken::new();
    loop {
        let due = subscribers::due(&mut *app.conn().await?).await?;
        if due.is_empty() {
            return Ok(());
        }
        for subscriber in &due {
            worker::serve(app, subscriber, &never).await?;
        }
    }
}

async fn fan_out(app: &App) -> Result<i64> {
    let mut tx = app.pool.begin().await?;
    let moved = feed::fan_out(&mut tx, BATCH).await?;
    tx.commit().await?;
    if let Some(head) = moved.head {
        app.bus.feed.reaches(head);
    }
    Ok(moved.events)
}

/// Forgets what has served its time: places in the feed that every enabled subscriber has passed, and
/// deliveries that arrived. The events stay.
pub async fn prune(app: &App) -> Result<()> {
    let before = app.now() - KEEP;
    let mut conn = app.conn().await?;
    while feed::prune(&mut conn, before, PRUNED).await? > 0 {}
    while deliveries::prune(&mut conn, before, PRUNED).await? > 0 {}
    Ok(())
}
