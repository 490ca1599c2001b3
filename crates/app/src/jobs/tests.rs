//! A job with a key, and whoever asks for it while it waits or runs.

use futures_util::{FutureExt as _, future::BoxFuture};
use innkeeper_queue::{Claimed, Failure, Handler, NewJob, run_until_idle};
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::{Actor, App, testing::TestApp};

const LEASE: Duration = Duration::from_secs(60);

fn job() -> NewJob {
    NewJob::new("count", json!({})).unique("count")
}

async fn ask(app: &App) {
    let actor = Actor::system("test");
    let mut tx = app.begin(&actor).await.unwrap();
    tx.enqueue(&job()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Counts its runs; somebody asks for another one during the first.
struct AskedAgain {
    app: Arc<App>,
    runs: AtomicUsize,
    ends: fn() -> Result<(), Failure>,
}

impl Handler for AskedAgain {
    fn run<'a>(&'a self, _: &'a Claimed) -> BoxFuture<'a, Result<(), Failure>> {
        async move {
            if self.runs.fetch_add(1, Ordering::SeqCst) == 0 {
                ask(&self.app).await;
                return (self.ends)();
            }
            Ok(())
        }
        .boxed()
    }
}

async fn runs(ends: fn() -> Result<(), Failure>) -> (usize, String) {
    let test = TestApp::new().await;
    ask(&test.app).await;
    let handler = Arc::new(AskedAgain { app: test.app.clone(), runs: AtomicUsize::new(0), ends });
    let work: Arc<dyn Handler> = handler.clone();
    run_until_idle(test.pool(), &work, LEASE).await.unwrap();
    let states = sqlx::query_scalar("SELECT string_agg(state, ' ') FROM job").fetch_one(test.pool()).await.unwrap();
    (handler.runs.load(Ordering::SeqCst), states)
}

#[tokio::test]
async fn asked_for_while_it_runs_it_runs_once_more() {
    let done = (2, "done".to_owned());
    assert_eq!(runs(|| Ok(())).await, done);
    assert_eq!(runs(|| Err(Failure::Retry("not yet".into(), Some(LEASE)))).await, done, "at once, not after the delay");
    assert_eq!(runs(|| Err(Failure::Dead("never".into()))).await, done);
}

#[tokio::test]
async fn one_that_waits_does_not_start_before_the_asker_has_committed() {
    let test = TestApp::new().await;
    ask(&test.app).await;
    let actor = Actor::system("test");
    let mut tx = test.app.begin(&actor).await.unwrap();
    tx.enqueue(&job()).await.unwrap();
    let handler: Arc<dyn Handler> =
        Arc::new(AskedAgain { app: test.app.clone(), runs: AtomicUsize::new(1), ends: || Ok(()) });
    assert_eq!(run_until_idle(test.pool(), &handler, LEASE).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(run_until_idle(test.pool(), &handler, LEASE).await.unwrap(), 1);
}
