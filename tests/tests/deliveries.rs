//! Nodes are killed at random moments while they deliver events to a receiver that loses some answers. The
//! receiver's own record shows that no event is missing, and that those of each thing first came in order.
//!
//! `DELIVERY_KILLS` and `DELIVERY_SEED` set the number of kills and the seed:
//! `DELIVERY_KILLS=200 cargo nextest run -p innkeeper-tests --test deliveries --no-capture`

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "tests")]

use innkeeper_app::Actor;
use innkeeper_hooks::payloads::ClientUpdated;
use innkeeper_simulators::chaos::ChaosSettings;
use innkeeper_tests::{
    World,
    chance::{Dice, number},
    node::Node,
};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

const BINARY: &str = env!("CARGO_BIN_EXE_innkeeper-under-test");

/// A receiver that takes its time, and of 1000 answers loses 20.
const RECEIVER: ChaosSettings = ChaosSettings {
    lose_answer_permille: 20,
    lose_next_effects: 0,
    delay_ms: 0,
    delay_answer_ms: 5,
    delay_effects_ms: 10,
    unavailable: false,
};
/// Things that events are about.
const THINGS: u64 = 40;
/// Events before each kill, and how many arrivals it waits for.
const EVENTS: u64 = 60;
const ARRIVALS: u64 = 25;
/// Nothing arrives for so long: something is wrong.
const PATIENCE: Duration = Duration::from_secs(90);

/// Writes events about random things, a few in each transaction.
async fn tell(world: &World, dice: &mut Dice, mut events: u64) {
    let actor = Actor::system("test");
    while events > 0 {
        let mut tx = world.app.begin(&actor).await.unwrap();
        for _ in 0..events.min(1 + dice.roll(4)) {
            let client = i64::try_from(1 + dice.roll(THINGS)).unwrap();
            tx.emit(&ClientUpdated::part(client.into(), "contacts")).await.unwrap();
            events -= 1;
        }
        tx.commit().await.unwrap();
    }
}

/// Waits until the receiver has heard so many calls, repeated ones included.
async fn arrivals(world: &World, calls: usize) {
    let since = Instant::now();
    while world.webhooks.deliveries().len() < calls {
        assert!(since.elapsed() < PATIENCE, "nothing arrives: {:?}", standing(world).await);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// What came of the events of this test: nodes tell of their own work, too.
fn told(world: &World) -> Vec<serde_json::Value> {
    world.webhooks.events().into_iter().filter(|event| event["aggregate"] == "client").collect()
}

async fn standing(world: &World) -> Vec<String> {
    world
        .state(
            "SELECT s.id || ' at ' || cursor || ' of ' || position || ', lease ' || coalesce(lease_until - now(), '0')
                || ' ' || coalesce(last_error, '') FROM subscriber s, feed_head
             UNION ALL SELECT 'outbox ' || count(*) FROM outbox
             UNION ALL SELECT 'delivery ' || state || ' ' || count(*) FROM delivery GROUP BY state",
        )
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_during_delivery_lose_no_event_and_keep_the_order() {
    let (kills, seed) = (number("DELIVERY_KILLS", 5), number("DELIVERY_SEED", 2026));
    let world = World::open_with(RECEIVER).await;
    let directory = tempfile::tempdir().unwrap();
    let start = |name| Node::start(BINARY, directory.path(), name, &world.database_url(), false);
    let mut nodes = [start("one"), start("two")];
    let (mut dice, started) = (Dice(seed), Instant::now());
    for kill in 1..=kills {
        let before = world.webhooks.deliveries().len();
        tell(&world, &mut dice, EVENTS).await;
        arrivals(&world, before + usize::try_from(1 + dice.roll(ARRIVALS)).unwrap()).await;
        nodes[usize::try_from(dice.roll(2)).unwrap()].crash();
        if kill % 25 == 0 {
            println!("{kill} of {kills} kills, {:?}", started.elapsed());
        }
    }
    let since = Instant::now();
    let events = usize::try_from(kills * EVENTS).unwrap();
    while told(&world).len() < events {
        assert!(since.elapsed() < 2 * PATIENCE, "not all arrive: {:?}", standing(&world).await);
        world.hurry().await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut last: HashMap<i64, i64> = HashMap::new();
    for event in told(&world) {
        let (thing, sequence) = (event["aggregate_id"].as_i64().unwrap(), event["sequence"].as_i64().unwrap());
        assert_eq!(sequence, last.get(&thing).unwrap_or(&0) + 1, "client {thing}: in order, none missing");
        last.insert(thing, sequence);
    }
    assert_eq!(usize::try_from(last.values().sum::<i64>()).unwrap(), events);
    let again = world.webhooks.deliveries().iter().filter(|call| call.repeated).count();
    println!(
        "{kills} kills, {events} events, {:?}: none missing, each of {} things in order; {again} came again",
        started.elapsed(),
        last.len()
    );
}
