//! Delivery: complete, in order for each thing, and nobody waits for anybody else.

use chrono::{TimeDelta, Utc};
use innkeeper_db::subscribers::Start;
use innkeeper_hooks::{Sample, payloads::ActionCalled};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::{Pump, drain, prune, testing::*};
use crate::{
    signals,
    system::{self, Replay, ReplayEvent},
};

const POLL: Duration = Duration::from_millis(20);

fn counted(things: impl IntoIterator<Item = i64>, upto: i64) -> HashMap<i64, Vec<i64>> {
    things.into_iter().map(|thing| (thing, (1..=upto).collect())).collect()
}

#[tokio::test]
async fn everybody_hears_everything_in_order_and_no_row_is_left() {
    let (app, ears, _) = listening(&[("all", &[]), ("some", &["Test-Event"]), ("none", &["Else"])]).await;
    for _ in 0..5 {
        tell(&app, 0..40).await;
    }
    drain(&app).await.unwrap();
    assert_eq!(ears.taken("all"), counted(0..40, 5));
    assert_eq!(ears.taken("some"), counted(0..40, 5));
    assert!(ears.taken("none").is_empty());
    assert_eq!(app.number("SELECT count(*) FROM delivery").await, 0);
    assert_eq!(app.number("SELECT min(cursor) FROM subscriber").await, 200);
    app.is_sound().await;
}

#[tokio::test]
async fn a_late_commit_is_not_missed() {
    let (app, ears, _) = listening(&[("all", &[])]).await;
    let mut early = app.pool().begin().await.unwrap();
    tell_in(&mut early, "Test-Event", 1).await;
    tell(&app, [2, 3]).await;
    drain(&app).await.unwrap();
    early.commit().await.unwrap();
    drain(&app).await.unwrap();
    assert_eq!(ears.taken("all"), counted([1, 2, 3], 1));
    app.is_sound().await;
}

#[tokio::test]
async fn what_follows_a_failed_event_waits_and_everything_else_goes_on() {
    let (app, ears, _) = listening(&[("all", &[])]).await;
    ears.act(|_, thing, number| if (thing, number) == (7, 2) { Act::Fail } else { Act::Take });
    for _ in 0..3 {
        tell(&app, 0..10).await;
    }
    drain(&app).await.unwrap();
    let mut expected = counted(0..10, 3);
    expected.insert(7, vec![1]);
    assert_eq!(ears.taken("all"), expected);
    tell(&app, [7, 8]).await;
    drain(&app).await.unwrap();
    assert_eq!(ears.taken("all")[&7], [1], "what comes later waits, too");
    assert_eq!(ears.taken("all")[&8], [1, 2, 3, 4]);
    app.is_sound().await;
    ears.act(|_, _, _| Act::Take);
    app.hurry().await;
    drain(&app).await.unwrap();
    assert_eq!(ears.taken("all")[&7], [1, 2, 3, 4]);
    assert_eq!(app.number("SELECT count(*) FROM delivery WHERE state <> 'delivered'").await, 0);
    app.is_sound().await;
}

#[tokio::test]
async fn after_the_last_attempt_it_is_dead_and_what_follows_goes_on() {
    let (app, ears, _) = listening(&[("all", &[])]).await;
    let admin = app.admin().await;
    ears.act(|_, thing, number| if (thing, number) == (7, 1) { Act::Fail } else { Act::Take });
    tell(&app, [7, 7, 7]).await;
    for _ in 0..12 {
        assert!(ears.taken("all").is_empty());
        app.hurry().await;
        drain(&app).await.unwrap();
    }
    assert_eq!(ears.taken("all")[&7], [2, 3]);
    let seen = system::get_subscriber(&app, &admin, "ears:all").await.unwrap();
    assert_eq!((seen.dead, seen.pending, seen.behind, seen.failing_since), (1, 0, 0, None));
    app.is_sound().await;

    ears.act(|_, _, _| Act::Take);
    assert_eq!(system::replay_dead_deliveries(&app, &admin, "ears:all").await.unwrap(), 1);
    drain(&app).await.unwrap();
    assert_eq!(ears.taken("all")[&7], [2, 3, 1]);
}

#[tokio::test]
async fn a_subscriber_that_always_fails_is_left_alone_and_loses_nothing() {
    let (app, ears, mut calls) = listening(&[("bad", &[]), ("good", &[])]).await;
    let admin = app.admin().await;
    ears.act(|key, _, _| if key == "bad" { Act::Fail } else { Act::Take });
    for _ in 0..3 {
        tell(&app, 0..200).await;
    }
    drain(&app).await.unwrap();
    assert_eq!(ears.taken("good"), counted(0..200, 3));
    let seen = system::get_subscriber(&app, &admin, "ears:bad").await.unwrap();
    assert!(seen.failing_since.is_some() && seen.retry_at.is_some(), "{seen:?}");
    assert_eq!(seen.last_error.as_deref(), Some("not today"));
    let count = |calls: &mut tokio::sync::mpsc::UnboundedReceiver<Heard>| {
        std::iter::from_fn(|| calls.try_recv().ok()).filter(|(key, ..)| key == "bad").count()
    };
    let tried = count(&mut calls);
    assert!((10..20).contains(&tried), "{tried}");
    assert!(app.number("SELECT count(*) FROM delivery").await < 40, "it is not all put aside");
    for _ in 0..20 {
        app.hurry().await;
        drain(&app).await.unwrap();
    }
    assert_eq!(count(&mut calls), 20, "one attempt each time");
    assert_eq!(app.number("SELECT count(*) FROM delivery WHERE state = 'dead'").await, 0);
    app.is_sound().await;

    ears.act(|_, _, _| Act::Take);
    app.sql("UPDATE subscriber SET retry_at = now() + interval '1 hour' WHERE retry_at IS NOT NULL").await;
    system::retry_subscriber(&app, &admin, "ears:bad").await.unwrap();
    for _ in 0..3 {
        drain(&app).await.unwrap();
        app.hurry().await;
    }
    assert_eq!(ears.taken("bad"), counted(0..200, 3), "everything, and each thing in order");
    let seen = system::get_subscriber(&app, &admin, "ears:bad").await.unwrap();
    assert_eq!((seen.failing_since, seen.pending, seen.dead), (None, 0, 0));
    app.is_sound().await;
}

#[tokio::test]
async fn poison_in_a_row_does_not_hold_up_the_rest() {
    let (app, ears, _) = listening(&[("all", &[])]).await;
    ears.act(|_, thing, _| if thing < 30 { Act::Fail } else { Act::Take });
    tell(&app, 0..60).await;
    for _ in 0..30 {
        drain(&app).await.unwrap();
        app.hurry().await;
    }
    assert_eq!(ears.taken("all"), counted(30..60, 1));
    for _ in 0..15 {
        app.hurry().await;
        drain(&app).await.unwrap();
    }
    assert_eq!(app.number("SELECT count(*) FROM delivery WHERE state = 'dead'").await, 30);
}

#[tokio::test]
async fn handlers_that_hang_panic_or_fail_delay_nobody_else() {
    let (app, ears, mut calls) = listening(&[("fails", &[]), ("good", &[]), ("hangs", &[]), ("panics", &[])]).await;
    ears.act(|key, _, _| match key {
        "fails" => Act::Fail,
        "hangs" => Act::Hang,
        "panics" => Act::Panic,
        _ => Act::Take,
    });
    let stop = CancellationToken::new();
    let pump = tokio::spawn(Pump::new(app.app.clone()).run(POLL, stop.clone()));
    tell(&app, 0..50).await;
    // The one that hangs is in it before the good one hears the rest, and still in it after.
    while calls.recv().await.unwrap().0 != "hangs" {}
    for _ in 0..4 {
        tell(&app, 0..50).await;
    }
    let mut heard = ears.taken("good").values().map(Vec::len).sum::<usize>();
    while heard < 250 {
        calls.recv().await.unwrap();
        heard = ears.taken("good").values().map(Vec::len).sum();
    }
    assert_eq!(ears.taken("good"), counted(0..50, 5));
    assert_eq!(
        app.number("SELECT count(*) FROM subscriber WHERE id = 'ears:hangs' AND lease_until > now() AND cursor = 0")
            .await,
        1
    );
    stop.cancel();
    pump.abort();
}

#[tokio::test]
async fn two_nodes_share_the_work_and_keep_the_order() {
    let (app, ears, _) = listening(&[("a", &[]), ("b", &[]), ("c", &[])]).await;
    let other = app.another_node(registry(&ears));
    let stop = CancellationToken::new();
    let pumps = [app.app.clone(), other].map(|node| tokio::spawn(Pump::new(node).run(POLL, stop.clone())));
    for _ in 0..20 {
        tell(&app, 0..30).await;
    }
    while ["a", "b", "c"].iter().any(|key| ears.taken(key).values().map(Vec::len).sum::<usize>() < 600) {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    for pump in pumps {
        pump.await.unwrap();
    }
    for key in ["a", "b", "c"] {
        assert_eq!(ears.taken(key), counted(0..30, 20), "each once, in order");
    }
    assert_eq!(app.number("SELECT min(cursor) FROM subscriber").await, 600);
    app.is_sound().await;
}

#[tokio::test]
async fn a_node_that_lost_its_lease_writes_nothing() {
    let (app, ears, mut calls) = listening(&[("all", &[])]).await;
    let gate = Arc::new(Semaphore::new(0));
    let closed = gate.clone();
    ears.act(move |_, thing, _| if thing == 1 { Act::Wait(closed.clone()) } else { Act::Take });
    tell(&app, [1, 2]).await;
    let slow = app.app.clone();
    let slow = tokio::spawn(async move { drain(&slow).await });
    while calls.recv().await.unwrap().1 != 1 {}
    // Another node takes over, delivers everything, and something new.
    app.sql("UPDATE subscriber SET lease_until = now() - interval '1 second'").await;
    ears.act(|_, thing, number| if (thing, number) == (1, 2) { Act::Fail } else { Act::Take });
    tell(&app, [1, 2]).await;
    drain(&app.another_node(registry(&ears))).await.unwrap();
    let stand = "SELECT cursor * 100 + fence FROM subscriber";
    let before = app.number(stand).await;
    gate.add_permits(1);
    slow.await.unwrap().unwrap();
    assert_eq!(app.number(stand).await, before);
    assert_eq!(app.number("SELECT count(*) FROM delivery WHERE state = 'pending'").await, 1);
    app.is_sound().await;
}

#[tokio::test]
async fn one_event_a_span_of_time_or_everything_can_be_had_again() {
    let (app, ears, _) = listening(&[("all", &[]), ("picky", &["Test-Event"])]).await;
    let admin = app.admin().await;
    for _ in 0..3 {
        tell(&app, 0..3).await;
    }
    let mut tx = app.pool().begin().await.unwrap();
    tell_in(&mut tx, "Other-Event", 0).await;
    tx.commit().await.unwrap();
    app.sql("UPDATE event SET occurred_at = now() - id * interval '1 hour'").await;
    drain(&app).await.unwrap();
    ears.forget();

    let one = |event: i64, subscriber: &str| ReplayEvent { event: event.into(), subscriber: subscriber.into() };
    system::replay_event(&app, &admin, one(5, "ears:all")).await.unwrap();
    system::replay_event(&app, &admin, one(10, "ears:picky")).await.unwrap_err();
    system::replay_event(&app, &admin, one(1, "nobody")).await.unwrap_err();
    drain(&app).await.unwrap();
    assert_eq!(ears.taken("all"), HashMap::from([(1, vec![2])]));
    assert!(ears.taken("picky").is_empty());
    ears.forget();

    // Events 1 to 6, whose order in time is the reverse: each thing's numbers count.
    let span = |subscriber: &str, name: &str| Replay {
        subscriber: subscriber.into(),
        name: name.into(),
        from: Utc::now() - TimeDelta::minutes(6 * 60 + 30),
        to: Utc::now(),
    };
    assert_eq!(system::count_replay(&app, &admin, &span("ears:picky", "")).await.unwrap(), 6);
    assert_eq!(system::replay(&app, &admin, span("ears:picky", "")).await.unwrap(), 6);
    assert_eq!(system::replay(&app, &admin, span("", "Other-Event")).await.unwrap(), 0);
    drain(&app).await.unwrap();
    assert_eq!(ears.taken("picky"), counted(0..3, 2));
    assert!(ears.taken("all").is_empty());
    ears.forget();
    assert_eq!(system::replay(&app, &admin, span("", "")).await.unwrap(), 12);
    assert_eq!(system::replay(&app, &admin, span("", "")).await.unwrap(), 0, "they come anyway");
    drain(&app).await.unwrap();
    assert_eq!(ears.taken("picky"), counted(0..3, 2));
    assert_eq!(ears.taken("all"), counted(0..3, 2));
    ears.forget();

    assert_eq!(system::start_subscriber(&app, &admin, "ears:picky", Start::Beginning).await.unwrap(), 10);
    drain(&app).await.unwrap();
    assert_eq!(ears.taken("picky"), counted(0..3, 3));
    assert!(ears.taken("all").is_empty());
    ears.forget();
    tell(&app, [5]).await;
    let hour_ago = Start::At(Utc::now() - TimeDelta::minutes(30));
    drain(&app).await.unwrap();
    assert_eq!(system::start_subscriber(&app, &admin, "ears:picky", hour_ago).await.unwrap(), 1);
    drain(&app).await.unwrap();
    assert_eq!(ears.taken("picky"), HashMap::from([(5, vec![1, 1])]));
    assert_eq!(
        app.number("SELECT count(*) FROM audit_log WHERE action IN ('event.replay', 'subscriber.start')").await,
        5
    );
    app.is_sound().await;
}

#[tokio::test]
async fn an_event_shows_where_it_stands_with_each_subscriber() {
    let (app, ears, _) = listening(&[("bad", &[]), ("good", &[])]).await;
    let admin = app.admin().await;
    ears.act(|key, thing, _| if (key, thing) == ("bad", 1) { Act::Fail } else { Act::Take });
    tell(&app, [1, 2]).await;
    let states = async |id: i64| {
        let seen = system::get_event(&app, &admin, id.into()).await.unwrap();
        let counts = (seen.event.delivered, seen.event.pending, seen.event.dead);
        (counts, seen.deliveries.iter().map(|d| d.state.0.as_str()).collect::<Vec<_>>())
    };
    assert_eq!(states(1).await, ((0, 2, 0), vec!["pending", "pending"]), "in the outbox");
    drain(&app).await.unwrap();
    assert_eq!(states(1).await, ((1, 1, 0), vec!["pending", "delivered"]));
    assert_eq!(states(2).await, ((2, 0, 0), vec!["delivered", "delivered"]));
}

#[tokio::test]
async fn the_feed_is_pruned_behind_the_slowest() {
    let (app, ears, _) = listening(&[("fast", &[]), ("slow", &[])]).await;
    tell(&app, 0..10).await;
    drain(&app).await.unwrap();
    app.sql("UPDATE event SET occurred_at = now() - interval '200 days' WHERE id <= 7").await;
    app.sql("UPDATE subscriber SET cursor = 5 WHERE id = 'ears:slow'").await;
    prune(&app).await.unwrap();
    assert_eq!(app.number("SELECT min(position) FROM feed").await, 6);
    drain(&app).await.unwrap();
    prune(&app).await.unwrap();
    assert_eq!(app.number("SELECT min(position) FROM feed").await, 8, "what is young stays");
    assert_eq!(app.number("SELECT count(*) FROM event").await, 10);
    ears.forget();
    let admin = app.admin().await;
    assert_eq!(system::start_subscriber(&app, &admin, "ears:fast", Start::Beginning).await.unwrap(), 3);
    drain(&app).await.unwrap();
    assert_eq!(ears.taken("fast"), counted(7..10, 1));
    app.is_sound().await;
}

#[tokio::test]
async fn transient_events_reach_who_named_them_and_what_is_too_much_is_dropped_and_counted() {
    let told = ActionCalled::sample();
    let (app, ears, mut calls) = listening(&[("all", &[]), ("named", &["System-ActionCalled"])]).await;
    ears.act(|_, _, _| Act::Hang);
    let stop = CancellationToken::new();
    let teller = tokio::spawn(signals::run(app.app.clone(), stop.clone()));
    app.tell(&told);
    assert_eq!(calls.recv().await.unwrap().0, "named");
    let admin = app.admin().await;
    for _ in 0..1030 {
        app.tell(&told);
    }
    while system::dropped_signals(&app, &admin, "ears:named").unwrap() < 30 {
        tokio::task::yield_now().await;
    }
    assert_eq!(system::dropped_signals(&app, &admin, "ears:named").unwrap(), 30);
    assert_eq!(app.number("SELECT count(*) FROM event").await, 0);
    assert!(calls.try_recv().is_err(), "who named nothing heard nothing");
    teller.abort();
}
