//! One node at work for one subscriber: it reads the feed, hands events over, several things at a time and
//! each thing in order, and writes how far it is. It holds the subscriber by a lease; a node that lost it
//! finds that its fence is old, and writes nothing.

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use innkeeper_db::{
    deliveries::{self, NewDelivery, Things},
    subscribers::{self, Leased, Progress, SubscriberRow},
};
use innkeeper_plugin_api::{EventEnvelope, PluginCtx, Snapin};
use serde_json::json;
use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    feed::Fed,
    line::{Item, Lines, Outcome},
};
use crate::{App, Result, plugins::Call};

/// How long a subscriber stays with a node that says nothing more, at most.
const LEASE: Duration = Duration::from_secs(15);
/// Events that a subscriber is handed at once; of one thing always one.
const AT_ONCE: usize = 8;
/// So many events of the feed are in hand at first …
const WINDOW: usize = 16;
/// … and at most, if they go quickly: after a crash, as many may arrive again.
const WIDEST: usize = 1024;
/// Progress is written at least this often.
const SAVE: Duration = Duration::from_secs(1);
/// Changed settings reach a busy subscriber within this time.
const SETTINGS: Duration = Duration::from_secs(5);
/// Then a delivery is dead.
const MAX_ATTEMPTS: i32 = 12;
/// When so many different events have failed in a row, it is the subscriber that fails, not the events …
const FAILURES: i32 = 10;
/// … and it is left alone for as long as it has been failing, within these bounds of seconds.
const PAUSE: (f64, f64) = (1.0, 600.0);
/// The longest error that is kept, in characters.
const ERROR: usize = 2000;

type Attempt<'a> = BoxFuture<'a, (Item, std::result::Result<(), String>)>;

pub(super) struct Worker<'a> {
    app: &'a App,
    me: &'a SubscriberRow,
    head: watch::Receiver<i64>,
    fence: i64,
    snapin: Arc<dyn Snapin>,
    /// What a call is given, with the settings as they were then.
    ctx: PluginCtx,
    ctx_made: Instant,
    /// Read up to here.
    read: i64,
    /// The last place that was settled.
    settled: i64,
    settled_since: usize,
    window: usize,
    lines: Lines,
    running: FuturesUnordered<Attempt<'a>>,
    outcomes: Vec<Outcome>,
    /// Something waits in the table of deliveries.
    parked: bool,
    /// When it was last looked there; none: now.
    looked: Option<Instant>,
    saved: Instant,
    failures: i32,
    failing: bool,
    error: Option<String>,
}

/// Works for a subscriber until nothing is left to do, it fails, `stop`, or somebody else has it.
pub(super) async fn serve(app: &App, me: &SubscriberRow, stop: &CancellationToken) -> Result<()> {
    let Some(leased) = subscribers::lease(&mut *app.conn().await?, &me.id, lease(app).as_secs_f64()).await? else {
        return Ok(());
    };
    app.bus.feed.reaches(leased.head);
    let call = match app.plugins.snapin(&me.plugin_id) {
        Ok(snapin) => app.plugin_ctx(&me.plugin_id, Default::default()).await.map(|ctx| (snapin, ctx)),
        Err(e) => Err(e),
    };
    match call {
        Ok((snapin, ctx)) => Worker::new(app, me, leased, snapin, ctx).work(stop).await,
        // Not the events' fault: they stay where they are.
        Err(e) => {
            let error = e.to_string();
            let progress = Progress {
                cursor: leased.cursor,
                failures: leased.failures,
                failing: true,
                error: Some(&error),
                lease: None,
                pause: Some(PAUSE),
            };
            subscribers::advance(&mut *app.conn().await?, &me.id, leased.fence, &progress).await?;
            Ok(())
        }
    }
}

impl<'a> Worker<'a> {
    fn new(app: &'a App, me: &'a SubscriberRow, leased: Leased, snapin: Arc<dyn Snapin>, ctx: PluginCtx) -> Self {
        Self {
            app,
            me,
            head: app.bus.feed.head(),
            fence: leased.fence,
            snapin,
            ctx,
            read: leased.cursor,
            settled: leased.cursor,
            settled_since: 0,
            window: if leased.failing { 1 } else { WINDOW },
            lines: Lines::default(),
            running: FuturesUnordered::new(),
            outcomes: vec![],
            parked: leased.parked,
            looked: (!leased.parked).then(Instant::now),
            saved: Instant::now(),
            ctx_made: Instant::now(),
            failures: leased.failures,
            failing: leased.failing,
            error: None,
        }
    }

    async fn work(mut self, stop: &CancellationToken) -> Result<()> {
        while !stop.is_cancelled() && !self.is_tripped() {
            if self.is_time_to_save() && !self.save(false).await? {
                return Ok(());
            }
            let more = self.fill().await?;
            self.start();
            if self.running.is_empty() {
                if self.outcomes.is_empty() && !more {
                    break;
                }
                continue;
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => {}
                Some((item, outcome)) = self.running.next() => {
                    self.settle(item, outcome);
                    while let Some(Some((item, outcome))) = self.running.next().now_or_never() {
                        self.settle(item, outcome);
                    }
                }
                _ = self.head.changed() => {}
                () = tokio::time::sleep(SAVE) => {}
            }
        }
        self.wind_down().await
    }

    /// Too many different events failed in a row; or any at all, of a subscriber that is tried out.
    fn is_tripped(&self) -> bool {
        self.error.is_some() && (self.failing || self.failures >= FAILURES)
    }

    fn is_time_to_save(&self) -> bool {
        !self.outcomes.is_empty() || self.settled_since >= self.window || self.saved.elapsed() >= SAVE
    }

    /// Takes events in hand: from the feed, then those put aside whose time has come. A subscriber that is
    /// tried out gets one event, of a thing where nothing has failed yet if there is one. True: it broke off to
    /// let progress be written, as when there is much that nobody asked for.
    async fn fill(&mut self) -> Result<bool> {
        while self.lines.len() < self.window && self.read < *self.head.borrow_and_update() {
            if self.saved.elapsed() >= SAVE {
                return Ok(true);
            }
            let (page, start) = self.app.bus.feed.after(&self.app.pool, self.read).await?;
            let fresh = &page[start..];
            if fresh.is_empty() {
                break;
            }
            let blocked = if self.parked { blocked(self.app, &self.me.id, fresh).await? } else { HashSet::new() };
            for fed in fresh {
                if self.lines.len() >= self.window {
                    break;
                }
                self.read = fed.position;
                if !self.me.events.is_empty() && !self.me.events.contains(&fed.event.name) {
                    continue;
                }
                if !blocked.is_empty() && blocked.contains(&(fed.event.aggregate.clone(), fed.event.aggregate_id)) {
                    self.put_aside(Item::Fed(fed.clone()), None);
                } else {
                    self.lines.push(Item::Fed(fed.clone()));
                }
            }
        }
        let is_time = self.looked.is_none_or(|at| at.elapsed() >= SAVE);
        if is_time && (!self.failing || self.lines.is_empty()) {
            self.looked = Some(Instant::now());
            let limit = if self.failing { 1 } else { 2 * AT_ONCE };
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let due = deliveries::due(&mut *self.app.conn().await?, &self.me.id, limit).await?;
            self.parked |= !due.is_empty();
            for row in due {
                let event = EventEnvelope {
                    id: row.id,
                    name: row.name,
                    version: row.version,
                    occurred_at: row.occurred_at,
                    aggregate: row.aggregate,
                    aggregate_id: row.aggregate_id,
                    sequence: row.sequence,
                    payload: row.payload,
                };
                self.lines.push(Item::Parked(Arc::new(event), row.delivery_id, row.attempts));
            }
        }
        Ok(false)
    }

    /// Hands events over, as many as may be under way. Whoever slept longer than the lease first asks
    /// whether the subscriber is still his.
    fn start(&mut self) {
        let at_once = if self.failing { 1 } else { AT_ONCE };
        while self.running.len() < at_once && self.saved.elapsed() < lease(self.app) {
            let Some(item) = self.lines.start() else { break };
            let (app, me, snapin) = (self.app, self.me, self.snapin.clone());
            let mut ctx = self.ctx.clone();
            ctx.now = app.now();
            ctx.idempotency_key = format!("{}-{}", me.id, item.event().id);
            let attempt = async move {
                let (key, heard) = (me.key.clone(), item.clone());
                let event = item.event();
                let call = Call::new(&me.plugin_id, "on_event", app.options.delivery_timeout)
                    .about("event", event.id)
                    .argument(json!(event.name));
                let hear = move |ctx| async move { snapin.on_event(&ctx, &key, heard.event()).await };
                let outcome = app.call_plugin(call, &ctx, hear).await;
                (item, outcome.map_err(|e| e.to_string().chars().take(ERROR).collect()))
            };
            self.running.push(attempt.boxed());
        }
    }

    /// Notes what became of an event.
    fn settle(&mut self, item: Item, outcome: std::result::Result<(), String>) {
        self.settled_since += 1;
        if let Item::Fed(fed) = &item {
            self.settled = self.settled.max(fed.position);
        }
        match outcome {
            Ok(()) => {
                self.lines.arrived(&item);
                self.failures = 0;
                self.error = None;
                if std::mem::take(&mut self.failing) {
                    self.window = WINDOW;
                }
                if let Item::Parked(_, id, _) = item {
                    self.outcomes.push(Outcome::Delivered(id, item));
                }
            }
            Err(error) => {
                for follower in self.lines.break_up(&item) {
                    self.put_aside(follower, None);
                }
                self.error = Some(error.clone());
                match item {
                    Item::Fed(_) => {
                        self.failures += 1;
                        self.put_aside(item, Some(error));
                    }
                    Item::Parked(_, id, attempts) => {
                        let delay = (attempts + 1 < MAX_ATTEMPTS).then(|| back_off(attempts + 1));
                        self.outcomes.push(Outcome::Failed(id, item, error, delay));
                    }
                }
            }
        }
    }

    fn put_aside(&mut self, item: Item, error: Option<String>) {
        if let Item::Fed(fed) = &item {
            self.settled = self.settled.max(fed.position);
            self.outcomes.push(Outcome::Parked(item, error));
        }
    }

    /// Hands nothing more over, waits for what is under way, and gives the subscriber back. What was read
    /// and not handed over is read again, unless later events were settled: then it is put aside.
    async fn wind_down(mut self) -> Result<()> {
        while !self.running.is_empty() {
            if let Ok(Some((item, outcome))) = tokio::time::timeout(SAVE, self.running.next()).await {
                self.settle(item, outcome);
            }
            if self.is_time_to_save() && !self.save(false).await? {
                return Ok(());
            }
        }
        let cut = !self.lines.is_empty();
        for fed in self.lines.give_up(self.settled) {
            self.put_aside(Item::Fed(fed), None);
        }
        if cut {
            self.read = self.settled;
        }
        self.save(true).await?;
        Ok(())
    }

    /// Writes how far it is, and what was not simply delivered. False: the subscriber is somebody else's now.
    async fn save(&mut self, give_back: bool) -> Result<bool> {
        let tripped = give_back && self.is_tripped();
        let progress = Progress {
            cursor: self.lines.first_open().map_or(self.read, |place| place - 1),
            failures: self.failures,
            failing: self.failing || tripped,
            error: self.error.as_deref(),
            lease: (!give_back).then(|| lease(self.app).as_secs_f64()),
            pause: tripped.then_some(PAUSE),
        };
        let mine = if self.outcomes.is_empty() {
            subscribers::advance(&mut *self.app.conn().await?, &self.me.id, self.fence, &progress).await?
        } else {
            write(self.app, &self.me.id, self.fence, &progress, &self.outcomes).await?
        };
        if !mine {
            return Ok(false);
        }
        if !self.outcomes.is_empty() {
            self.outcomes.clear();
            (self.parked, self.looked) = (true, None);
        }
        if !self.failing {
            let millis = usize::try_from(self.saved.elapsed().as_millis()).unwrap_or(usize::MAX).max(1);
            let a_second = self.settled_since.saturating_mul(1000) / millis;
            self.window = a_second.clamp(WINDOW, WIDEST).min(2 * self.window.max(WINDOW));
        }
        self.settled_since = 0;
        self.saved = Instant::now();
        if !give_back && self.ctx_made.elapsed() >= SETTINGS {
            self.ctx = self.app.plugin_ctx(&self.me.plugin_id, Default::default()).await?;
            self.ctx_made = Instant::now();
        }
        Ok(true)
    }
}

/// The things among these events that something waits for.
async fn blocked(app: &App, me: &str, events: &[Arc<Fed>]) -> Result<HashSet<(String, i64)>> {
    let mut things = Things::default();
    for fed in events {
        things.aggregates.push(fed.event.aggregate.clone());
        things.ids.push(fed.event.aggregate_id);
    }
    Ok(deliveries::blocked(&mut *app.conn().await?, me, &things).await?.into_iter().collect())
}

/// Progress and outcomes in one transaction, if the fence is the current one.
async fn write(app: &App, me: &str, fence: i64, progress: &Progress<'_>, outcomes: &[Outcome]) -> Result<bool> {
    let mut tx = app.pool.begin().await?;
    if !subscribers::advance(&mut tx, me, fence, progress).await? {
        return Ok(false);
    }
    let (mut parked, mut arrived, mut things) = (vec![], vec![], Things::default());
    for outcome in outcomes {
        let event = outcome.item().event();
        things.aggregates.push(event.aggregate.clone());
        things.ids.push(event.aggregate_id);
        match outcome {
            Outcome::Parked(_, error) => parked.push(NewDelivery {
                event: event.id,
                aggregate: &event.aggregate,
                aggregate_id: event.aggregate_id,
                sequence: event.sequence,
                attempts: i32::from(error.is_some()),
                error: error.as_deref(),
                delay: error.as_ref().map(|_| back_off(1)),
            }),
            Outcome::Delivered(id, _) => arrived.push(id.get()),
            Outcome::Failed(id, _, error, delay) => deliveries::failed(&mut tx, *id, error, *delay).await?,
        }
    }
    if !parked.is_empty() {
        deliveries::park(&mut tx, me, &parked).await?;
    }
    if !arrived.is_empty() {
        deliveries::delivered(&mut tx, &arrived).await?;
    }
    deliveries::line_up(&mut tx, me, &things).await?;
    tx.commit().await?;
    Ok(true)
}

/// As short as that of a job, where that is shorter.
fn lease(app: &App) -> Duration {
    LEASE.min(app.options.request_lease)
}

/// 1, 2, 4 … seconds, at most an hour.
fn back_off(attempt: i32) -> f64 {
    f64::from(2_i32.saturating_pow(u32::try_from((attempt - 1).clamp(0, 12)).unwrap_or(0)).min(3600))
}
