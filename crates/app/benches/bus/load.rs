//! A node with the subscribers, and what writes events.

use chrono::Utc;
use innkeeper_app::{
    Actor, App, Options,
    clock::SystemClock,
    events::{self, Pump},
    plugins::Registry,
    secrets::Cipher,
    signals,
};
use innkeeper_db::{PgPool, events::NewEvent};
use innkeeper_hooks::{Event, payloads::ClientUpdated};
use innkeeper_mail::MemoryTransport;
use innkeeper_plugin_api::{Implementation, Manifest, Plugin, Schemas};
use innkeeper_testkit::TestDb;
use serde_json::Value;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

use crate::ears::Ears;

/// Events written in one transaction.
const BATCH: usize = 1000;

pub(crate) struct Bench {
    pub(crate) app: Arc<App>,
    pub(crate) ears: Arc<Ears>,
    stop: CancellationToken,
    pump: tokio::task::JoinHandle<()>,
    db: TestDb,
}

impl Bench {
    pub(crate) async fn start(ears: Arc<Ears>) -> Self {
        let db = TestDb::new().await;
        let (id, schemas) = ("ears".to_owned(), Schemas::default());
        let manifest =
            Manifest { name: id.clone(), id, version: "1".into(), description: String::new(), links: vec![], schemas };
        let registry = Registry::new([Plugin::new(manifest, Implementation::Snapin(ears.clone()))]).unwrap();
        let options = Options {
            base_url: "http://localhost".into(),
            plugin_timeout: Duration::from_secs(5),
            delivery_timeout: Duration::from_secs(5),
            request_lease: Duration::from_secs(60),
            blind_retry: false,
            vies_url: "http://127.0.0.1:9/vies".to_owned(),
            rates_url: "http://127.0.0.1:9/rates".to_owned(),
        };
        let mail = Arc::new(MemoryTransport::default());
        let app = App::new(db.pool().clone(), Arc::new(SystemClock), Cipher::new(&[7; 32]), registry, mail, options);
        let (app, stop) = (Arc::new(app), CancellationToken::new());
        events::sync(&app).await.unwrap();
        let pump = tokio::spawn(Pump::new(app.clone()).run(Duration::from_millis(500), stop.clone()));
        tokio::spawn(signals::run(app.clone(), stop.clone()));
        Self { app, ears, stop, pump, db }
    }

    /// Events in batches, event `n` about thing `n % things`.
    pub(crate) async fn write(&self, events: usize, things: usize) {
        let payload = payload();
        for first in (0..events).step_by(BATCH) {
            let batch: Vec<NewEvent<'_>> =
                (first..events.min(first + BATCH)).map(|n| event(n % things, &payload)).collect();
            let mut tx = self.db.pool().begin().await.unwrap();
            innkeeper_db::events::insert_all(&mut tx, &batch).await.unwrap();
            tx.commit().await.unwrap();
        }
    }

    /// One event at a time, each about a thing of its own, through the use cases' own way; when each was committed.
    pub(crate) async fn drip(&self, events: usize, every: Duration) -> Vec<Instant> {
        let (actor, mut tick, mut commits) = (Actor::system("bench"), tokio::time::interval(every), vec![]);
        for thing in 0..events {
            tick.tick().await;
            let mut tx = self.app.begin(&actor).await.unwrap();
            let client_id = i64::try_from(thing).unwrap().into();
            tx.emit(&ClientUpdated::part(client_id, "contacts")).await.unwrap();
            tx.commit().await.unwrap();
            commits.push(Instant::now());
        }
        commits
    }

    /// Rows that deliveries left behind, and those of the log of calls.
    pub(crate) async fn rows(&self) -> (i64, i64) {
        self.app.write_calls().await;
        sqlx::query_as("SELECT (SELECT count(*) FROM delivery), (SELECT count(*) FROM plugin_call)")
            .fetch_one(self.db.pool())
            .await
            .unwrap()
    }

    pub(crate) async fn stop(self) {
        self.stop.cancel();
        // The one that hangs is not waited for.
        self.pump.abort();
        let _ = self.pump.await;
    }
}

fn payload() -> Value {
    serde_json::to_value(ClientUpdated::part(17.into(), "contacts")).unwrap()
}

fn event(thing: usize, payload: &Value) -> NewEvent<'_> {
    NewEvent {
        name: ClientUpdated::NAME,
        version: 1,
        aggregate: "client",
        aggregate_id: i64::try_from(thing).unwrap(),
        payload,
        actor: "system:bench",
        request_id: "",
        now: Utc::now(),
    }
}

/// How long the same rows take in the same batches, into a table like that of the events and nothing else.
pub(crate) async fn plain(events: usize) -> Duration {
    let db = TestDb::new().await;
    let pool: &PgPool = db.pool();
    sqlx::query("CREATE TABLE plain (LIKE event INCLUDING ALL)").execute(pool).await.unwrap();
    let (payload, things) = (payload(), (events / 20).max(1));
    let begun = Instant::now();
    for first in (0..events).step_by(BATCH) {
        let numbers: Vec<usize> = (first..events.min(first + BATCH)).collect();
        let ids: Vec<i64> = numbers.iter().map(|n| i64::try_from(n % things).unwrap()).collect();
        let sequences: Vec<i64> = numbers.iter().map(|n| i64::try_from(n / things + 1).unwrap()).collect();
        let mut tx = pool.begin().await.unwrap();
        sqlx::query(
            "INSERT INTO plain (aggregate, aggregate_id, sequence, name, payload, actor, occurred_at)
             SELECT 'client', id, sequence, $3, payload, 'system:bench', now()
             FROM unnest($1::bigint[], $2::bigint[], $4::jsonb[]) AS new (id, sequence, payload)",
        )
        .bind(&ids)
        .bind(&sequences)
        .bind(ClientUpdated::NAME)
        .bind(vec![&payload; ids.len()])
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }
    begun.elapsed()
}

/// Of sorted times.
pub(crate) fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}
