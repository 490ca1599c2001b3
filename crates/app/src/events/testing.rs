//! A snapin whose listeners do as they are told, and keep a record of what they heard.

use innkeeper_db::events::{self, NewEvent};
use innkeeper_plugin_api::*;
use serde_json::json;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use tokio::sync::{Semaphore, mpsc};

use crate::{plugins::Registry, testing::TestApp};

/// What a listener does with an event.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Take,
    Fail,
    Panic,
    /// Never answers.
    Hang,
    /// Answers when it gets a permit.
    Wait(Arc<Semaphore>),
}

/// What was heard: by whom, of which thing, its number.
pub(super) type Heard = (String, i64, i64);

type Judge = dyn Fn(&str, i64, i64) -> Act + Send + Sync;

/// The snapin `ears`.
pub(super) struct Ears {
    subscribers: Vec<Subscriber>,
    judge: Mutex<Arc<Judge>>,
    /// Every call, as it begins.
    calls: mpsc::UnboundedSender<Heard>,
    /// What was taken.
    taken: Mutex<Vec<Heard>>,
}

#[async_trait]
impl Snapin for Ears {
    fn subscribers(&self, _: &PluginCtx) -> Result<Vec<Subscriber>, PluginError> {
        Ok(self.subscribers.clone())
    }
    async fn on_event(&self, _: &PluginCtx, key: &str, event: &EventEnvelope) -> Result<(), PluginError> {
        let heard = (key.to_owned(), event.aggregate_id, event.sequence);
        let judge = self.judge.lock().unwrap().clone();
        // Not every test follows the calls.
        let _ = self.calls.send(heard.clone());
        match judge(key, event.aggregate_id, event.sequence) {
            Act::Take => {}
            Act::Fail => return Err(PluginError::temporary("not today")),
            Act::Panic => panic!("as told"),
            Act::Hang => std::future::pending().await,
            Act::Wait(gate) => gate.acquire().await.unwrap().forget(),
        }
        self.taken.lock().unwrap().push(heard);
        Ok(())
    }
}

impl Ears {
    /// From now on.
    pub(super) fn act(&self, judge: impl Fn(&str, i64, i64) -> Act + Send + Sync + 'static) {
        *self.judge.lock().unwrap() = Arc::new(judge);
    }
    /// What a listener took: the numbers of each thing in the order of their coming.
    pub(super) fn taken(&self, key: &str) -> HashMap<i64, Vec<i64>> {
        let mut by_thing: HashMap<i64, Vec<i64>> = HashMap::new();
        for (_, thing, number) in self.taken.lock().unwrap().iter().filter(|(by, ..)| by == key) {
            by_thing.entry(*thing).or_default().push(*number);
        }
        by_thing
    }
    pub(super) fn forget(&self) {
        self.taken.lock().unwrap().clear();
    }
}

/// An application whose snapin `ears` has listeners, each with the names it asks for.
pub(super) async fn listening(ears: &[(&str, &[&str])]) -> (TestApp, Arc<Ears>, mpsc::UnboundedReceiver<Heard>) {
    let subscriber = |(key, names): &(&str, &[&str])| Subscriber {
        key: (*key).into(),
        label: (*key).into(),
        events: names.iter().map(|&name| name.into()).collect(),
    };
    let (calls, heard) = mpsc::unbounded_channel();
    let judge: Arc<Judge> = Arc::new(|_, _, _| Act::Take);
    let subscribers = ears.iter().map(subscriber).collect();
    let ears = Arc::new(Ears { subscribers, judge: Mutex::new(judge), calls, taken: Mutex::default() });
    let app = TestApp::with(registry(&ears)).await;
    super::sync(&app).await.unwrap();
    (app, ears, heard)
}

/// The plugins of another node.
pub(super) fn registry(ears: &Arc<Ears>) -> Registry {
    let (id, schemas) = ("ears".to_owned(), Schemas::default());
    let manifest =
        Manifest { name: id.clone(), id, version: "1".into(), description: String::new(), links: vec![], schemas };
    Registry::new([Plugin::new(manifest, Implementation::Snapin(ears.clone()))]).unwrap()
}

/// Writes events called `Test-Event` about these things, in one transaction.
pub(super) async fn tell(app: &TestApp, things: impl IntoIterator<Item = i64>) {
    let mut tx = app.pool().begin().await.unwrap();
    for thing in things {
        tell_in(&mut tx, "Test-Event", thing).await;
    }
    tx.commit().await.unwrap();
    app.event_wake.notify_one();
}

pub(super) async fn tell_in(conn: &mut innkeeper_db::PgConnection, name: &str, thing: i64) {
    let payload = json!({ "thing": thing });
    let event = NewEvent {
        name,
        version: 1,
        aggregate: "thing",
        aggregate_id: thing,
        payload: &payload,
        actor: "system:test",
        request_id: "",
        now: chrono::Utc::now(),
    };
    events::insert(conn, &event).await.unwrap();
}

impl TestApp {
    /// Makes everything that waits for a later time due now.
    pub(super) async fn hurry(&self) {
        self.sql("UPDATE delivery SET run_at = now() WHERE state = 'pending' AND run_at IS NOT NULL").await;
        self.sql("UPDATE subscriber SET retry_at = now() WHERE retry_at IS NOT NULL").await;
    }
    pub(super) async fn sql(&self, sql: &'static str) {
        sqlx::query(sql).execute(self.pool()).await.unwrap();
    }
    pub(super) async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(self.pool()).await.unwrap()
    }
    /// What must hold holds.
    pub(super) async fn is_sound(&self) {
        let broken: Vec<String> =
            sqlx::query_scalar("SELECT rule || ': ' || detail FROM event_violations(now() + interval '1 hour')")
                .fetch_all(self.pool())
                .await
                .unwrap();
        assert_eq!(broken, [""; 0]);
    }
}
