//! Plugins at their worst. In each test a page is asked for while the plugin is still at it; that the
//! page answers first is the order of things in the test, not a matter of seconds.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod house;
#[path = "../support/mod.rs"]
mod support;

use house::{BRIEF, Gate, House, ID, Manner, PATIENCE};
use innkeeper_app::plugins::{self, Call, Change};
use innkeeper_app::{Actor, AppError};
use innkeeper_domain::PluginCallId;
use innkeeper_plugin_api::{server::RemotePlan, *};
use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::{Notify, mpsc},
};

type Deed = Pin<Box<dyn Future<Output = Result<String, PluginError>> + Send>>;

#[tokio::test]
async fn one_that_panics_breaks_its_own_call() {
    let mut house = House::with(Manner::Panics).await;
    let at_once: fn(PluginCtx) -> Deed = |_| panic!("before it begins");
    assert_eq!(house.call("at_once", at_once).await.unwrap_err().kind, ErrorKind::Unknown);
    let later = |_: PluginCtx| async {
        tokio::task::yield_now().await;
        if true {
            panic!("in the middle");
        }
        Ok(())
    };
    assert_eq!(house.call("later", later).await.unwrap_err().kind, ErrorKind::Unknown);
    let product = house.site.visitor().get("/order/thing").await;
    assert!(!product.status.is_success() && product.body.contains("</html>"), "{}", product.status);
    house.pages_answer().await;
    assert_eq!(house.staff.get("/admin/plugins/server-stubborn/overview").await.status, 200);
    assert_eq!(house.outcomes().await, ["panic", "panic"]);
}

#[tokio::test]
async fn one_that_blocks_its_thread_holds_up_nobody() {
    let mut house = House::with(Manner::Fine).await;
    let gate = house.gate.clone();
    let stuck = house.call_within(BRIEF, "stuck", move |_| async move {
        gate.block();
        Ok(())
    });
    let error = stuck.await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unknown);
    // It is still stuck: the gate is closed.
    house.pages_answer().await;
    let answer = house.call("another", |_| async { Ok("done") }).await.unwrap();
    assert_eq!(answer, "done", "its second thread answers");
    assert_eq!(house.outcomes().await, ["ok", "timeout"]);
}

#[tokio::test]
async fn one_that_waits_for_ever_is_given_up() {
    let mut house = House::with(Manner::Fine).await;
    let gate = house.gate.clone();
    let waits = house.call_aside("waits", move |_| async move {
        gate.reached.notify_one();
        std::future::pending::<Result<(), PluginError>>().await
    });
    house.gate.reached.notified().await;
    house.pages_answer().await;
    assert!(!waits.is_finished());
    waits.abort();
    let asleep = house.call_within(BRIEF, "asleep", |_| std::future::pending::<Result<(), PluginError>>()).await;
    assert_eq!(asleep.unwrap_err().kind, ErrorKind::Unknown);
    house.pages_answer().await;
    assert_eq!(house.outcomes().await, ["timeout"]);
}

#[tokio::test]
async fn after_too_many_lost_threads_it_is_off_and_staff_are_told() {
    let mut house = House::with(Manner::Fine).await;
    let state = loop {
        let gate = house.gate.clone();
        let lost = house.call_within(BRIEF, "stuck", move |_| async move {
            gate.block();
            Ok(())
        });
        lost.await.unwrap_err();
        let (health, _) = plugins::plugin_health(&house.site.app, &Actor::system("test"), ID).await.unwrap();
        if health.node.off {
            break health.node;
        }
    };
    assert!(state.stuck >= 8, "{state:?}");
    assert_eq!(house.call("more", |_| async { Ok(()) }).await.unwrap_err().kind, ErrorKind::Temporary);
    house.pages_answer().await;
    let todos = house.staff.get("/admin/plugins/todos").await;
    assert!(todos.body.contains("server-stubborn is off on one node"), "{}", todos.body);
    let done = house.staff.post("/admin/plugins/todos/1/done", &[]).await;
    assert_eq!(done.location(), "/admin/plugins/todos");
    assert!(house.staff.get("/admin/plugins/todos").await.body.contains("Nothing to do"));
}

#[tokio::test]
async fn one_that_hangs_when_asked_for_its_fields_leaves_other_pages_alone() {
    let mut house = House::with(Manner::Hangs).await;
    let mut visitor = house.site.visitor();
    let asking = tokio::spawn(async move { visitor.get("/order/thing").await });
    house.gate.reached.notified().await;
    house.pages_answer().await;
    assert!(!asking.await.unwrap().status.is_success());
    // Nobody waits for it a second time: the answer that it hangs is remembered.
    let visits = house.gate.visits.load(Ordering::SeqCst);
    let again = house.site.visitor().get("/order/thing").await;
    assert!(!again.status.is_success());
    assert_eq!(house.gate.visits.load(Ordering::SeqCst), visits);
}

#[tokio::test]
async fn an_answer_of_100_mb_is_refused_before_anybody_reads_it() {
    let mut house = House::with(Manner::Fine).await;
    let text = house.call("text", |_| async { Ok("x".repeat(100 << 20)) }).await.unwrap_err();
    assert!(text.detail.contains("longer than 8 MiB"), "{text}");
    let list =
        house.call("list", |_| async { Ok(vec![RemotePlan { id: "x".repeat(1000), label: "y".into() }; 100_000]) });
    assert_eq!(list.await.unwrap_err().kind, ErrorKind::Unknown);
    let view = house.call("view", |_| async { Ok(View { blocks: vec![Block::Text("x".repeat(100 << 20))] }) });
    assert!(view.await.is_err());
    let error = house.call("error", |_| async { Err::<(), _>(PluginError::declined("x".repeat(100 << 20))) }).await;
    assert!(error.unwrap_err().detail.len() <= 8 << 10);
    house.pages_answer().await;
    assert_eq!(house.outcomes().await, ["declined", "too_large", "too_large", "too_large"]);
}

/// Takes as long to look at as the test likes.
struct Huge(Arc<Gate>);

impl std::fmt::Debug for Huge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.block();
        (0..100).try_for_each(|_| f.write_str(&"x".repeat(1 << 20)))
    }
}

#[tokio::test]
async fn an_answer_of_100_mb_is_measured_where_nobody_waits() {
    let mut house = House::with(Manner::Fine).await;
    let gate = house.gate.clone();
    let huge = house.call_aside("huge", move |_| async { Ok(Huge(gate)) });
    house.gate.reached.notified().await;
    house.pages_answer().await;
    assert!(!huge.is_finished());
    house.gate.open();
    let error = huge.await.unwrap().unwrap_err();
    assert!(error.detail.contains("longer than 8 MiB"), "{error}");
    assert_eq!(house.outcomes().await, ["too_large"]);
}

#[tokio::test]
async fn an_http_answer_of_100_mb_is_an_error() {
    let mut house = House::with(Manner::Fine).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (asked, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (told, wait) = (asked.clone(), go_on.clone());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n").await.unwrap();
        let part = vec![b'x'; 1 << 20];
        stream.write_all(&part).await.unwrap();
        told.notify_one();
        wait.notified().await;
        for _ in 1..100 {
            // Whoever has enough hangs up.
            if stream.write_all(&part).await.is_err() {
                break;
            }
        }
    });
    let fetch = house.call_aside("fetch", move |ctx| async move { ctx.http.send(Request::get(url)).await.map(drop) });
    asked.notified().await;
    house.pages_answer().await;
    assert!(!fetch.is_finished());
    go_on.notify_one();
    let error = fetch.await.unwrap().unwrap_err();
    assert!(error.detail.contains("longer than 8 MiB"), "{error}");
}

async fn serve(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

#[tokio::test]
async fn one_that_asks_the_host_without_end_runs_out_of_questions() {
    let mut house = House::with(Manner::Fine).await;
    let (gate, stop) = (house.gate.clone(), Arc::new(AtomicBool::new(false)));
    let stopped = stop.clone();
    let endless = house.call_aside("loop", move |ctx| async move {
        let (mut answered, mut refused) = (0, Ok(()));
        while !stopped.load(Ordering::SeqCst) {
            let put = ctx.store.put("n", serde_json::json!(1)).await;
            let asked = ctx.host.client(innkeeper_domain::ClientId(1)).await;
            answered += usize::from(put.is_ok()) + usize::from(asked.is_ok());
            if refused.is_ok() && put.and(asked.map(drop)).map_err(|e| refused = Err(e)).is_err() {
                gate.reached.notify_one();
            }
        }
        refused.map(|()| answered).map_err(|e| PluginError::declined(format!("{answered}: {}", e.detail)))
    });
    house.gate.reached.notified().await;
    // It goes on asking.
    house.pages_answer().await;
    assert!(!endless.is_finished());
    stop.store(true, Ordering::SeqCst);
    let error = endless.await.unwrap().unwrap_err();
    assert!(error.detail.starts_with("1000: ") && error.detail.contains("more than 1000 times"), "{error}");
}

#[tokio::test]
async fn one_that_calls_our_own_site_back_gets_its_answer() {
    let mut house = House::with(Manner::Fine).await;
    let url = serve(house.site.router()).await;
    // A page that in turn asks this very plugin.
    let page = format!("{url}/order/thing");
    let gate = house.gate.clone();
    let (called, again) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (told, wait) = (called.clone(), again.clone());
    let back = house.call_aside("back", move |ctx| async move {
        let first = ctx.http.send(Request::get(page)).await?;
        told.notify_one();
        wait.notified().await;
        let second = ctx.http.send(Request::get(format!("{url}/readyz"))).await?;
        gate.open();
        Ok((first.status, second.text().to_string()))
    });
    called.notified().await;
    house.pages_answer().await;
    again.notify_one();
    let (page, ready) = back.await.unwrap().unwrap();
    assert_eq!((page.as_u16(), ready.as_str()), (200, "ready\n"));
}

#[tokio::test]
async fn no_more_calls_at_once_than_are_good_for_anybody() {
    let mut house = House::with(Manner::Fine).await;
    let (begun, mut beginnings) = mpsc::unbounded_channel();
    let mut waiting = vec![];
    for _ in 0..256 {
        let (begun, release) = (begun.clone(), Arc::new(Notify::new()));
        let released = release.clone();
        let call = house.call_aside("waits", move |_| async move {
            begun.send(()).unwrap();
            released.notified().await;
            Ok(())
        });
        beginnings.recv().await.unwrap();
        waiting.push((call, release));
    }
    let full = house.call("one_more", |_| async { Ok(()) }).await.unwrap_err();
    assert_eq!(full.kind, ErrorKind::Temporary);
    assert!(full.detail.contains("too many calls"), "{full}");
    house.pages_answer().await;
    let (call, release) = waiting.pop().unwrap();
    release.notify_one();
    call.await.unwrap().unwrap();
    house.call("one_more", |_| async { Ok(()) }).await.unwrap();
    waiting.iter().for_each(|(call, _)| call.abort());
}

#[tokio::test]
async fn a_flood_of_calls_is_counted_but_not_all_written_down() {
    let mut house = House::with(Manner::Fine).await;
    for _ in 0..1000 {
        house.call("chatter", |_| async { Ok(()) }).await.unwrap();
    }
    house.site.app.write_calls().await;
    let (health, _) = plugins::plugin_health(&house.site.app, &Actor::system("test"), ID).await.unwrap();
    assert_eq!((health.day.calls, health.day.failed), (1000, 0));
    let kept = house.outcomes().await.len();
    assert!(kept < 1000 && health.lost_calls == 1000 - i64::try_from(kept).unwrap(), "{kept} {}", health.lost_calls);
    let page = house.staff.get("/admin/plugins/server-stubborn/overview").await;
    assert!(page.body.contains("were counted, but not written down"), "{}", page.body);
    house.pages_answer().await;
}

#[tokio::test]
async fn a_call_is_shown_without_its_secrets_and_asked_again() {
    let mut house = House::with(Manner::Fine).await;
    let url = serve(axum::Router::new().fallback(|| async {
        (axum::http::StatusCode::IM_A_TEAPOT, r#"{"session":"s","token":"t0k3n-of-theirs","said":"pa/ss w0rd"}"#)
    }))
    .await;
    let app = house.site.app.clone();
    let ctx = app.plugin_ctx(ID, Default::default()).await.unwrap();
    let secret = Secret::new("pa/ss w0rd".to_owned());
    let call = Call::new(ID, "status", PATIENCE).about("service", 1).hiding(Some(&secret));
    let asked = move |ctx: PluginCtx| async move {
        let request = Request::post(format!("{url}/x?key=abc&q=pa%2Fss+w0rd")).form([("pw", "pa/ss w0rd")]);
        ctx.http.send(request.header("authorization", "Bearer b34r3r")?).await?;
        Err::<(), _>(PluginError::declined("they did not like pa/ss w0rd"))
    };
    let error = app.call_plugin(call, &ctx, asked).await.unwrap_err();
    assert_eq!(error.detail, "they did not like •••");
    app.write_calls().await;
    let page = house.staff.get("/admin/plugins/server-stubborn/calls/1").await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("HTTP 418") && page.body.contains("•••"), "{}", page.body);
    for hidden in ["w0rd", "b34r3r", "t0k3n", "key=abc"] {
        assert!(!page.body.contains(hidden), "{hidden}: {}", page.body);
    }
    house.staff.post("/admin/servers/1/test", &[]).await;
    app.write_calls().await;
    let again = house.staff.post("/admin/plugins/server-stubborn/calls/2/repeat", &[]).await;
    assert_eq!(again.location(), "/admin/plugins/server-stubborn/calls/3", "{}", again.body);
    let blind = plugins::repeat_call(&app, &Actor::system("test"), ID, PluginCallId(1)).await;
    assert!(blind.is_err());
}

#[tokio::test]
async fn the_level_says_what_is_kept() {
    let mut house = House::with(Manner::Fine).await;
    let actor = Actor::system("test");
    for (level, kept) in [(0, 0), (1, 1), (2, 2), (4, 2)] {
        plugins::set_log_level(&house.site.app, &actor, Change::Plugin(ID.into(), level), Some(60)).await.unwrap();
        house.call("well", |_| async { Ok(()) }).await.unwrap();
        house.call("badly", |_| async { Err::<(), _>(PluginError::declined("no")) }).await.unwrap_err();
        assert_eq!(house.outcomes().await.len(), kept, "level {level}");
        sqlx::query("DELETE FROM plugin_call").execute(house.site.pool()).await.unwrap();
    }
    let wrong = plugins::set_log_level(&house.site.app, &actor, Change::Plugin(ID.into(), 5), None).await;
    assert!(matches!(wrong, Err(AppError::Invalid(_))));
    let page = house.staff.get("/admin/plugins/log-levels").await;
    assert!(page.body.contains(ID) && page.body.contains("as configured"), "{}", page.body);
    let posted = [("target", "sqlx"), ("level", "debug"), ("minutes", "60")];
    house.staff.post("/admin/plugins/log-levels", &posted).await;
    let levels = plugins::log_levels(&house.site.app, &actor).await.unwrap();
    assert_eq!(levels.directives(), "sqlx=debug");
    let audited: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_log WHERE action = 'log_level.set'")
        .fetch_one(house.site.pool())
        .await
        .unwrap();
    assert_eq!(audited, 5);
}
