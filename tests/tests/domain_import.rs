//! Domains of a registrar's account are taken over by a node that is killed on the way. What comes of it is what comes
//! of an import that nobody disturbed; and what is taken back leaves nobody with a domain.
//!
//! `IMPORT_DOMAINS` sets how many: `IMPORT_DOMAINS=20000 cargo nextest run -p innkeeper-tests --release --test
//! domain_import --no-capture`

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "tests")]

use chrono::{Days, NaiveDate};
use innkeeper_app::{
    Actor, calendar,
    daily::{self, Mode},
    domains::import,
    jobs,
};
use innkeeper_domain::DomainImportId;
use innkeeper_simulators::dondominio::ContactData;
use innkeeper_tests::{World, chance::number, node::Node};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_innkeeper-under-test");
const REGISTRAR: &str = "registrar-dondominio";
/// Nothing is done for so long: something is wrong.
const PATIENCE: Duration = Duration::from_secs(300);

fn staff() -> Actor {
    Actor::system("test")
}

/// Owner number `n`. Some cannot become clients; every fifth is one, by its address or its tax number.
fn owner(n: u64) -> ContactData {
    let text = str::to_owned;
    ContactData {
        contact_type: text(if n.is_multiple_of(3) { "organization" } else { "individual" }),
        first_name: text("Ada"),
        last_name: format!("Owner {n}"),
        org_name: if n.is_multiple_of(3) { format!("Example {n} S.L.") } else { String::new() },
        ident_number: format!("T{n:07}"),
        email: if n % 50 == 49 { String::new() } else { format!("Owner{n}@example.org") },
        phone: text(if n.is_multiple_of(4) { "none" } else { "+34.911222333" }),
        address: text("Calle Mayor 1\r\n2º B"),
        postal_code: text("28001"),
        city: text("Madrid"),
        state: text("Madrid"),
        country: text(if n % 50 == 48 { "Spain" } else { "ES" }),
    }
}

/// A host whose account holds `domains`, of which one is a client's already and some cannot be sold.
async fn host(domains: u64) -> World {
    let world = World::open().await;
    let day = NaiveDate::from_ymd_opt(2031, 1, 1).unwrap();
    let held = (0..domains).map(|n| {
        let zone = if n % 40 == 39 { "net" } else { ["com", "es"][usize::from(n.is_multiple_of(2))] };
        // Four of five owners have three domains or more.
        let owner = owner((n / 3) % (domains / 4));
        (format!("held{n}.{zone}"), owner, day.checked_add_days(Days::new(n % 300)).unwrap())
    });
    world.dondominio.hold(held).unwrap();
    sqlx::query(
        "INSERT INTO client (first_name, last_name, email, country, currency, tax_number)
         SELECT 'Known', n::text, CASE WHEN n % 10 = 0 THEN 'owner' ELSE 'other' END || n || '@example.org', 'ES', 'EUR',
                CASE WHEN n % 10 = 5 THEN 'ES-T' || lpad(n::text, 7, '0') ELSE '' END
         FROM generate_series(0, $1::int, 5) n
         UNION ALL SELECT 'Twin', '', 'owner10@example.org', 'ES', 'EUR', ''",
    )
    .bind(i32::try_from(domains / 4).unwrap())
    .execute(world.pool())
    .await
    .unwrap();
    world
        .run(
            "INSERT INTO domain (client_id, name, tld_id, plugin_id, kind, state, years, currency, amount)
             VALUES (1, 'held1.com', 1, 'registrar-dondominio', 'register', 'pending', 1, 'EUR', 1400)",
        )
        .await;
    world
}

/// Everything that an import did, without ids.
async fn outcome(world: &World) -> Vec<String> {
    world
        .state(
            "SELECT format('row %s %s %s %s %s %s', r.name, r.state, r.reason, r.made_client, c.email, r.expires_on)
                 FROM domain_import_row r LEFT JOIN client c ON c.id = r.client_id
             UNION ALL SELECT format('domain %s %s %s %s %s %s', d.name, d.state, c.email, d.expires_on, d.amount, d.remote_id)
                 FROM domain d JOIN client c ON c.id = d.client_id
             UNION ALL SELECT format('client %s %s %s %s %s', email, company, phone, tax_number, state) FROM client
             UNION ALL SELECT format('event %s %s', name, count(*)) FROM event WHERE name LIKE 'Client%' GROUP BY name
             UNION ALL SELECT format('audit %s %s', action, count(*)) FROM audit_log GROUP BY action
             UNION ALL SELECT format('mail %s', count(*)) FROM mail
             ORDER BY 1",
        )
        .await
}

/// Waits until a query tells a number above `least`.
async fn until(world: &World, least: i64, what: &'static str) {
    let since = Instant::now();
    while sqlx::query_scalar::<_, i64>(what).fetch_one(world.pool()).await.unwrap() <= least {
        assert!(since.elapsed() < PATIENCE, "it does not end: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn calm(domains: u64) -> Vec<String> {
    let world = host(domains).await;
    let id = import::start(&world.app, &staff(), REGISTRAR, None).await.unwrap();
    jobs::drain(&world.app).await.unwrap();
    import::carry_out(&world.app, &staff(), id).await.unwrap();
    jobs::drain(&world.app).await.unwrap();
    outcome(&world).await
}

async fn count(world: &World, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(world.pool()).await.unwrap()
}

const READ: &str = "SELECT count(*) FROM domain_import_row";
const GIVEN: &str = "SELECT count(*) FROM domain_import_row WHERE state = 'imported'";
const READY: &str = "SELECT count(*) FROM domain_import WHERE state = 'ready'";
const DONE: &str = "SELECT count(*) FROM domain_import WHERE state = 'done'";

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_killed_twice_is_that_of_one_that_was_not_and_can_be_taken_back() {
    let domains = number("IMPORT_DOMAINS", 1200);
    let world = host(domains).await;
    let directory = tempfile::tempdir().unwrap();
    let mut node = Node::start(BINARY, directory.path(), "one", &world.database_url(), false);

    let started = Instant::now();
    let id: DomainImportId = import::start(&world.app, &staff(), REGISTRAR, None).await.unwrap();
    until(&world, i64::try_from(domains / 3).unwrap(), READ).await;
    node.crash();
    until(&world, 0, READY).await;
    let (listed, requests) = (started.elapsed(), world.dondominio.requests());
    assert_eq!(
        count(&world, "SELECT count(*) FROM event WHERE name = 'Client-Create'").await,
        0,
        "looking changes nothing"
    );
    assert_eq!(count(&world, "SELECT count(*) FROM domain").await, 1);

    let started = Instant::now();
    import::carry_out(&world.app, &staff(), id).await.unwrap();
    until(&world, i64::try_from(domains / 3).unwrap(), GIVEN).await;
    node.crash();
    until(&world, 0, DONE).await;
    println!(
        "{domains} domains: listed and judged in {listed:?} with {requests} requests, given in {:?}; a node takes {} MiB at most",
        started.elapsed(),
        node.peak_mib()
    );
    drop(node);
    jobs::drain(&world.app).await.unwrap();
    assert_eq!(world.violations().await, Vec::<String>::new());
    let (disturbed, calm) = (outcome(&world).await, calm(domains).await);
    println!("{} rows compared", calm.len());
    let differ: Vec<_> = disturbed.iter().filter(|row| !calm.contains(row)).take(5).collect();
    assert!(disturbed.len() == calm.len() && differ.is_empty(), "{} rows, among them {differ:#?}", disturbed.len());
    judged_right(&world, domains).await;

    // One domain is invoiced before all of it is taken back.
    world.run("UPDATE domain SET auto_renew = (name = 'held3.com'), expires_on = current_date + 1 WHERE name = 'held3.com'").await;
    let today = calendar::today(&world.app).await.unwrap();
    let run = daily::run(&world.app, &staff(), "domain_renewals", today, Mode::Real).await.unwrap();
    assert_eq!(run.get("invoices"), Some(&1), "{run:?}");
    import::undo(&world.app, &staff(), id).await.unwrap();
    jobs::drain(&world.app).await.unwrap();
    assert_eq!(
        world.state("SELECT name || ' ' || reason FROM domain_import_row WHERE state = 'kept'").await,
        ["held3.com it was invoiced, worked on or moved since"]
    );
    assert_eq!(world.state("SELECT name FROM domain WHERE state = 'active'").await, ["held3.com"]);
    assert_eq!(world.state("SELECT state || count(*) FROM domain_import GROUP BY state").await, ["undone1"]);
    let open = "SELECT count(*) FROM client c WHERE c.state <> 'closed' AND EXISTS (SELECT 1 FROM domain_import_row r
                WHERE r.client_id = c.id AND r.made_client AND NOT EXISTS (SELECT 1 FROM domain WHERE client_id = c.id AND state = 'active'))";
    assert_eq!(count(&world, open).await, 0, "clients that were created and have nothing are closed");
    assert_eq!(world.violations().await, Vec::<String>::new());

    // Done again, the same clients are opened again instead of being created beside the closed ones.
    let clients = count(&world, "SELECT count(*) FROM client").await;
    let id = import::start(&world.app, &staff(), REGISTRAR, None).await.unwrap();
    jobs::drain(&world.app).await.unwrap();
    import::carry_out(&world.app, &staff(), id).await.unwrap();
    jobs::drain(&world.app).await.unwrap();
    assert_eq!(count(&world, "SELECT count(*) FROM client").await, clients);
    assert_eq!(world.violations().await, Vec::<String>::new());
}

/// Whose what became, by hand.
async fn judged_right(world: &World, domains: u64) {
    let reasons = world
        .state("SELECT format('%s %s', state, CASE WHEN reason ~ '^no client' THEN 'no client' ELSE reason END) FROM domain_import_row GROUP BY 1 ORDER BY 1")
        .await;
    assert_eq!(
        reasons,
        [
            "imported ",
            "imported same e-mail address",
            "imported same tax number",
            "skipped its extension is not sold through this registrar in EUR",
            "skipped no client",
            "skipped several clients: same e-mail address",
        ]
    );
    let all = i64::try_from(domains).unwrap() - 1;
    assert_eq!(count(world, READ).await, all, "the one that is here is not listed");
    assert_eq!(
        count(world, "SELECT count(*) FROM (SELECT lower(email) FROM client GROUP BY 1 HAVING count(*) > 1) twins")
            .await,
        1,
        "nobody was created twice"
    );
    let phones = world.state("SELECT DISTINCT phone FROM client WHERE first_name = 'Ada' ORDER BY 1").await;
    assert_eq!(phones, ["", "+34.911222333"]);
}
