use chrono::TimeDelta;
use innkeeper_domain::Currency;

use super::*;
use crate::testing::TestApp;

/// Two payments today, one yesterday, one long ago; an overdue and a due invoice, half paid.
const FIXTURE: &str = "
    INSERT INTO payment (client_id, gateway, transaction_ref, currency, amount, received_on)
    SELECT c.id, 'bank', t.ref, t.currency, t.amount, $1::date - t.ago FROM client c,
        (VALUES ('a', 'EUR', 1000, 0), ('b', 'EUR', 250, 0), ('c', 'USD', 99, 1), ('d', 'EUR', 5, 100)) t (ref, currency, amount, ago)";

#[tokio::test]
async fn the_figures_are_those_of_the_days_asked_for() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let client = app.client("ada@lovelace.example").await;
    let today = app.now().date_naive();
    sqlx::query(FIXTURE).bind(today).execute(app.pool()).await.unwrap();
    for (days, total) in [(-5, 700), (5, 300)] {
        sqlx::query(
            "INSERT INTO invoice (client_id, state, series, number, number_text, currency, subtotal, total, issued_on,
                                  due_on, client_snapshot, seller_snapshot, digest)
             VALUES ($1, 'unpaid', 'INV', $2, 'INV-' || $2, 'EUR', $2, $2, $3, $4, '{}', '{}', '')",
        )
        .bind(client.id.get())
        .bind(i64::from(total))
        .bind(today)
        .bind(today + TimeDelta::days(days))
        .execute(app.pool())
        .await
        .unwrap();
    }
    let pay = "INSERT INTO allocation (payment_id, invoice_id, amount) SELECT p.id, i.id, 100 FROM payment p, invoice i
               WHERE p.transaction_ref = 'd' AND i.number = 700";
    sqlx::query(pay).execute(app.pool()).await.unwrap();
    sqlx::query("INSERT INTO sales_order (client_id, currency, total, created_at) SELECT id, 'EUR', 1, $1 FROM client")
        .bind(app.now())
        .execute(app.pool())
        .await
        .unwrap();
    sqlx::query("INSERT INTO job (kind, state) VALUES ('x', 'dead')").execute(app.pool()).await.unwrap();

    let seen = dashboard(&app, &admin, 3).await.unwrap();
    assert_eq!((seen.days.len(), seen.days[2]), (3, today));
    let euro: Vec<i64> = seen.income[0].1.iter().map(|m| m.minor()).collect();
    let dollar: Vec<i64> = seen.income[1].1.iter().map(|m| m.minor()).collect();
    assert_eq!((euro, dollar), (vec![0, 0, 1250], vec![0, 99, 0]));
    assert_eq!(seen.orders, [0, 0, 1]);
    let euros = |minor| Money::new(minor, Currency::EUR);
    assert_eq!(seen.due, [Due { due: euros(900), due_count: 2, overdue: euros(600), overdue_count: 1 }]);
    assert_eq!(seen.failures, Failures { effects: 0, jobs: 1, deliveries: 0 });
    assert_eq!((seen.clients, seen.pending_orders), (1, 1));
}
