//! Nodes are killed and stalled at random moments of the main job while vendors lose answers. Nothing is
//! lost and nothing happens twice. The control run shows that the storm would notice.
//!
//! `STORM_KILLS`, `STORM_PAUSES` and `STORM_SEED` set the size and the seed:
//! `STORM_KILLS=100 STORM_PAUSES=50 cargo nextest run -p innkeeper-tests --test storm --no-capture`

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

use innkeeper_simulators::chaos::ChaosSettings;
use innkeeper_tests::{
    World,
    api::Caller,
    chance::{Dice, number},
    naive::NaiveVendor,
    node::Node,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

const BINARY: &str = env!("CARGO_BIN_EXE_innkeeper-under-test");

/// Vendors that take their time, so that a blow often hits a call under way.
const CALM: ChaosSettings = ChaosSettings {
    lose_answer_permille: 0,
    lose_next_effects: 0,
    delay_ms: 0,
    delay_answer_ms: 20,
    delay_effects_ms: 150,
    unavailable: false,
};

/// The same, and of 1000 answers 50 are lost.
const LOST: ChaosSettings = ChaosSettings { lose_answer_permille: 50, ..CALM };

/// So many clients order at a time.
const AT_ONCE: usize = 4;

/// Clients that order one after the other, until told to stop.
struct Crowd {
    stop: Arc<AtomicBool>,
    journeys: tokio::task::JoinHandle<Vec<String>>,
}

impl Crowd {
    /// At least `least` clients come, after the `before` of an earlier crowd.
    fn comes(caller: Caller, least: usize, before: usize) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        let journeys = tokio::spawn(async move {
            let mut running: tokio::task::JoinSet<anyhow::Result<()>> = tokio::task::JoinSet::new();
            let mut names = vec![];
            while names.len() < least || !told.load(Ordering::Relaxed) {
                while running.len() >= AT_ONCE {
                    running.join_next().await.unwrap().unwrap().unwrap();
                }
                let (name, caller) = (format!("guest{}", before + names.len()), caller.clone());
                names.push(name.clone());
                running.spawn(async move { caller.main_job(&name).await });
            }
            while let Some(done) = running.join_next().await {
                done.unwrap().unwrap();
            }
            names
        });
        Self { stop, journeys }
    }
    /// Lets nobody in any more and waits for those who are there; their names.
    async fn goes(self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        self.journeys.await.unwrap()
    }
}

struct Storm {
    // Ends before the database does.
    nodes: Vec<Node>,
    world: World,
    naive: NaiveVendor,
    token: String,
    names: Vec<String>,
    _directory: tempfile::TempDir,
}

impl Storm {
    /// Two nodes over one database.
    async fn brew(vendors: ChaosSettings, blind: bool) -> Self {
        let world = World::open_with(vendors.clone()).await;
        let naive = NaiveVendor::start(vendors).await;
        world.sell_naive(&naive.url()).await;
        let directory = tempfile::tempdir().unwrap();
        let start = |name| Node::start(BINARY, directory.path(), name, &world.database_url(), blind);
        let nodes = vec![start("one"), start("two")];
        let token = world.api_token().await;
        Self { nodes, world, naive, token, names: vec![], _directory: directory }
    }

    /// Lets at least `least` clients order while `kills` and `pauses` hit the nodes; returns how long it took.
    async fn rage(&mut self, least: usize, kills: u64, pauses: u64) -> Duration {
        let started = Instant::now();
        let addresses = self.nodes.iter().map(|n| n.address).collect();
        let crowd = Crowd::comes(Caller::new(addresses, self.token.clone()), least, self.names.len());
        let total = kills + pauses;
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
        self.names.extend(crowd.goes().await);
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
                     UNION ALL SELECT s.id || ' has not read everything' FROM subscriber s, feed_head h WHERE s.enabled AND s.cursor < h.position
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
        let given_up = self
            .world
            .state(
                "SELECT kind || ' ' || state || ', ' || attempts || ' attempts: ' || coalesce(error_kind, '') || ' ' || coalesce(error, '')
                 FROM effect WHERE state <> 'succeeded'
                 UNION ALL SELECT 'job ' || kind || ': ' || last_error FROM job WHERE state = 'dead'",
            )
            .await;
        assert_eq!(given_up, [""; 0], "nothing was given up");
        let stuck = self
            .world
            .state(
                "SELECT 'order ' || o.id || ' ' || o.state || ', invoice ' || (SELECT state FROM invoice WHERE order_id = o.id) ||
                    coalesce((SELECT string_agg(' service ' || id || ' ' || state, ',') FROM service s WHERE s.order_id = o.id), '') ||
                    coalesce((SELECT string_agg(' domain ' || id || ' ' || state, ',') FROM domain d WHERE d.order_id = o.id), '')
                 FROM sales_order o WHERE state <> 'active'",
            )
            .await;
        assert_eq!(stuck, [""; 0], "every order is done");
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
        // What may take a while is late an hour from now.
        let late = self.world.state("SELECT rule || ': ' || detail FROM violations(now() + interval '1 hour')").await;
        assert_eq!(late, [""; 0], "broken rules");
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
async fn kills_and_pauses_lose_nothing_and_repeat_nothing() {
    let (kills, pauses) = (number("STORM_KILLS", 6), number("STORM_PAUSES", 3));
    let mut storm = Storm::brew(LOST, false).await;
    let took = storm.rage(4, kills, pauses).await;
    storm.nothing_lost_nothing_twice().await;
    println!(
        "{kills} kills, {pauses} pauses, {} main jobs, {took:?}: nothing lost, nothing twice; \
         made twice by a vendor that cannot be protected: {}",
        storm.names.len(),
        storm.made_twice().len()
    );
}

/// A vendor that makes whatever it is told, however often, is protected by asking it first, except from a
/// node that stalls between asking and telling for longer than its lease.
#[tokio::test(flavor = "multi_thread")]
async fn kills_alone_repeat_nothing_even_where_only_asking_protects() {
    let kills = number("STORM_KILLS", 6);
    let mut storm = Storm::brew(LOST, false).await;
    let took = storm.rage(4, kills, 0).await;
    storm.nothing_lost_nothing_twice().await;
    assert_eq!(storm.made_twice(), BTreeMap::new());
    assert_eq!(storm.naive.made().len(), storm.names.len());
    println!("{kills} kills, {} main jobs, {took:?}: nothing lost, nothing twice, anywhere", storm.names.len());
}

/// The control: with the protection off, the same storm does make things twice.
#[tokio::test(flavor = "multi_thread")]
async fn without_protection_the_storm_makes_things_twice() {
    let mut storm = Storm::brew(LOST, true).await;
    // Chance may spare one round.
    for _ in 0..5 {
        storm.rage(40, 6, 0).await;
        if !storm.made_twice().is_empty() {
            break;
        }
    }
    println!("control, {} main jobs: made twice: {}", storm.names.len(), storm.made_twice().len());
    assert!(!storm.made_twice().is_empty(), "the storm is too weak to show anything");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_share_the_work_and_do_each_job_once() {
    let mut storm = Storm::brew(CALM, false).await;
    let took = storm.rage(12, 0, 0).await;
    storm.nothing_lost_nothing_twice().await;
    assert_eq!(storm.made_twice(), BTreeMap::new());
    assert_eq!(storm.world.state("SELECT key FROM effect WHERE attempts <> 1").await, [""; 0], "repeated effects");
    let shares = storm
        .world
        .state("SELECT count(*)::text FROM job WHERE state = 'done' AND kind = 'effect.run' GROUP BY worker ORDER BY 1")
        .await;
    println!("{} main jobs on two nodes, {took:?}: effects carried out by each: {shares:?}", storm.names.len());
    assert_eq!(shares.len(), 2, "both nodes work");
}
