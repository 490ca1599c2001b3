//! The daily tasks on small businesses.

use chrono::{Days, NaiveDate, TimeDelta};
use innkeeper_domain::{Currency, CycleId, Money, ProductId, ServiceId};
use serde_json::json;

use super::{Mode, catch_up, run, status};
use crate::{
    AppError,
    billing::{self, ClientRules, OwnTerms, ProductRules, forecast, preview, testing::Host},
    jobs,
    settings::{self, Billing, LateFee},
};

fn count(counts: &super::Counts, name: &str) -> i64 {
    counts.get(name).copied().unwrap_or_default()
}

#[tokio::test]
async fn a_due_period_is_invoiced_once_with_tax_ledger_event_and_mail() {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await;
    host.service(ada.id, 1, host.today + Days::new(14)).await;
    host.service(ada.id, 1, host.today + Days::new(15)).await;
    let first = host.run("invoices").await;
    assert_eq!((count(&first, "invoices"), count(&first, "periods")), (1, 1));
    assert!(host.run("invoices").await.is_empty(), "nothing is due twice");
    let invoices: Vec<(String, i64, i64, NaiveDate, String)> =
        sqlx::query_as("SELECT number_text, subtotal, tax, due_on, client_snapshot ->> 'name' FROM invoice")
            .fetch_all(host.app.pool())
            .await
            .unwrap();
    assert_eq!(invoices, [("INV-000001".into(), 1000, 200, host.today + Days::new(14), "Ada Lovelace".into())]);
    assert_eq!(host.rows::<String>("SELECT name FROM event ORDER BY id").await, ["Invoice-Create"]);
    assert_eq!(host.rows::<String>("SELECT recipient FROM mail").await, ["ada@example.com"]);
    assert_eq!(host.rows::<i64>("SELECT balance FROM ledger_account WHERE kind = 'receivable'").await, [1200]);
    assert_eq!(host.rows::<String>("SELECT action FROM audit_log WHERE subject = 'invoice'").await, ["invoice.issue"]);
    host.holds().await;
}

#[tokio::test]
async fn what_is_due_on_one_day_shares_an_invoice_unless_the_client_wants_it_apart() {
    let host = Host::open().await;
    let (ada, bob) = (host.app.client("ada@example.com").await, host.app.client("bob@example.com").await);
    for client in [ada.id, bob.id] {
        host.service(client, 1, host.today).await;
        host.service(client, 12, host.today).await;
        host.service(client, 1, host.today + Days::new(1)).await;
    }
    sqlx::query("UPDATE client SET separate_invoices = true WHERE id = $1")
        .bind(bob.id.get())
        .execute(host.app.pool())
        .await
        .unwrap();
    assert_eq!(count(&host.run("invoices").await, "invoices"), 5);
    assert_eq!(host.rows::<i64>("SELECT total FROM invoice ORDER BY id").await, [13200, 1200, 1200, 12000, 1200]);
    host.holds().await;
}

#[tokio::test]
async fn the_next_period_waits_for_the_payment_of_the_last_unless_told_otherwise() {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await;
    let start = host.today.checked_sub_months(chrono::Months::new(3)).unwrap();
    let service = host.service(ada.id, 1, start).await;
    assert_eq!(count(&host.run("invoices").await, "invoices"), 1);
    assert!(host.run("invoices").await.is_empty());
    let last = host.rows::<i64>("SELECT max(id) FROM invoice").await[0];
    host.pay(last).await;
    assert_eq!(count(&host.run("invoices").await, "invoices"), 1);
    let rules = Billing { continuous: true, ..Billing::default() };
    settings::save_billing(&host.app, &host.admin, rules).await.unwrap();
    assert_eq!(count(&host.run("invoices").await, "invoices"), 2, "up to the period that begins today");
    let through: Vec<NaiveDate> = host.rows("SELECT billed_through FROM service").await;
    let cycle = innkeeper_domain::BillingCycle::Every { count: 1, unit: innkeeper_domain::TimeUnit::Month };
    assert_eq!(through, [cycle.start_of(start, 4).unwrap()], "service {service}");
    host.holds().await;
}

#[tokio::test]
async fn an_account_that_cannot_be_billed_is_parked_and_the_run_goes_on() {
    let host = Host::open().await;
    let (ada, bob) = (host.app.client("ada@example.com").await, host.app.client("bob@example.com").await);
    let odd = host.service(ada.id, 1, host.today - Days::new(40)).await;
    sqlx::query("UPDATE service SET billed_through = $2, paid_through = $2 WHERE id = $1")
        .bind(odd)
        .bind(host.today - Days::new(3))
        .execute(host.app.pool())
        .await
        .unwrap();
    host.service(bob.id, 1, host.today).await;
    let counts = host.run("invoices").await;
    assert_eq!((count(&counts, "invoices"), count(&counts, "parked")), (1, 1));
    let seen = status(&host.app, &host.admin).await.unwrap();
    assert_eq!((seen.parked.len(), seen.parked[0].client_id), (1, ada.id));
    assert!(seen.parked[0].reason.contains("starts on"), "{}", seen.parked[0].reason);
    let runs = &seen.tasks.iter().find(|task| task.key == "invoices").unwrap().runs;
    assert_eq!((runs[0].state.as_str(), &runs[0].counts), ("done", &json!({"invoices": 1, "periods": 1, "parked": 1})));
    sqlx::query("UPDATE service SET billed_through = anchor, paid_through = NULL WHERE id = $1")
        .bind(odd)
        .execute(host.app.pool())
        .await
        .unwrap();
    assert_eq!(count(&host.run("invoices").await, "invoices"), 1, "mended, it is billed at the next run");
    assert!(status(&host.app, &host.admin).await.unwrap().parked.is_empty());
}

#[tokio::test]
async fn credit_pays_a_new_invoice() {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await;
    host.credit(ada.id, "first", 500).await;
    host.credit(ada.id, "second", 1000).await;
    host.service(ada.id, 1, host.today).await;
    host.run("invoices").await;
    assert_eq!(host.rows::<String>("SELECT state FROM invoice").await, ["paid"]);
    assert_eq!(host.rows::<i64>("SELECT amount FROM allocation ORDER BY payment_id").await, [500, 700]);
    assert_eq!(host.rows::<i64>("SELECT -balance FROM ledger_account WHERE kind = 'client_credit'").await, [300]);
    host.holds().await;
}

#[tokio::test]
async fn an_unpaid_invoice_is_reminded_of_charged_a_fee_and_ends_in_suspension_until_it_is_paid() {
    let host = Host::open().await;
    let rules = Billing {
        late_fees: vec![LateFee { days: 5, basis_points: 1000, at_least: 150 }],
        suspend_after: Some(7),
        terminate_after: Some(30),
        ..Billing::default()
    };
    settings::save_billing(&host.app, &host.admin, rules).await.unwrap();
    let ada = host.app.client("ada@example.com").await;
    host.service(ada.id, 1, host.today).await;
    for _ in 0..=8 {
        catch_up(&host.app).await.unwrap();
        host.app.clock.advance(TimeDelta::days(1));
    }
    let told =
        "SELECT template || ' ' || occasion FROM mail WHERE template NOT IN ('invoice_created', 'welcome') ORDER BY id";
    let mails: Vec<String> = host.rows(told).await;
    let invoice = host.rows::<i64>("SELECT min(id) FROM invoice").await[0];
    let fee = host.rows::<i64>("SELECT max(id) FROM invoice").await[0];
    let expected = [
        format!("invoice_overdue reminder:1:{invoice}"),
        format!("late_fee invoice:{fee}"),
        format!("invoice_overdue_second reminder:5:{invoice}"),
        format!("invoice_overdue reminder:1:{fee}"),
    ];
    let (reminders, switched) = mails.split_at(mails.len() - 1);
    let (mut reminders, mut expected) = (reminders.to_vec(), expected.to_vec());
    // On the fifth day fee and reminder come in either order.
    reminders.sort();
    expected.sort();
    assert_eq!(reminders, expected);
    assert!(switched[0].starts_with("service_suspended switch:"), "{switched:?}");
    assert_eq!(host.rows::<i64>("SELECT total FROM invoice ORDER BY id").await, [1200, 150]);
    assert_eq!(host.rows::<String>("SELECT state || suspend_reason FROM service").await, ["suspendedoverdue"]);
    host.holds().await;
    host.pay(invoice).await;
    jobs::drain(&host.app.app).await.unwrap();
    assert_eq!(host.rows::<String>("SELECT state FROM service").await, ["active"]);
    host.holds().await;
}

#[tokio::test]
async fn a_missed_day_is_made_up_for_and_a_dry_run_changes_nothing() {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await;
    catch_up(&host.app).await.unwrap();
    host.service(ada.id, 1, host.today).await;
    let dry = run(&host.app, &host.admin, "invoices", host.today, Mode::Dry).await.unwrap();
    assert_eq!(count(&dry, "invoices"), 1);
    assert_eq!(host.rows::<i64>("SELECT count(*) FROM invoice").await, [0]);
    host.app.clock.advance(TimeDelta::days(3));
    catch_up(&host.app).await.unwrap();
    let days: Vec<NaiveDate> = host.rows("SELECT day FROM task_run WHERE task = 'invoices' ORDER BY day").await;
    assert_eq!(days, (0..4).map(|n| host.today + Days::new(n)).collect::<Vec<_>>());
    assert_eq!(host.rows::<i64>("SELECT count(*) FROM invoice").await, [1]);
    let future = run(&host.app, &host.admin, "invoices", host.today + Days::new(9), Mode::Real).await;
    assert!(matches!(future, Err(AppError::Invalid(_))));
    let client = run(&host.app, &ada.actor, "invoices", host.today, Mode::Real).await;
    assert!(matches!(client, Err(AppError::Forbidden)));
}

#[tokio::test]
async fn the_clock_can_be_turned_without_a_trace() {
    let host = Host::open().await;
    let (ada, bob) = (host.app.client("ada@example.com").await, host.app.client("bob@example.com").await);
    host.service(ada.id, 1, host.today).await;
    host.service(bob.id, 12, host.today + Days::new(60)).await;
    let until = host.today.checked_add_months(chrono::Months::new(6)).unwrap();
    let coming = preview(&host.app, &ada.actor, ada.id, until).await.unwrap();
    // Invoices are made 14 days ahead: the one of the seventh month's start is made within six months.
    assert_eq!(coming.len(), 7);
    assert!(coming.iter().all(|i| i.total == Money::new(1200, Currency::EUR)));
    assert_eq!(coming[0].due_on, host.today);
    let other = preview(&host.app, &ada.actor, bob.id, until).await;
    assert!(matches!(other, Err(AppError::NotFound(_))), "nobody looks at another's");
    let months = forecast(&host.app, &host.admin, until).await.unwrap();
    let sum: i64 = months.iter().map(|m| m.income.minor()).sum();
    assert_eq!(sum, 7 * 1000 + 10_000);
    for table in ["invoice", "event", "mail", "job", "ledger_entry", "payment"] {
        let left: Vec<i64> = host.rows(&format!("SELECT count(*) FROM {table}")).await;
        assert_eq!(left, [0], "{table}");
    }
    host.holds().await;
}

#[tokio::test]
async fn exceptions_of_clients_products_services_and_cycles_hold() {
    let host = Host::open().await;
    let (ada, bob) = (host.app.client("ada@example.com").await.id, host.app.client("bob@example.com").await.id);
    let (one, other) = (host.service(ada, 1, host.today).await, host.service(ada, 1, host.today).await);
    let far = host.service(bob, 12, host.today + Days::new(40)).await;
    let apart =
        ClientRules { separate_invoices: true, ..billing::client_rules(&host.app, &host.admin, ada).await.unwrap() };
    billing::set_client_rules(&host.app, &host.admin, ada, apart).await.unwrap();
    billing::set_invoice_days(&host.app, &host.admin, CycleId(12), Some(45)).await.unwrap();
    let own = OwnTerms { amount: Money::new(777, Currency::EUR), spared_until: Some(host.today + Days::new(100)) };
    billing::set_own_terms(&host.app, &host.admin, ServiceId(one), own).await.unwrap();
    let counts = host.run("invoices").await;
    assert_eq!(count(&counts, "invoices"), 3, "two apart, and one early");
    let nets = host.rows::<i64>("SELECT net FROM invoice_line ORDER BY service_id").await;
    assert_eq!((nets, one < other && other < far), (vec![777, 1000, 10_000], true));

    let rules = ProductRules { suspend_after: Some(2), terminate_after: Some(-1) };
    billing::set_product_rules(&host.app, &host.admin, ProductId(1), rules).await.unwrap();
    host.app.clock.advance(TimeDelta::days(2));
    assert_eq!(count(&host.run("suspensions").await, "suspended"), 1, "the other one is spared");
    host.app.clock.advance(TimeDelta::days(90));
    assert_eq!(count(&host.run("terminations").await, "terminated"), 0, "never");

    let dollars = OwnTerms { amount: Money::new(1, Currency::USD), spared_until: None };
    for refused in [
        billing::set_own_terms(&host.app, &host.admin, ServiceId(one), dollars).await,
        billing::set_product_rules(
            &host.app,
            &host.admin,
            ProductId(1),
            ProductRules { suspend_after: Some(-2), ..rules },
        )
        .await,
        billing::set_invoice_days(&host.app, &host.admin, CycleId(12), Some(366)).await,
    ] {
        assert!(matches!(refused, Err(AppError::Invalid(_))));
    }
    assert!(matches!(
        billing::set_invoice_days(&host.app, &host.admin, CycleId(999), Some(1)).await,
        Err(AppError::NotFound(_))
    ));
}
