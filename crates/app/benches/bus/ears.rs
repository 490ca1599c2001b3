//! The subscribers of the benchmark, each with its own record.

use innkeeper_plugin_api::*;
use std::{
    collections::HashMap,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// Subscribers that do their work.
pub(crate) const HEALTHY: usize = 18;
/// How often the end is looked for.
const LOOK: Duration = Duration::from_millis(5);

/// What one of them heard.
struct Record {
    /// The number last heard of each thing.
    last: Vec<AtomicU32>,
    /// When it first heard of each thing.
    first: Vec<OnceLock<Instant>>,
    heard: AtomicUsize,
    disorder: AtomicUsize,
    twice: AtomicUsize,
}

/// The snapin `ears`.
pub(crate) struct Ears {
    records: HashMap<String, Record>,
    bad: bool,
    failed: AtomicUsize,
    hung: AtomicUsize,
}

/// What the healthy ones lost and heard wrongly, all together.
pub(crate) struct Sum {
    pub(crate) lost: usize,
    pub(crate) disorder: usize,
    pub(crate) twice: usize,
}

impl Ears {
    pub(crate) fn new(things: usize, bad: bool) -> Arc<Self> {
        let record = || Record {
            last: (0..things).map(|_| AtomicU32::new(0)).collect(),
            first: (0..things).map(|_| OnceLock::new()).collect(),
            heard: AtomicUsize::new(0),
            disorder: AtomicUsize::new(0),
            twice: AtomicUsize::new(0),
        };
        let records = (0..HEALTHY).map(|n| (format!("healthy-{n:02}"), record())).collect();
        Arc::new(Self { records, bad, failed: AtomicUsize::new(0), hung: AtomicUsize::new(0) })
    }

    /// Waits until every healthy one has heard so many different events.
    pub(crate) async fn all_heard(&self, events: usize) {
        while self.records.values().any(|record| record.heard.load(Relaxed) < events) {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Event `n` is about thing `n % things`.
    pub(crate) fn record(&self, events: usize, things: usize) -> Sum {
        let mut sum = Sum { lost: 0, disorder: 0, twice: 0 };
        for record in self.records.values() {
            for (thing, last) in record.last.iter().enumerate() {
                let told = events / things + usize::from(thing < events % things);
                sum.lost += told.saturating_sub(usize::try_from(last.load(Relaxed)).unwrap());
            }
            sum.disorder += record.disorder.load(Relaxed);
            sum.twice += record.twice.load(Relaxed);
        }
        sum
    }

    pub(crate) fn attempts(&self) -> (usize, usize) {
        (self.failed.load(Relaxed), self.hung.load(Relaxed))
    }

    /// From each commit to each healthy handler.
    pub(crate) fn delays(&self, commits: &[Instant]) -> Vec<Duration> {
        let of = |record: &Record| -> Vec<Duration> {
            let heard = record.first.iter().zip(commits);
            heard.map(|(at, commit)| at.get().unwrap().saturating_duration_since(*commit)).collect()
        };
        self.records.values().flat_map(of).collect()
    }
}

#[async_trait]
impl Snapin for Ears {
    fn subscribers(&self, _: &PluginCtx) -> Result<Vec<Subscriber>, PluginError> {
        let bad: &[&str] = if self.bad { &["fails", "hangs"] } else { &[] };
        let keys = self.records.keys().map(String::as_str).chain(bad.iter().copied());
        Ok(keys.map(|key| Subscriber { key: key.into(), label: key.into(), events: vec![] }).collect())
    }

    async fn on_event(&self, _: &PluginCtx, key: &str, event: &EventEnvelope) -> Result<(), PluginError> {
        let Some(record) = self.records.get(key) else {
            if key == "fails" {
                self.failed.fetch_add(1, Relaxed);
                return Err(PluginError::temporary("always"));
            }
            self.hung.fetch_add(1, Relaxed);
            return std::future::pending().await;
        };
        let (thing, number) = (usize::try_from(event.aggregate_id).unwrap(), u32::try_from(event.sequence).unwrap());
        record.first[thing].get_or_init(Instant::now);
        match number.cmp(&(record.last[thing].load(Relaxed) + 1)) {
            std::cmp::Ordering::Equal => {
                record.last[thing].store(number, Relaxed);
                record.heard.fetch_add(1, Relaxed);
            }
            std::cmp::Ordering::Less => drop(record.twice.fetch_add(1, Relaxed)),
            std::cmp::Ordering::Greater => drop(record.disorder.fetch_add(1, Relaxed)),
        }
        Ok(())
    }
}
