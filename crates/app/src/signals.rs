//! Transient events: told to who listens right now, never stored. They pass by the bus: whoever tells one
//! neither waits nor fails, a listener that is slow loses some, and none is tried again.

use innkeeper_domain::EventId;
use innkeeper_hooks::{Event, row};
use innkeeper_plugin_api::{EventEnvelope, Implementation, Subscriber};
use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Notify, mpsc},
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{App, Result, events::subscriber_id, plugins};

/// Most that wait on this node; then the oldest are dropped.
const MOST: usize = 10_000;
/// Most that wait for one listener; then the newest are dropped.
const QUEUE: usize = 1_000;
/// Changed listeners are heard of this soon.
const FRESH: Duration = Duration::from_secs(5);

/// What waits to be told on this node.
#[derive(Default)]
pub(crate) struct Signals {
    waiting: Mutex<VecDeque<EventEnvelope>>,
    /// Names that somebody listens to; none: nobody has looked yet.
    wanted: RwLock<Option<HashSet<String>>>,
    /// Nobody names any: the one thing looked at then.
    nobody: AtomicBool,
    /// How many were dropped, by subscriber, since this node started.
    dropped: Mutex<BTreeMap<String, u64>>,
    wake: Notify,
    told: AtomicI64,
}

impl Signals {
    fn wants(&self, name: &str) -> bool {
        if self.nobody.load(Ordering::Relaxed) {
            return false;
        }
        let wanted = self.wanted.read().unwrap_or_else(PoisonError::into_inner);
        wanted.as_ref().is_none_or(|names| names.contains(name))
    }
    fn listened(&self, listeners: &[Listener]) {
        let names: HashSet<String> = listeners.iter().flat_map(|l| l.names.iter().cloned()).collect();
        self.nobody.store(names.is_empty(), Ordering::Relaxed);
        *self.wanted.write().unwrap_or_else(PoisonError::into_inner) = Some(names);
    }
    fn push(&self, signal: EventEnvelope) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= MOST {
            waiting.pop_front();
        }
        waiting.push_back(signal);
        drop(waiting);
        self.wake.notify_one();
    }
    fn drop_one(&self, subscriber: String) {
        *self.dropped.lock().unwrap_or_else(PoisonError::into_inner).entry(subscriber).or_default() += 1;
    }
    /// How many signals to a subscriber this node has dropped since it started.
    pub(crate) fn dropped(&self, subscriber: &str) -> u64 {
        self.dropped.lock().unwrap_or_else(PoisonError::into_inner).get(subscriber).copied().unwrap_or(0)
    }
    /// The same for all subscribers together.
    pub(crate) fn all_dropped(&self) -> u64 {
        self.dropped.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }
    fn take(&self) -> VecDeque<EventEnvelope> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl App {
    /// Tells a transient event. Costs next to nothing where nobody listens; never fails and never waits.
    pub fn tell<E: Event>(&self, event: &E) {
        if self.signals.wants(E::NAME) {
            self.put(event);
        }
    }
    /// The same for one that is made only if somebody listens.
    pub fn tell_with<E: Event>(&self, make: impl FnOnce() -> E) {
        if self.signals.wants(E::NAME) {
            self.put(&make());
        }
    }
    fn put<E: Event>(&self, event: &E) {
        debug_assert!(E::TRANSIENT, "{} is stored: emit it in a transaction", E::NAME);
        let Ok(payload) = serde_json::to_value(event) else { return };
        let (aggregate, aggregate_id) = event.aggregate();
        let now = self.now();
        let count = self.signals.told.fetch_add(1, Ordering::Relaxed);
        self.signals.push(EventEnvelope {
            // Below zero, so that it is none of the stored ones.
            id: EventId(-now.timestamp_nanos_opt().unwrap_or_default().saturating_add(count)),
            name: E::NAME.to_owned(),
            version: E::VERSION,
            occurred_at: now,
            aggregate: aggregate.to_owned(),
            aggregate_id,
            sequence: 0,
            payload,
        });
    }
}

/// A listener that names transient events. One that wants "everything" means what is stored.
#[derive(Clone)]
struct Listener {
    plugin_id: String,
    key: String,
    names: HashSet<String>,
}

async fn listeners(app: &App) -> Result<Vec<Listener>> {
    let mut found = vec![];
    for plugin in app.plugins.all() {
        let Implementation::Snapin(snapin) = &plugin.implementation else { continue };
        let id = &plugin.manifest.id;
        if !app.plugin_enabled(id).await? {
            continue;
        }
        // Wrong settings are complained of where they are saved, one that hangs where that is found out.
        let ctx = app.plugin_ctx(id, Default::default()).await?;
        let Ok(all) = app.subscribers_of(id, snapin, ctx).await else { continue };
        found.extend(all.into_iter().filter_map(|subscriber| listener(id, subscriber)));
    }
    Ok(found)
}

fn listener(plugin_id: &str, subscriber: Subscriber) -> Option<Listener> {
    let transient = |name: &String| row(name).is_some_and(|row| row.transient);
    let names: HashSet<String> = subscriber.events.into_iter().filter(transient).collect();
    (!names.is_empty()).then(|| Listener { plugin_id: plugin_id.to_owned(), key: subscriber.key, names })
}

/// Tells what waits until `stop`: each listener in its own task, so that one that hangs holds up no other.
pub async fn run(app: Arc<App>, stop: CancellationToken) {
    let tasks = TaskTracker::new();
    let mut desks: BTreeMap<(String, String), mpsc::Sender<EventEnvelope>> = BTreeMap::new();
    let (mut found, mut look) = (vec![], Instant::now());
    while !stop.is_cancelled() {
        if Instant::now() >= look {
            match listeners(&app).await {
                Ok(now) => {
                    app.signals.listened(&now);
                    desks.retain(|id, _| now.iter().any(|l| (&l.plugin_id, &l.key) == (&id.0, &id.1)));
                    found = now;
                }
                Err(error) => tracing::warn!(%error, "transient events are told to who listened before"),
            }
            look = Instant::now() + FRESH;
        }
        for signal in app.signals.take() {
            for listener in found.iter().filter(|l| l.names.contains(&signal.name)) {
                let id = (listener.plugin_id.clone(), listener.key.clone());
                let desk = desks.entry(id).or_insert_with(|| desk(&app, listener, &tasks));
                if desk.try_send(signal.clone()).is_err() {
                    app.signals.drop_one(subscriber_id(&listener.plugin_id, &listener.key));
                    tracing::debug!(plugin = listener.plugin_id, signal = signal.name, "a signal was dropped");
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = app.signals.wake.notified() => {}
            () = tokio::time::sleep(FRESH) => {}
        }
    }
    drop(desks);
    tasks.close();
    tasks.wait().await;
}

fn desk(app: &Arc<App>, listener: &Listener, tasks: &TaskTracker) -> mpsc::Sender<EventEnvelope> {
    let (sender, mut queue) = mpsc::channel(QUEUE);
    let (app, listener) = (app.clone(), listener.clone());
    tasks.spawn(async move {
        while let Some(signal) = queue.recv().await {
            deliver(&app, &listener, &signal).await;
        }
    });
    sender
}

async fn deliver(app: &App, listener: &Listener, signal: &EventEnvelope) {
    let id = listener.plugin_id.as_str();
    let told = async {
        let snapin = app.plugins.snapin(id)?;
        let ctx = app.plugin_ctx(id, Default::default()).await?;
        let (key, signal) = (listener.key.clone(), signal.clone());
        let call = plugins::Call::new(id, "on_event", app.options.delivery_timeout)
            .argument(serde_json::Value::String(signal.name.clone()));
        let hear = move |ctx| async move { snapin.on_event(&ctx, &key, &signal).await };
        Ok::<_, crate::AppError>(app.call_plugin(call, &ctx, hear).await?)
    };
    if let Err(error) = told.await {
        tracing::info!(plugin = id, signal = signal.name, %error, "a signal was not heard");
    }
}

/// Tells what waits and returns; for tests and commands.
pub async fn drain(app: &App) -> Result<()> {
    loop {
        let waiting = app.signals.take();
        if waiting.is_empty() {
            return Ok(());
        }
        let found = listeners(app).await?;
        for signal in waiting {
            for listener in found.iter().filter(|l| l.names.contains(&signal.name)) {
                deliver(app, listener, &signal).await;
            }
        }
    }
}
