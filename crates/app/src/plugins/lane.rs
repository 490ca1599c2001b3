//! Where the code of a plugin runs: on threads of its own, so that one that blocks, spins or panics
//! takes nobody else's time. A thread cannot be stopped from outside: one that never comes back is left
//! alone and counted, and after a few of them the plugin is not called on this node until it restarts.

use innkeeper_db::PgPool;
use innkeeper_plugin_api::{Http, PluginError};
use std::{
    any::Any,
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::Semaphore,
};

use super::lines::{Bucket, Lines};

/// Threads that run the calls of one plugin.
const WORKERS: usize = 2;
/// Threads that answer questions which are no calls, and look names up.
const QUESTIONS: usize = 8;
/// Calls of one plugin at once; more are refused right away.
const CALLS: usize = 256;
/// Statements of one plugin's store and host at once.
const QUERIES: usize = 2;
/// So many threads that did not come back, and the plugin is off.
const MOST_STUCK: usize = 8;
/// Calls a second that are written down one by one.
const WRITTEN: (u64, u64) = (20, 300);

/// What a plugin said of itself when it was asked, or why it did not, and when.
pub(crate) type Said = (Instant, Result<Arc<dyn Any + Send + Sync>, PluginError>);

/// The threads of one plugin.
pub(crate) struct Lane {
    pub id: String,
    pub calls: Arc<Semaphore>,
    pub questions: Arc<Semaphore>,
    pub queries: Arc<Semaphore>,
    pub lines: Arc<Lines>,
    pub level: AtomicU8,
    pub written: Bucket,
    pub said: Mutex<HashMap<&'static str, Said>>,
    pool: PgPool,
    patience: Duration,
    running: Mutex<Option<Running>>,
    made: AtomicUsize,
    stuck: AtomicUsize,
    off: AtomicBool,
}

struct Running {
    runtime: Runtime,
    http: Http,
    number: usize,
    stuck: usize,
}

/// A place on a plugin's threads.
pub(crate) struct Entered {
    pub handle: Handle,
    pub http: Http,
    /// Which set of threads it is.
    pub number: usize,
}

/// How a plugin stands on this node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodeState {
    /// Calls under way.
    pub under_way: usize,
    /// Threads that did not come back.
    pub stuck: usize,
    /// Is it not called any more, because too many did not?
    pub off: bool,
}

impl Lane {
    /// No thread is started before the first call.
    pub fn new(id: String, pool: PgPool, patience: Duration) -> Self {
        Self {
            id,
            calls: Arc::new(Semaphore::new(CALLS)),
            questions: Arc::new(Semaphore::new(QUESTIONS)),
            queries: Arc::new(Semaphore::new(QUERIES)),
            lines: Arc::default(),
            level: AtomicU8::new(3),
            written: Bucket::new(WRITTEN.0, WRITTEN.1),
            said: Mutex::default(),
            pool,
            patience,
            running: Mutex::new(None),
            made: AtomicUsize::new(0),
            stuck: AtomicUsize::new(0),
            off: AtomicBool::new(false),
        }
    }

    /// The plugin's threads; they are started if need be. `Temporary` if it is off on this node.
    pub fn enter(&self) -> Result<Entered, PluginError> {
        if self.off.load(Ordering::Relaxed) {
            return Err(PluginError::temporary(format!(
                "{} is not called on this node any more: {MOST_STUCK} of its threads never came back; restart the node",
                self.id
            )));
        }
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let now = match running.take() {
            Some(now) => now,
            None => self.start()?,
        };
        let entered = Entered { handle: now.runtime.handle().clone(), http: now.http.clone(), number: now.number };
        *running = Some(now);
        Ok(entered)
    }

    fn start(&self) -> Result<Running, PluginError> {
        let lines = self.lines.clone();
        let runtime = Builder::new_multi_thread()
            .worker_threads(WORKERS)
            .max_blocking_threads(QUESTIONS * 2)
            .thread_name(self.id.clone())
            .on_thread_start(move || lines.own_thread())
            .enable_all()
            .build()
            .map_err(|e| PluginError::temporary(format!("no threads can be started for {}: {e}", self.id)))?;
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        Ok(Running { runtime, http: Http::new(self.patience), number, stuck: 0 })
    }

    /// A thread of the set `number` did not come back. If it was the last that ran calls, the next call gets new ones.
    pub async fn lose_thread(&self, number: usize, ran_calls: bool) {
        {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(mut now) = running.take() {
                now.stuck += usize::from(ran_calls && now.number == number);
                if now.stuck < WORKERS {
                    *running = Some(now);
                } else {
                    now.runtime.shutdown_background();
                }
            }
        }
        let stuck = self.stuck.fetch_add(1, Ordering::Relaxed) + 1;
        tracing::error!(plugin = self.id, stuck, "a thread of a plugin did not come back");
        if stuck >= MOST_STUCK && !self.off.swap(true, Ordering::Relaxed) {
            self.tell_staff().await;
        }
    }

    /// One of them came back after all.
    pub fn regain_thread(&self) {
        self.stuck.fetch_sub(1, Ordering::Relaxed);
    }

    async fn tell_staff(&self) {
        let title = format!("{} is off on one node", self.id);
        let text = format!(
            "{MOST_STUCK} of its threads were given work and never came back, so it is not called there any more. \
             Restart that node, and tell the plugin's author."
        );
        let told = async {
            let mut conn = self.pool.acquire().await?;
            innkeeper_db::todos::put(&mut conn, &self.id, "innkeeper:stuck", &title, &text).await
        };
        if let Err(error) = told.await {
            tracing::error!(plugin = self.id, %error, "staff cannot be told of a plugin that is off");
        }
    }

    /// How it stands on this node.
    pub fn state(&self) -> NodeState {
        NodeState {
            under_way: CALLS.saturating_sub(self.calls.available_permits()),
            stuck: self.stuck.load(Ordering::Relaxed),
            off: self.off.load(Ordering::Relaxed),
        }
    }

    /// Sets what is kept of its calls and lines, 0 to 4.
    pub fn set_level(&self, level: u8) {
        self.level.store(level, Ordering::Relaxed);
        self.lines.set_level(level);
    }
}

impl Drop for Lane {
    /// A runtime must not wait for its threads where others run.
    fn drop(&mut self) {
        let running = self.running.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = running.take() {
            running.runtime.shutdown_background();
        }
    }
}
