//! Free days at first, and services sold for so many periods.

use chrono::{Days, TimeDelta};
use innkeeper_domain::{Currency, CycleId, OrderId, ProductId, ServiceId};
use std::collections::BTreeMap;

use crate::{
    Actor,
    billing::{preview, testing::Host},
    carts::{self, AddProduct},
    catalogue::{ProductKey, product_for_order},
    daily, jobs, orders,
    services::{self, End},
};

/// A host that sells hosting with these columns of the product.
async fn host(terms: &str) -> Host {
    let host = Host::open().await;
    let sql = format!("UPDATE product SET {terms}");
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(host.app.pool()).await.unwrap();
    host
}

async fn cart(host: &Host, actor: &Actor, cycles: &[i64]) -> String {
    let token = carts::create(&host.app, actor, None).await.unwrap();
    for cycle in cycles {
        let add = AddProduct {
            parent: None,
            product_id: ProductId(1),
            cycle_id: CycleId(*cycle),
            fields: BTreeMap::new(),
            custom_fields: BTreeMap::new(),
            options: BTreeMap::new(),
        };
        carts::add_product(&host.app, actor, &token, add).await.unwrap();
    }
    token
}

async fn order(host: &Host, actor: &Actor, cycles: &[i64]) -> OrderId {
    let token = cart(host, actor, cycles).await;
    let id = orders::checkout(&host.app, actor, &token).await.unwrap();
    jobs::drain(&host.app.app).await.unwrap();
    id
}

#[tokio::test]
async fn a_trial_costs_nothing_until_it_is_over_and_is_given_once() {
    let host = host("trial_days = 14").await;
    let ada = host.app.client("ada@example.com").await;
    let free = async || {
        let form = product_for_order(&host.app, ProductKey::Slug("web"), Currency::EUR, Some(ada.id)).await.unwrap();
        form.terms.trial_days
    };
    assert_eq!(free().await, Some(14));
    let token = cart(&host, &ada.actor, &[1, 12]).await;
    let view = carts::view(&host.app, &ada.actor, &token).await.unwrap().unwrap();
    let over = host.today + Days::new(14);
    let trials: Vec<_> = view.items.iter().map(|item| item.trial.map(|(until, then)| (until, then.minor()))).collect();
    assert_eq!(trials, [Some((over, 1000)), None], "of two in a cart the first one is free");
    assert_eq!(view.quote.total.minor(), 12_000, "the second one is paid");

    order(&host, &ada.actor, &[1]).await;
    let state = "SELECT state || ' ' || anchor || ' ' || billed_through FROM service ORDER BY id";
    assert_eq!(host.rows::<String>(state).await, [format!("active {over} {over}")], "it is set up at once");
    assert_eq!(host.rows::<i64>("SELECT count(*) FROM invoice").await, [0]);
    assert_eq!(free().await, None, "the order form promises it to who had it no more");
    order(&host, &ada.actor, &[1]).await;
    assert_eq!(host.rows::<i64>("SELECT total FROM invoice").await, [1200], "a second one is no trial");

    sqlx::query("UPDATE billing_cycle SET invoice_days = 3").execute(host.app.pool()).await.unwrap();
    host.app.clock.advance(TimeDelta::days(10));
    assert!(host.run("invoices").await.is_empty());
    host.app.clock.advance(TimeDelta::days(1));
    host.run("invoices").await;
    let line = "SELECT lower(l.period) || ' ' || i.due_on || ' ' || i.total FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id
                WHERE l.service_id = 1";
    assert_eq!(host.rows::<String>(line).await, [format!("{over} {over} 1200")]);
    host.holds().await;
}

#[tokio::test]
async fn a_trial_that_is_ended_before_it_is_over_is_never_invoiced() {
    let host = host("trial_days = 14").await;
    let ada = host.app.client("ada@example.com").await;
    order(&host, &ada.actor, &[1]).await;
    let ends = services::end(&host.app, &ada.actor, ServiceId(1), End::PeriodEnd, "").await.unwrap();
    assert_eq!(ends, host.today + Days::new(14), "what is free is used up first");
    for _ in 0..3 {
        host.app.clock.advance(TimeDelta::days(7));
        daily::catch_up(&host.app).await.unwrap();
        jobs::drain(&host.app.app).await.unwrap();
    }
    assert_eq!(host.rows::<i64>("SELECT count(*) FROM invoice").await, [0]);
    assert_eq!(host.rows::<String>("SELECT state FROM service").await, ["terminated"]);
    host.holds().await;
}

#[tokio::test]
async fn a_service_of_so_many_periods_ends_or_goes_on_for_nothing() {
    for (afterwards, state) in [("end", "terminated"), ("free", "active")] {
        let host = host(&format!("term_periods = 3, after_term = '{afterwards}'")).await;
        let ada = host.app.client("ada@example.com").await;
        order(&host, &ada.actor, &[1]).await;
        host.pay(1).await;
        jobs::drain(&host.app.app).await.unwrap();
        let ahead = preview(&host.app, &host.admin, ada.id, host.today + Days::new(400)).await.unwrap();
        assert_eq!(ahead.len(), 2, "the preview knows where it stops");
        for _ in 0..5 {
            host.app.clock.advance(TimeDelta::days(31));
            daily::catch_up(&host.app).await.unwrap();
            jobs::drain(&host.app.app).await.unwrap();
            host.pay_all().await;
        }
        assert_eq!(host.rows::<i64>("SELECT count(*) FROM invoice_line WHERE kind = 'recurring'").await, [3]);
        assert_eq!(host.rows::<String>("SELECT state FROM service").await, [state], "{afterwards}");
        let until = "SELECT (term_until = (anchor + interval '3 months')::date AND billed_through = term_until)::text FROM service";
        assert_eq!(host.rows::<String>(until).await, ["true"]);
        host.holds().await;
    }
}
