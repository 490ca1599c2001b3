//! Writes down what plugins were asked. Nobody waits for it: calls go into a queue of bounded length, and
//! one task writes them in batches. What does not fit is dropped and counted.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use innkeeper_db::{
    PgPool,
    plugin_calls::{self, Lost, NewCall, Pulse},
};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{mpsc, oneshot};

use super::lanes::Lanes;

/// Calls that wait to be written.
const QUEUE: usize = 1000;
/// Calls in one statement.
const BATCH: usize = 200;
/// A call is seen in the panel after this time at the latest.
const EVERY: Duration = Duration::from_millis(500);
/// Upper bounds of durations in milliseconds.
const BOUNDS: [i32; 16] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 60_000, i32::MAX];

type Key = (String, DateTime<Utc>, &'static str, &'static str, i32);

enum Message {
    Call(Box<NewCall>),
    Flush(oneshot::Sender<()>),
}

#[derive(Default)]
struct Counts {
    pulses: HashMap<Key, i64>,
    lost: HashMap<(String, DateTime<Utc>), i64>,
}

/// The queue and the counts of this process.
pub(crate) struct CallLog {
    pool: PgPool,
    lanes: Arc<Lanes>,
    counts: Arc<Mutex<Counts>>,
    queue: OnceLock<mpsc::Sender<Message>>,
    lost: Arc<AtomicU64>,
}

impl CallLog {
    /// Its task starts with the first call.
    pub fn new(pool: PgPool, lanes: Arc<Lanes>) -> Self {
        Self { pool, lanes, counts: Arc::default(), queue: OnceLock::new(), lost: Arc::default() }
    }

    /// Counts a call.
    pub fn count(&self, plugin: &str, operation: &'static str, outcome: &'static str, ms: u64, at: DateTime<Utc>) {
        let bound = BOUNDS.into_iter().find(|b| u64::try_from(*b).is_ok_and(|b| ms <= b)).unwrap_or(i32::MAX);
        let key = (plugin.to_owned(), minute(at), operation, outcome, bound);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.pulses.entry(key).or_default() += 1;
        drop(counts);
        self.queue();
    }

    /// Writes a call down, if there is room.
    pub fn write(&self, call: NewCall) {
        let (plugin, at) = (call.plugin_id.clone(), call.started_at);
        if self.queue().try_send(Message::Call(Box::new(call))).is_err() {
            self.lose(&plugin, at);
        }
    }

    /// Counts a call that is not written down.
    pub fn lose(&self, plugin: &str, at: DateTime<Utc>) {
        self.lost.fetch_add(1, Ordering::Relaxed);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.lost.entry((plugin.to_owned(), minute(at))).or_default() += 1;
    }

    /// Waits until everything up to now is written.
    pub async fn flush(&self) {
        let (done, written) = oneshot::channel();
        if self.queue().send(Message::Flush(done)).await.is_ok() {
            let _ = written.await;
        }
    }

    /// How many calls this process did not write down.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    fn queue(&self) -> &mpsc::Sender<Message> {
        self.queue.get_or_init(|| {
            let (sender, receiver) = mpsc::channel(QUEUE);
            let writer = Writer {
                pool: self.pool.clone(),
                lanes: self.lanes.clone(),
                counts: self.counts.clone(),
                lost: self.lost.clone(),
            };
            tokio::spawn(writer.run(receiver));
            sender
        })
    }
}

struct Writer {
    pool: PgPool,
    lanes: Arc<Lanes>,
    counts: Arc<Mutex<Counts>>,
    lost: Arc<AtomicU64>,
}

impl Writer {
    async fn run(self, mut queue: mpsc::Receiver<Message>) {
        let mut calls = vec![];
        let mut turn = tokio::time::interval(EVERY);
        turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let message = tokio::select! {
                message = queue.recv() => match message {
                    Some(message) => Some(message),
                    None => return self.write(&mut calls).await,
                },
                _ = turn.tick() => None,
            };
            match message {
                Some(Message::Call(call)) => {
                    calls.push(*call);
                    if calls.len() >= BATCH {
                        self.write(&mut calls).await;
                    }
                }
                Some(Message::Flush(done)) => {
                    self.write(&mut calls).await;
                    let _ = done.send(());
                }
                None => self.write(&mut calls).await,
            }
        }
    }

    async fn write(&self, calls: &mut Vec<NewCall>) {
        let calls = std::mem::take(calls);
        let counts = std::mem::take(&mut *self.counts.lock().unwrap_or_else(PoisonError::into_inner));
        let pulses: Vec<Pulse> = counts.pulses.into_iter().map(pulse).collect();
        let mut lost: Vec<Lost> = counts
            .lost
            .into_iter()
            .map(|((plugin_id, minute), calls)| Lost { plugin_id, minute, calls, lines: 0 })
            .collect();
        self.add_lines(&mut lost);
        if calls.is_empty() && pulses.is_empty() && lost.is_empty() {
            return;
        }
        let written = async {
            let mut conn = self.pool.acquire().await?;
            if !calls.is_empty() {
                plugin_calls::insert(&mut conn, &calls).await?;
            }
            if !pulses.is_empty() {
                plugin_calls::count(&mut conn, &pulses).await?;
            }
            if !lost.is_empty() {
                plugin_calls::lose(&mut conn, &lost).await?;
            }
            Ok::<(), innkeeper_db::Error>(())
        };
        if let Err(error) = written.await {
            self.lost.fetch_add(calls.len() as u64, Ordering::Relaxed);
            tracing::warn!(%error, calls = calls.len(), "calls of plugins could not be written down");
        }
    }

    /// Adds the log lines that plugins lost since the last time.
    fn add_lines(&self, lost: &mut Vec<Lost>) {
        let now = minute(Utc::now());
        for lane in self.lanes.all() {
            let lines = i64::try_from(lane.lines.take_dropped()).unwrap_or(i64::MAX);
            if lines == 0 {
                continue;
            }
            match lost.iter_mut().find(|l| l.plugin_id == lane.id && l.minute == now) {
                Some(one) => one.lines = lines,
                None => lost.push(Lost { plugin_id: lane.id.clone(), minute: now, calls: 0, lines }),
            }
        }
    }
}

fn pulse(((plugin_id, minute, operation, outcome, up_to_ms), calls): (Key, i64)) -> Pulse {
    Pulse { plugin_id, minute, operation: operation.to_owned(), outcome, up_to_ms, calls }
}

fn minute(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at)
}
