#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use axum::{body::Body, http::Request};
use innkeeper_app::{
    Options,
    clock::SystemClock,
    plugins::{Call, ProgramLevel, Registry as Plugins},
    secrets::Cipher,
};
use innkeeper_mail::MemoryTransport;
use innkeeper_plugin_api::{
    EventEnvelope, Implementation, Manifest, Plugin, PluginCtx, PluginError, Schemas, Snapin, Subscriber,
};
use innkeeper_site::{AppState, WebOptions};
use innkeeper_testkit::TestDb;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::Notify;
use tower::ServiceExt as _;

#[test]
fn what_staff_set_comes_after_what_is_configured() {
    let mut levels = LogLevels::default();
    assert_eq!(directives("info", &levels), "info");
    levels.program = Some(ProgramLevel { level: "debug".into(), until: None });
    let filter = EnvFilter::try_new(directives("sqlx=warn,info", &levels)).unwrap();
    assert_eq!(filter.max_level_hint(), Some(LevelFilter::DEBUG));
    assert!(filter.to_string().contains("sqlx=warn"));
}

/// Where the lines go.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    fn lines_with(&self, text: &str) -> usize {
        String::from_utf8_lossy(&self.0.lock().unwrap()).lines().filter(|line| line.contains(text)).count()
    }
}

impl Write for Paper {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

struct Chatty;

#[innkeeper_plugin_api::async_trait]
impl Snapin for Chatty {
    fn subscribers(&self, _: &PluginCtx) -> std::result::Result<Vec<Subscriber>, PluginError> {
        Ok(vec![])
    }
    async fn on_event(&self, _: &PluginCtx, _: &str, _: &EventEnvelope) -> std::result::Result<(), PluginError> {
        Ok(())
    }
}

/// The database of an application with one plugin, and the application.
async fn app() -> (TestDb, Arc<App>) {
    let db = TestDb::new().await;
    let (id, schemas) = ("chatty".to_owned(), Schemas::default());
    let manifest =
        Manifest { name: id.clone(), id, version: "1".into(), description: String::new(), links: vec![], schemas };
    let plugins = Plugins::new([Plugin::new(manifest, Implementation::Snapin(Arc::new(Chatty)))]).unwrap();
    let options = Options {
        base_url: "https://host.example".into(),
        plugin_timeout: Duration::from_secs(60),
        delivery_timeout: Duration::from_secs(60),
        request_lease: Duration::from_secs(60),
        blind_retry: false,
        vies_url: "http://127.0.0.1:9/vies".to_owned(),
        rates_url: "http://127.0.0.1:9/rates".to_owned(),
    };
    let mail = Arc::new(MemoryTransport::default());
    let _ = rustls::crypto::ring::default_provider().install_default();
    let app = App::new(db.pool().clone(), Arc::new(SystemClock), Cipher::new(&[7; 32]), plugins, mail, options);
    (db, Arc::new(app))
}

/// The only test here that sets up the logs of its process.
#[tokio::test]
async fn a_plugin_that_floods_the_log_loses_its_lines_and_nobody_waits() {
    let paper = Paper::default();
    let writer = paper.clone();
    let (filter, _handle) = reload::Layer::new(EnvFilter::new("info"));
    tracing::subscriber::set_global_default(logs(filter, &LogFormat::Text, false, move || writer.clone())).unwrap();
    let (db, app) = app().await;
    let site = innkeeper_site::router(AppState::new(app.clone(), WebOptions::default()));

    let (flooded, stop) = (Arc::new(Notify::new()), Arc::new(AtomicBool::new(false)));
    let (told, stopped, begun, caller) = (flooded.clone(), stop.clone(), Instant::now(), app.clone());
    let flood = tokio::spawn(async move {
        let ctx = caller.plugin_ctx("chatty", Default::default()).await.unwrap();
        let chatter = move |_| async move {
            let mut said = 0_u64;
            while !stopped.load(Ordering::SeqCst) {
                tracing::warn!(said, "noise");
                said += 1;
                if said == 20_000 {
                    told.notify_one();
                }
            }
            Ok(said)
        };
        caller.call_plugin(Call::new("chatty", "chatter", Duration::from_secs(60)), &ctx, chatter).await
    });
    flooded.notified().await;
    for page in ["/livez", "/readyz", "/admin/login"] {
        let answer = site.clone().oneshot(Request::get(page).body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), 200, "{page}");
    }
    assert!(!flood.is_finished());
    tracing::warn!("a line of the program");
    stop.store(true, Ordering::SeqCst);
    let said = flood.await.unwrap().unwrap();

    let (written, seconds) = (paper.lines_with("noise"), begun.elapsed().as_secs());
    assert!(said >= 20_000 && written >= 200, "{written} of {said}");
    assert!(u64::try_from(written).unwrap() <= 200 + 50 * (seconds + 1), "{written} of {said} in {seconds} s");
    assert_eq!(paper.lines_with("a line of the program"), 1);
    app.write_calls().await;
    let dropped: i64 = sqlx::query_scalar("SELECT sum(lines)::bigint FROM plugin_lost WHERE plugin_id = 'chatty'")
        .fetch_one(db.pool())
        .await
        .unwrap();
    assert_eq!(u64::try_from(dropped).unwrap(), said - u64::try_from(written).unwrap());
}
