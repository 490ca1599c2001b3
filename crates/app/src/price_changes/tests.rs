//! New prices for services that exist.

use chrono::{Days, Months, NaiveDate};
use innkeeper_domain::{Currency, CycleId, ProductId};

use super::{of_product, withdraw};
use crate::{
    AppError,
    billing::{preview, testing::Host},
    catalogue::{NewPrice, set_prices},
    jobs,
};

async fn prices(host: &Host, monthly: i64, existing: Option<NaiveDate>) -> crate::Result<()> {
    let price = |cycle, amount| NewPrice { currency: Currency::EUR, cycle_id: CycleId(cycle), amount, setup: 0 };
    set_prices(&host.app, &host.admin, ProductId(1), vec![price(1, monthly), price(12, 10_000)], existing).await
}

/// Makes what is due within so many days due now.
async fn look_ahead(host: &Host, days: i32) {
    sqlx::query("UPDATE billing_cycle SET invoice_days = $1").bind(days).execute(host.app.pool()).await.unwrap();
}

#[tokio::test]
async fn clients_are_told_once_and_pay_the_new_price_from_the_first_period_that_is_late_enough() {
    let host = Host::open().await;
    let (ada, bob) = (host.app.client("ada@example.com").await, host.app.client("bob@example.com").await);
    host.service(ada.id, 1, host.today + Days::new(5)).await;
    host.service(ada.id, 12, host.today + Days::new(5)).await;
    let own = host.service(bob.id, 1, host.today + Days::new(5)).await;
    sqlx::query("UPDATE service SET amount = 800 WHERE id = $1").bind(own).execute(host.app.pool()).await.unwrap();
    let from = host.today + Days::new(20);
    prices(&host, 1200, Some(from)).await.unwrap();

    let counts = host.run("prices").await;
    assert_eq!((counts.get("told"), counts.get("changed")), (Some(&1), Some(&0)), "{counts:?}");
    assert!(host.run("prices").await.is_empty(), "nobody is told twice");
    jobs::drain(&host.app.app).await.unwrap();
    let body: Vec<String> = host.rows("SELECT body FROM mail WHERE template = 'price_changed'").await;
    let second = (host.today + Days::new(5)).checked_add_months(Months::new(1)).unwrap();
    assert_eq!(body.len(), 1);
    assert!(body[0].contains("Monthly: 12.00 EUR instead of 10.00 EUR"), "{body:?}");
    assert!(body[0].contains(&second.to_string()) || body[0].contains(&second.format("%B").to_string()), "{body:?}");
    let waiting = of_product(&host.app, &host.admin, ProductId(1)).await.unwrap();
    assert_eq!(waiting.iter().map(|k| (k.old, k.new, k.services, k.told)).collect::<Vec<_>>(), [(1000, 1200, 1, 1)]);

    let ahead = preview(&host.app, &host.admin, ada.id, host.today + Days::new(80)).await.unwrap();
    let coming: Vec<i64> = ahead.iter().map(|invoice| invoice.subtotal.minor()).collect();
    assert_eq!(coming, [11_000, 1200, 1200], "the forecast knows it");
    look_ahead(&host, 36).await;
    for _ in 0..2 {
        host.run("prices").await;
        host.run("invoices").await;
        host.pay_all().await;
    }
    let lines = "SELECT service_id || ': ' || net FROM invoice_line ORDER BY service_id, lower(period)";
    assert_eq!(host.rows::<String>(lines).await, ["1: 1000", "1: 1200", "2: 10000", "3: 800", "3: 800"]);
    assert!(of_product(&host.app, &host.admin, ProductId(1)).await.unwrap().is_empty(), "nobody waits any more");
    host.holds().await;
}

#[tokio::test]
async fn a_price_that_is_replaced_twice_is_followed_to_the_end() {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await;
    host.service(ada.id, 1, host.today).await;
    prices(&host, 1200, Some(host.today)).await.unwrap();
    prices(&host, 1300, Some(host.today)).await.unwrap();
    host.run("prices").await;
    assert_eq!(host.rows::<i64>("SELECT amount FROM service").await, [1300]);
    let named: Vec<bool> =
        host.rows("SELECT r.retired_at IS NULL FROM service s JOIN price r ON r.id = s.price_id").await;
    assert_eq!(named, [true]);
    host.holds().await;
}

#[tokio::test]
async fn without_a_day_they_keep_it_and_a_change_can_be_taken_back() {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await;
    host.service(ada.id, 1, host.today).await;
    prices(&host, 1100, None).await.unwrap();
    assert!(host.run("prices").await.is_empty());
    let yesterday = host.today.pred_opt().unwrap();
    assert!(matches!(prices(&host, 1200, Some(yesterday)).await, Err(AppError::Invalid(_))));

    let bob = host.app.client("bob@example.com").await;
    sqlx::query(
        "UPDATE service SET price_id = (SELECT id FROM price WHERE cycle_id = 1 AND retired_at IS NULL), amount = 1100",
    )
    .execute(host.app.pool())
    .await
    .unwrap();
    prices(&host, 1200, Some(host.today + Days::new(1))).await.unwrap();
    let change = of_product(&host.app, &host.admin, ProductId(1)).await.unwrap().remove(0).id;
    assert!(matches!(withdraw(&host.app, &bob.actor, ProductId(1), change).await, Err(AppError::Forbidden)));
    assert!(matches!(withdraw(&host.app, &host.admin, ProductId(2), change).await, Err(AppError::NotFound(_))));
    host.run("prices").await;
    withdraw(&host.app, &host.admin, ProductId(1), change).await.unwrap();
    look_ahead(&host, 40).await;
    host.run("prices").await;
    host.run("invoices").await;
    assert_eq!(host.rows::<i64>("SELECT net FROM invoice_line").await, [1100]);
    host.holds().await;
}
