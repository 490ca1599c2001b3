//! Makes deliveries. Each subscriber is worked on by its own task, so that one that fails or hangs
//! holds up no other.

use futures_util::future::join_all;
use innkeeper_db::deliveries::{self, ClaimedDelivery, SubscriberRow};
use innkeeper_plugin_api::EventEnvelope;
use serde_json::json;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{App, Result, plugins::Call};

/// Events moved in one transaction.
const BATCH: i64 = 500;
/// Deliveries that one subscriber gets at once; of one aggregate always one.
const AT_ONCE: i64 = 8;
/// Then a delivery is dead.
const MAX_ATTEMPTS: i32 = 12;

/// The running fan-out and deliveries of this node.
#[derive(Clone)]
pub struct Pump {
    app: Arc<App>,
    busy: Arc<Mutex<HashSet<String>>>,
    tasks: TaskTracker,
}

impl Pump {
    /// A pump that does not run yet.
    pub fn new(app: Arc<App>) -> Self {
        Self { app, busy: Arc::default(), tasks: TaskTracker::new() }
    }

    /// Pumps until `stop`, then waits for what is under way.
    pub async fn run(self, poll: Duration, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.turn().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(e) => tracing::error!(error = ?e, "events cannot be delivered"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.app.event_wake.notified() => {}
                () = tokio::time::sleep(poll) => {}
            }
        }
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// One round: fan out, then start a task for each subscriber that has something due. True: there is more.
    async fn turn(&self) -> Result<bool> {
        let moved = fan_out(&self.app).await?;
        for subscriber in deliveries::due_subscribers(&mut *self.app.conn().await?).await? {
            if !self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(subscriber.id.clone()) {
                continue;
            }
            let pump = self.clone();
            self.tasks.spawn(async move {
                if let Err(e) = serve(&pump.app, &subscriber).await {
                    tracing::error!(subscriber = subscriber.id, error = ?e, "deliveries stopped");
                }
                pump.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&subscriber.id);
            });
        }
        Ok(moved >= u64::try_from(BATCH).unwrap_or(u64::MAX))
    }
}

/// Delivers everything that is due and returns; for tests and commands.
pub async fn drain(app: &App) -> Result<()> {
    while fan_out(app).await? > 0 {}
    loop {
        let due = deliveries::due_subscribers(&mut *app.conn().await?).await?;
        if due.is_empty() {
            return Ok(());
        }
        for subscriber in &due {
            serve(app, subscriber).await?;
        }
    }
}

async fn fan_out(app: &App) -> Result<u64> {
    let mut tx = app.pool.begin().await?;
    let moved = innkeeper_db::events::fan_out(&mut tx, BATCH).await?;
    tx.commit().await?;
    Ok(moved)
}

/// Works off what is due for one subscriber.
async fn serve(app: &App, subscriber: &SubscriberRow) -> Result<()> {
    let lease = app.options.delivery_timeout.saturating_mul(2).as_secs_f64();
    loop {
        let claimed = deliveries::claim(&mut *app.conn().await?, &subscriber.id, lease, AT_ONCE).await?;
        if claimed.is_empty() {
            return Ok(());
        }
        for outcome in join_all(claimed.iter().map(|d| attempt(app, subscriber, d))).await {
            outcome?;
        }
    }
}

async fn attempt(app: &App, subscriber: &SubscriberRow, delivery: &ClaimedDelivery) -> Result<()> {
    let outcome = send(app, subscriber, delivery).await;
    let mut conn = app.conn().await?;
    match outcome {
        Ok(()) => deliveries::delivered(&mut conn, delivery.id, delivery.attempts).await?,
        Err(e) => {
            let delay = (delivery.attempts < MAX_ATTEMPTS).then(|| back_off(delivery.attempts));
            deliveries::failed(&mut conn, delivery.id, delivery.attempts, &e.to_string(), delay).await?;
        }
    }
    Ok(())
}

async fn send(app: &App, subscriber: &SubscriberRow, delivery: &ClaimedDelivery) -> Result<()> {
    let snapin = app.plugins.snapin(&subscriber.plugin_id)?;
    let ctx = app.plugin_ctx(&subscriber.plugin_id, Default::default()).await?;
    let event = EventEnvelope {
        id: delivery.event_id,
        name: delivery.name.clone(),
        version: delivery.version,
        occurred_at: delivery.occurred_at,
        aggregate: delivery.aggregate.clone(),
        aggregate_id: delivery.aggregate_id,
        sequence: delivery.sequence,
        payload: delivery.payload.clone(),
    };
    let key = subscriber.key.clone();
    let call = Call::new(&subscriber.plugin_id, "on_event", app.options.delivery_timeout)
        .about("event", event.id)
        .argument(json!(event.name));
    app.call_plugin(call, &ctx, move |ctx| async move { snapin.on_event(&ctx, &key, &event).await }).await?;
    Ok(())
}

/// 1, 2, 4 … seconds, at most an hour.
fn back_off(attempt: i32) -> f64 {
    f64::from(2_i32.saturating_pow(u32::try_from((attempt - 1).clamp(0, 12)).unwrap_or(0)).min(3600))
}
