use innkeeper_domain::{ClientId, Currency};

use super::range;
use crate::reports::{Lifetime, Recurring, Share, Stand, recurring};
use crate::testing::TestApp;

/// A host in Vienna with one product.
async fn host() -> TestApp {
    let app = TestApp::new().await;
    for sql in [
        "INSERT INTO setting (key, value) VALUES ('company', '{\"name\": \"Harbour\", \"time_zone\": \"Europe/Vienna\"}')",
        "INSERT INTO product_group (name) VALUES ('Hosting')",
        "INSERT INTO product (group_id, name, slug) VALUES (1, 'Web', 'web'), (1, 'Mail', 'mail')",
        "INSERT INTO price (product_id, currency, cycle_id, amount) VALUES (1, 'EUR', 1, 1000)",
        "INSERT INTO billing_cycle (id, name, kind, count, unit) VALUES
             (501, 'Weekly', 'recurring', 1, 'week'), (502, 'Daily', 'recurring', 1, 'day'), (503, 'Every 4 weeks', 'recurring', 4, 'week')",
    ] {
        sqlx::query(sql).execute(app.pool()).await.unwrap();
    }
    app
}

/// A service: product, cycle, amount, currency, state, the moments between which it ran.
type Service<'a> = (i64, i64, i64, &'a str, &'a str, &'a str, Option<&'a str>);

fn monthly<'a>(state: &'a str, began: &'a str, ended: Option<&'a str>) -> Service<'a> {
    (1, 1, 1000, "EUR", state, began, ended)
}

async fn add(app: &TestApp, client: ClientId, (product, cycle, amount, currency, state, began, ended): Service<'_>) {
    sqlx::query(
        "INSERT INTO service (client_id, product_id, state, label, cycle_id, price_id, currency, amount, anchor, suspend_reason,
                              activated_at, terminated_at)
         VALUES ($1, $2, $6, 'site', $3, 1, $5, $4, '2025-01-01', CASE $6 WHEN 'suspended' THEN 'late' END,
                 $7::text::timestamptz, $8::text::timestamptz)",
    )
    .bind(client.get())
    .bind(product)
    .bind(cycle)
    .bind(amount)
    .bind(currency)
    .bind(state)
    .bind(began)
    .bind(ended)
    .execute(app.pool())
    .await
    .unwrap();
}

fn stand(clients: i64, services: i64, monthly: i64) -> (i64, i64, i64) {
    (clients, services, monthly)
}
fn of(seen: Stand) -> (i64, i64, i64) {
    (seen.clients, seen.services, seen.monthly.minor())
}

#[tokio::test]
async fn every_cycle_is_worth_a_month() {
    let app = host().await;
    // As docs/reports.md has it.
    for (amount, cycle, expected) in [
        (1000, 1, 1000),
        (3000, 3, 1000),
        (12_000, 12, 1000),
        (10_000, 12, 833),
        (10_000, 24, 417),
        (700, 501, 3044),
        (100, 502, 3044),
        (2800, 503, 3044),
        (6, 12, 1),
    ] {
        let monthly: i64 = sqlx::query_scalar("SELECT monthly_worth($1, count, unit) FROM billing_cycle WHERE id = $2")
            .bind(i64::from(amount))
            .bind(i64::from(cycle))
            .fetch_one(app.pool())
            .await
            .unwrap();
        assert_eq!(monthly, expected, "{amount} each cycle {cycle}");
    }
}

#[tokio::test]
async fn what_recurs_today_is_told_by_product() {
    let app = host().await;
    let admin = app.admin().await;
    let (ada, bob) = (app.client("ada@example.com").await.id, app.client("bob@example.com").await.id);
    let began = "2025-01-10 12:00+01";
    for (client, service) in [
        (ada, (1, 1, 1000, "EUR", "active", began, None)),
        (ada, (2, 12, 10_000, "EUR", "suspended", began, None)),
        (bob, (1, 12, 12_000, "EUR", "active", began, None)),
        (bob, (1, 1, 700, "USD", "active", began, None)),
        // None of these recurs.
        (bob, (1, 1, 0, "EUR", "active", began, None)),
        (bob, (1, 0, 5000, "EUR", "active", began, None)),
        (bob, (1, 1, 5000, "EUR", "pending", began, None)),
        (bob, (1, 1, 5000, "EUR", "terminated", began, Some(began))),
    ] {
        add(&app, client, service).await;
    }
    let all = recurring(&app, &admin, range("2025-01-01", "2025-01-31")).await.unwrap();
    let [euros, dollars] = all.as_slice() else { panic!("two currencies: {all:?}") };
    assert_eq!((of(euros.now), of(dollars.now)), (stand(2, 3, 2833), stand(1, 1, 700)));
    let products: Vec<_> = euros.products.iter().map(|p| (p.name.as_str(), of(p.stand))).collect();
    assert_eq!(products, [("Web", stand(2, 2, 2000)), ("Mail", stand(1, 1, 833))]);
    assert_eq!(euros.per_client.map(|m| m.minor()), Some(1417), "28.33 of two clients");
    assert_eq!(euros.lifetime, None, "one month says nothing");
    assert_eq!(of(euros.months[0].new), stand(2, 3, 2833));
}

/// Ten clients with 10.00 a month; the last has 120.00 a year besides, from 10 Jan to 20 Feb. Two leave in January,
/// two in February, one in March, and one of January's comes back in April.
async fn quarter() -> (TestApp, Vec<Recurring>) {
    let app = host().await;
    let ends = [Some("2025-01-15"), Some("2025-01-20"), Some("2025-02-01"), Some("2025-02-28"), Some("2025-03-31")];
    for n in 0..10 {
        let client = app.client(&format!("c{n}@example.com")).await.id;
        let end = ends.get(n).copied().flatten().map(|day| format!("{day} 12:00+01"));
        let state = if end.is_some() { "terminated" } else { "active" };
        add(&app, client, monthly(state, "2024-12-10 12:00+01", end.as_deref())).await;
        match n {
            0 => add(&app, client, monthly("active", "2025-04-05 12:00+02", None)).await,
            9 => {
                let (began, ended) = ("2025-01-10 12:00+01", "2025-02-20 12:00+01");
                add(&app, client, (1, 12, 12_000, "EUR", "terminated", began, Some(ended))).await;
            }
            _ => {}
        }
    }
    // Somebody in dollars changes the plan within a day: neither lost nor new.
    let client = app.client("dora@example.com").await.id;
    let (began, day) = ("2025-01-31 23:30+00", "2025-02-10 08:00+01");
    add(&app, client, (1, 1, 500, "USD", "terminated", began, Some(day))).await;
    add(&app, client, (2, 1, 900, "USD", "active", "2025-02-10 17:00+01", None)).await;
    let admin = app.admin().await;
    let all = recurring(&app, &admin, range("2025-01-15", "2025-03-31")).await.unwrap();
    (app, all)
}

#[tokio::test]
async fn months_begin_where_the_month_before_ended() {
    let (_app, all) = quarter().await;
    let months: Vec<_> = all[0]
        .months
        .iter()
        .map(|m| (m.month.to_string(), [m.opening, m.new, m.lost, m.closing].map(of), m.whole))
        .collect();
    let expected = [
        ("2025-01-01".into(), [stand(10, 10, 10_000), stand(0, 1, 1000), stand(2, 2, 2000), stand(8, 9, 9000)], true),
        ("2025-02-01".into(), [stand(8, 9, 9000), stand(0, 0, 0), stand(2, 3, 3000), stand(6, 6, 6000)], true),
        ("2025-03-01".into(), [stand(6, 6, 6000), stand(0, 0, 0), stand(1, 1, 1000), stand(5, 5, 5000)], true),
    ];
    assert_eq!(months, expected);
    let dollars: Vec<_> = all[1].months.iter().map(|m| [m.new, m.lost].map(of)).collect();
    let none = stand(0, 0, 0);
    // It began in February: in Vienna the last half hour of January in London is the next day.
    assert_eq!(dollars, [[none, none], [stand(1, 2, 1400), stand(0, 1, 500)], [none, none]]);
}

#[tokio::test]
async fn a_client_is_worth_what_it_pays_while_it_stays() {
    let (app, all) = quarter().await;
    let euros = &all[0];
    assert_eq!((of(euros.now), euros.per_client.map(|m| m.minor())), (stand(6, 6, 6000), Some(1000)));
    // As docs/reports.md has it: 5 of 10 + 8 + 6 clients, 60.00 of 100.00 + 90.00 + 60.00.
    let expected = Lifetime {
        client_churn: Share { part: 5, of: 24 },
        value_churn: Share { part: 6000, of: 25_000 },
        value: innkeeper_domain::Money::new(4800, Currency::EUR),
    };
    assert_eq!(euros.lifetime, Some(expected));
    assert_eq!((expected.client_churn.basis_points(), expected.value_churn.basis_points()), (Some(2083), Some(2400)));
    assert_eq!(all[1].lifetime, None, "nobody was lost");

    let admin = app.staff("more@host.example", innkeeper_domain::Permission::ALL).await;
    let short = recurring(&app, &admin, range("2025-01-01", "2025-03-30")).await.unwrap();
    assert_eq!((short[0].months[2].whole, short[0].lifetime), (false, None), "March is not over");
    let longer = recurring(&app, &admin, range("2025-01-01", "2025-04-30")).await.unwrap();
    assert_eq!(of(longer[0].months[3].new), stand(1, 1, 1000), "who comes back is new");
}
