//! Nodes are killed and stalled at random moments of the main job while vendors lose answers. Nothing is
//! lost and nothing happens twice. The control run shows that the storm would notice.
//!
//! `STORM_KILLS`, `STORM_PAUSES` and `STORM_SEED` set the size and the seed:
//! `STORM_KILLS=100 STORM_PAUSES=50 cargo test -p innkeeper-tests --test storm -- --nocapture`

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

use innkeeper_simulators::chaos::ChaosSettings;
use innkeeper_tests::{World, api::Caller, naive::NaiveVendor, node::Node};
use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, Instant},
};

const BINARY: &str = env!("CARGO_BIN_EXE_innkeeper-under-test");

/// Of 1000 vendor answers, this many are lost.
const LOST: ChaosSettings = ChaosSettings {
    lose_answer_permille: 50,
    lose_next_effects: 0,
    delay_ms: 0,
    delay_answer_ms: 20,
    delay_effects_ms: 150,
    unavailable: false,
};

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

/// A small generator, so that a run can be repeated from its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

struct Storm {
    world: World,
    naive: NaiveVendor,
    nodes: Vec<Node>,
    names: Vec<String>,
    directory: tempfile::TempDir,
}

impl Storm {
    /// Two nodes over one database, and as many main jobs as it takes to keep them busy.
    async fn brew(jobs: u64, blind: bool) -> Self {
        let world = World::open_with(LOST).await;
        let naive = NaiveVendor::start(LOST).await;
        world.sell_naive(&naive.url()).await;
        let directory = tempfile::tempdir().unwrap();
        let start = |name| Node::start(BINARY, directory.path(), name, &world.database_url(), blind);
        let nodes = vec![start("one"), start("two")];
        Self { world, naive, nodes, names: (0..jobs).map(|n| format!("guest{n}")).collect(), directory }
    }

    /// Runs the jobs while `kills` and `pauses` hit the nodes; returns how long it took.
    async fn rage(&mut self, kills: u64, pauses: u64) -> Duration {
        let started = Instant::now();
        let token = self.world.api_token().await;
        let addresses = self.nodes.iter().map(|n| n.address).collect();
        let caller = Caller::new(addresses, token);
        let names = self.names.clone();
        let total = kills + pauses;
        let journeys = tokio::spawn(async move {
            let mut running: tokio::task::JoinSet<anyhow::Result<()>> = tokio::task::JoinSet::new();
            for name in names {
                while running.len() >= 4 {
                    running.join_next().await.unwrap().unwrap().unwrap();
                }
                let caller = caller.clone();
                running.spawn(async move { caller.main_job(&name).await });
            }
            while let Some(done) = running.join_next().await {
                done.unwrap().unwrap();
            }
        });
        let mut dice = Dice(number("STORM_SEED", 2026));
        let (mut kills, mut pauses) = (kills, pauses);
        for n in 0..total {
            tokio::time::sleep(Duration::from_millis(200 + dice.roll(1200))).await;
            let node = usize::try_from(dice.roll(2)).unwrap();
            if kills > 0 && (pauses == 0 || dice.roll(kills + pauses) < kills) {
                kills -= 1;
                self.nodes[node].crash();
            } else {
                pauses -= 1;
                // Longer than a lease.
                self.nodes[node].stall(Duration::from_millis(2100 + dice.roll(1500))).await;
            }
            if n % 25 == 24 {
                println!("{} of {total} blows, {:?}", n + 1, started.elapsed());
            }
        }
        journeys.await.unwrap();
        self.calm().await;
        started.elapsed()
    }

    /// Waits until nothing is left to do.
    async fn calm(&self) {
        let started = Instant::now();
        loop {
            self.world.hurry().await;
            let busy = self
                .world
                .state(
                    "SELECT 'job ' || kind || ' ' || coalesce(last_error, '') FROM job WHERE state IN ('ready', 'running') AND kind IN ('effect.run', 'order.fulfil', 'mail.send')
                     UNION ALL SELECT 'outbox' FROM outbox
                     UNION ALL SELECT 'delivery ' || coalesce(last_error, '') FROM delivery WHERE state = 'pending'
                     UNION ALL SELECT 'effect ' || kind || ' ' || state FROM effect WHERE state IN ('planned', 'sent', 'pending', 'unknown')",
                )
                .await;
            if busy.is_empty() {
                return;
            }
            assert!(started.elapsed() < Duration::from_secs(240), "not calm: {busy:?}");
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    /// Everything is there exactly once.
    async fn nothing_lost_nothing_twice(&self) {
        let jobs = self.names.len();
        let count = async |sql| self.world.state(sql).await.len();
        assert_eq!(count("SELECT id::text FROM sales_order WHERE state = 'active'").await, jobs, "orders");
        assert_eq!(count("SELECT id::text FROM sales_order").await, jobs, "orders, of any state");
        assert_eq!(count("SELECT id::text FROM invoice WHERE state = 'paid'").await, jobs, "paid invoices");
        assert_eq!(count("SELECT id::text FROM invoice").await, jobs, "invoices");
        assert_eq!(count("SELECT id::text FROM payment").await, jobs, "payments");
        assert_eq!(count("SELECT id::text FROM service WHERE state = 'active'").await, 2 * jobs, "services");
        assert_eq!(count("SELECT id::text FROM domain WHERE state = 'active'").await, jobs, "domains");
        for name in &self.names {
            let address = format!("{name}@example.org");
            assert_eq!(self.world.kerio.users().iter().filter(|u| u.address == address).count(), 1, "{address}");
            assert_eq!(self.world.dondominio.effects(&format!("{name}.com")).creates, 1, "{name}.com");
        }
        assert_eq!(self.world.kerio.journal().done("Users.create"), jobs, "mailboxes made");
        self.webhooks_complete_and_in_order().await;
        let audit = self.nodes[0].command(&["audit"]);
        assert!(audit.is_ok(), "{audit:?}");
    }

    async fn webhooks_complete_and_in_order(&self) {
        let forged = self.world.webhooks.deliveries().iter().filter(|d| !d.valid).count();
        assert_eq!(forged, 0, "every signature is valid");
        let events = self.world.webhooks.events();
        assert_eq!(events.len(), self.world.state("SELECT id::text FROM event").await.len(), "events heard");
        let mut last: HashMap<(String, i64), i64> = HashMap::new();
        for event in &events {
            let thing = (event["aggregate"].to_string(), event["aggregate_id"].as_i64().unwrap());
            let sequence = event["sequence"].as_i64().unwrap();
            let before = last.insert(thing.clone(), sequence).unwrap_or(0);
            assert_eq!(before + 1, sequence, "{thing:?} in order, none missing");
        }
    }

    fn made_twice(&self) -> BTreeMap<String, usize> {
        self.naive.made().into_iter().filter(|(_, times)| *times > 1).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "unfinished: the caller does not yet bear an answer lost after its work was committed"]
async fn kills_and_pauses_lose_nothing_and_repeat_nothing() {
    let (kills, pauses) = (number("STORM_KILLS", 12), number("STORM_PAUSES", 4));
    let mut storm = Storm::brew((kills + pauses).max(8), false).await;
    let took = storm.rage(kills, pauses).await;
    storm.nothing_lost_nothing_twice().await;
    println!(
        "{kills} kills, {pauses} pauses, {} main jobs, {took:?}: nothing lost, nothing twice; made twice by the vendor without a key: {}",
        storm.names.len(),
        storm.made_twice().len()
    );
    drop(storm.directory);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "unfinished: the caller does not yet bear an answer lost after its work was committed"]
async fn kills_alone_repeat_nothing_even_where_only_asking_protects() {
    let kills = number("STORM_KILLS", 12) / 2;
    let mut storm = Storm::brew(kills.max(8), false).await;
    storm.rage(kills, 0).await;
    storm.nothing_lost_nothing_twice().await;
    assert_eq!(storm.made_twice(), BTreeMap::new());
    assert_eq!(storm.naive.made().len(), storm.names.len());
}

/// The control: with the protection off, the same storm does make things twice.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "unfinished: the caller does not yet bear an answer lost after its work was committed"]
async fn without_protection_the_storm_makes_things_twice() {
    let mut storm = Storm::brew(40, true).await;
    storm.rage(6, 0).await;
    println!("control: made twice: {:?}", storm.made_twice().len());
    assert!(!storm.made_twice().is_empty(), "the storm is too weak to show anything");
}
