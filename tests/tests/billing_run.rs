//! The daily run is killed at random moments, again and again, beside a node that does the same work. Its books are
//! those of a run that nobody disturbed.
//!
//! `BILLING_KILLS` and `BILLING_SEED` set the least number of kills and the seed:
//! `BILLING_KILLS=300 cargo nextest run -p innkeeper-tests --test billing_run --no-capture`

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "tests")]

use innkeeper_app::{
    Actor, calendar,
    daily::{self, Mode},
    jobs,
};
use innkeeper_db::{
    ledger::{self, Entry},
    payments::{self, NewPayment},
};
use innkeeper_domain::ClientId;
use innkeeper_tests::{
    World,
    chance::{Dice, number},
    node::Node,
};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_innkeeper-under-test");
/// Clients, of whom each gets up to three services in a round.
const CLIENTS: i32 = 600;
/// The longest that a run is left alone at first, in milliseconds.
const LONGEST: u64 = 1500;
/// Nothing is done for so long: something is wrong.
const PATIENCE: Duration = Duration::from_secs(300);

/// Clients of several countries and currencies; every seventh has money that no invoice has used.
async fn people(world: &World) {
    world.run("INSERT INTO currency (code) VALUES ('USD')").await;
    world.run("INSERT INTO tax_rule (country, name, rate) VALUES ('AT', 'VAT', 0.2)").await;
    sqlx::query(
        "INSERT INTO client (first_name, last_name, email, country, currency, tax_exempt, separate_invoices)
         SELECT 'Ada', n::text, 'ada' || n || '@example.org', (ARRAY['AT', 'ES', 'US'])[1 + n % 3],
                (ARRAY['EUR', 'USD'])[1 + n % 2], n % 11 = 0, n % 5 = 0
         FROM generate_series(1, $1::int) n",
    )
    .bind(CLIENTS)
    .execute(world.pool())
    .await
    .unwrap();
    world.run("INSERT INTO product (group_id, name, slug) SELECT min(id), 'Web', 'web' FROM product_group").await;
    world
        .run(
            "INSERT INTO price (product_id, currency, cycle_id, amount)
             SELECT p.id, c.code, y.id, 333 + y.id FROM product p, currency c, billing_cycle y
             WHERE p.slug = 'web' AND y.kind = 'recurring'",
        )
        .await;
    let actor = Actor::system("test");
    let mut tx = world.app.begin(&actor).await.unwrap();
    let rich: Vec<(i64, String)> = sqlx::query_as("SELECT id, currency FROM client WHERE id % 7 = 0 ORDER BY id")
        .fetch_all(tx.conn())
        .await
        .unwrap();
    let received_on = calendar::today(&world.app).await.unwrap();
    for (client, currency) in &rich {
        let (client_id, reference) = (ClientId(*client), format!("from {client}"));
        let payment = NewPayment {
            client_id,
            gateway: "gateway-offline",
            transaction_ref: &reference,
            currency,
            amount: 5000,
            received_on,
            note: "",
            collection_id: None,
        };
        let id = payments::insert(tx.conn(), &payment).await.unwrap();
        let entries = [
            Entry { account: "cash", client: None, amount: 5000 },
            Entry { account: "client_credit", client: Some(client_id), amount: -5000 },
        ];
        ledger::post(tx.conn(), &format!("payment:{id}"), currency, &entries).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Services that are due today.
async fn sell(world: &World, round: i64) {
    sqlx::query(
        "INSERT INTO service (client_id, product_id, state, label, cycle_id, price_id, currency, amount, anchor, billed_through)
         SELECT c.id, p.product_id, 'active', 'site ' || $1 || ' ' || k, p.cycle_id, p.id, p.currency, p.amount,
                current_date, current_date
         FROM client c CROSS JOIN generate_series(0, 2) k
         JOIN price p ON p.currency = c.currency AND p.cycle_id = (ARRAY[1, 3, 6, 12])[1 + (c.id + k + $1) % 4]
         JOIN product w ON w.id = p.product_id AND w.slug = 'web'
         WHERE c.last_name ~ '^[0-9]+$' AND k <= (c.id + $1) % 3 ORDER BY c.id, k",
    )
    .bind(round)
    .execute(world.pool())
    .await
    .unwrap();
}

/// Everything that the run wrote, without ids and without the order in which clients had their turn.
async fn books(world: &World) -> Vec<String> {
    world
        .state(
            "SELECT format('invoice %s %s %s %s %s %s %s', i.client_id, i.due_on, i.state, i.currency, i.total, i.tax,
                 (SELECT string_agg(format('%s %s %s %s %s', l.kind, l.service_id, l.period, l.net, l.tax), ',' ORDER BY l.service_id)
                  FROM invoice_line l WHERE l.invoice_id = i.id)) FROM invoice i
             UNION ALL SELECT format('account %s %s %s %s', a.kind, a.client_id, a.currency, sum(e.amount))
                 FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id GROUP BY a.kind, a.client_id, a.currency
             UNION ALL SELECT format('event %s %s %s', name, payload ->> 'client_id', count(*)) FROM event
                 WHERE name LIKE 'Invoice%' GROUP BY name, payload ->> 'client_id'
             UNION ALL SELECT format('audit %s %s', action, count(*)) FROM audit_log WHERE action = 'invoice.issue' GROUP BY action
             UNION ALL SELECT format('mail %s %s', client_id, count(*)) FROM mail GROUP BY client_id
             UNION ALL SELECT format('billed %s %s %s', id, billed_through, paid_through) FROM service
             UNION ALL SELECT format('numbers %s to %s, %s of them', min(number), max(number), count(DISTINCT number)) FROM invoice
             UNION ALL SELECT format('left %s %s', task, count(*)) FROM task_client GROUP BY task
             ORDER BY 1",
        )
        .await
}

async fn undisturbed(rounds: i64) -> Vec<String> {
    let world = World::open().await;
    people(&world).await;
    let (actor, today) = (Actor::system("test"), calendar::today(&world.app).await.unwrap());
    for round in 0..rounds {
        sell(&world, round).await;
        daily::run(&world.app, &actor, "invoices", today, Mode::Real).await.unwrap();
    }
    jobs::drain(&world.app).await.unwrap();
    books(&world).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_billing_run_that_is_killed_again_and_again_has_the_books_of_one_that_was_not() {
    let (kills, seed) = (number("BILLING_KILLS", 10), number("BILLING_SEED", 2026));
    let world = World::open().await;
    people(&world).await;
    let directory = tempfile::tempdir().unwrap();
    let mut node = Node::start(BINARY, directory.path(), "one", &world.database_url(), false);
    let today = calendar::today(&world.app).await.unwrap().to_string();
    let (mut dice, started, mut killed, mut rounds) = (Dice(seed), Instant::now(), 0, 0);
    while killed < kills {
        sell(&world, rounds).await;
        rounds += 1;
        let since = Instant::now();
        for turn in 0.. {
            assert!(since.elapsed() < PATIENCE, "the run does not end");
            let run = node.begin(&["run", "invoices", "--date", &today]);
            // A little longer each time, so that a slow machine comes to an end, too.
            let time = Duration::from_millis(dice.roll(LONGEST + 100 * turn));
            if let Some(success) = run.within(time).await {
                assert!(success, "the run failed");
                break;
            }
            killed += 1;
            if dice.roll(10) == 0 {
                node.crash();
                killed += 1;
            }
        }
    }
    println!("{killed} kills in {rounds} rounds, {:?}", started.elapsed());
    drop(node);
    jobs::drain(&world.app).await.unwrap();
    assert_eq!(world.violations().await, Vec::<String>::new());
    let (disturbed, calm) = (books(&world).await, undisturbed(rounds).await);
    let invoices = calm.iter().filter(|row| row.starts_with("invoice ")).count();
    println!("{invoices} invoices, {} rows of books compared", calm.len());
    assert!(invoices > 0);
    assert_eq!(disturbed, calm);
}
