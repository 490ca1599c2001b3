//! What nobody will pay: the books, the reports, and that nothing more is asked for.

use chrono::{Days, TimeDelta};
use futures_util::{StreamExt, stream};
use innkeeper_domain::{ClientId, InvoiceId, Money, Permission};

use super::write_off;
use crate::{
    AppError,
    billing::testing::Host,
    calendar,
    invoices::{self, CreditInvoice},
    payments::{self, RefundPayment},
    reports::{self, Range},
};

const FIRST: InvoiceId = InvoiceId(1);

/// An invoice over 12.00, tax included, of which 5.00 are paid.
async fn partly_paid() -> (Host, ClientId) {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await.id;
    host.credit(ada, "early", 500).await;
    host.service(ada, 1, host.today).await;
    host.run("invoices").await;
    (host, ada)
}

async fn accounts(host: &Host) -> Vec<String> {
    host.rows(
        "SELECT a.kind || ' ' || sum(e.amount) FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
         GROUP BY a.kind HAVING sum(e.amount) <> 0 ORDER BY a.kind",
    )
    .await
}

#[tokio::test]
async fn what_is_owed_becomes_a_loss_and_its_tax_is_not_payable() {
    let (host, ada) = partly_paid().await;
    write_off(&host.app, &host.admin, FIRST, " Moved away ").await.unwrap();
    assert_eq!(accounts(&host).await, ["bad_debt 583", "cash 500", "income -1000", "tax_payable -83"]);
    let view = invoices::get(&host.app, &host.admin, FIRST).await.unwrap();
    assert_eq!((view.invoice.state.as_str(), view.invoice.paid), ("written_off", 500));
    let row = view.written_off.unwrap();
    assert_eq!((row.amount, row.tax, row.reason.as_str()), (700, 117, "Moved away"));
    let told: Vec<i64> = host
        .rows("SELECT (payload -> 'amount' ->> 'minor')::bigint FROM event WHERE name = 'Invoice-WrittenOff'")
        .await;
    assert_eq!(told, [700]);
    let today = calendar::today(&host.app).await.unwrap();
    let range = Range { from: today - Days::new(3), until: today + Days::new(3) };
    let statement = reports::statement(&host.app, &host.admin, ada, range).await.unwrap();
    let items: Vec<_> = statement.accounts[0].items.iter().map(|i| (i.kind.as_str(), i.amount.minor())).collect();
    assert!(items.contains(&("write_off", -700)), "{items:?}");
    assert!(statement.accounts[0].closing.is_zero());
    let (_, income) = reports::income(&host.app, &host.admin, range).await.unwrap();
    assert_eq!((income[0].total.net.minor(), income[0].total.written_off.minor()), (1000, 700));
    let tax = reports::tax(&host.app, &host.admin, range).await.unwrap();
    assert_eq!((tax[0].reversed_net.minor(), tax[0].reversed_tax.minor()), (583, 117));
    assert!(reports::ageing(&host.app, &host.admin, today).await.unwrap().is_empty());
    host.holds().await;
}

#[tokio::test]
async fn it_is_final_needs_a_reason_and_the_right_to_do_it() {
    let (host, _) = partly_paid().await;
    let (app, admin) = (&host.app, &host.admin);
    assert!(matches!(write_off(app, admin, FIRST, " ").await, Err(AppError::Invalid(_))));
    let clerk = app.staff("clerk@example.com", &[Permission::InvoicesRead]).await;
    assert!(matches!(write_off(app, &clerk, FIRST, "Gone").await, Err(AppError::Forbidden)));
    assert!(matches!(write_off(app, admin, InvoiceId(99), "Gone").await, Err(AppError::NotFound(_))));
    write_off(app, admin, FIRST, "Gone").await.unwrap();
    for again in [write_off(app, admin, FIRST, "Gone").await, invoices::void(app, admin, FIRST).await] {
        assert!(matches!(again, Err(AppError::Conflict(_))), "{again:?}");
    }
    let note = CreditInvoice { invoice_id: FIRST, lines: vec![], reason: "Sorry".into() };
    assert!(matches!(invoices::credit(app, admin, note).await, Err(AppError::Conflict(_))));
    host.holds().await;
}

#[tokio::test]
async fn nothing_more_is_asked_for() {
    let (host, _) = partly_paid().await;
    write_off(&host.app, &host.admin, FIRST, "Gone").await.unwrap();
    for _ in 0..12 {
        host.app.clock.advance(TimeDelta::days(1));
        for task in ["reminders", "charges", "late_fees", "suspensions"] {
            host.run(task).await;
        }
    }
    assert_eq!(host.rows::<i64>("SELECT count(*) FROM dunning_step").await, [0]);
    assert_eq!(host.rows::<String>("SELECT state FROM service").await, ["active"]);
    host.holds().await;
}

#[tokio::test]
async fn money_that_still_comes_is_credit() {
    let (host, ada) = partly_paid().await;
    write_off(&host.app, &host.admin, FIRST, "Gone").await.unwrap();
    host.pay(1).await;
    let credit = "SELECT -balance FROM ledger_account WHERE kind = 'client_credit'";
    assert_eq!(host.rows::<i64>(credit).await, [1200]);
    assert_eq!(host.rows::<String>("SELECT state FROM invoice").await, ["written_off"]);
    host.service(ada, 1, host.today).await;
    host.run("invoices").await;
    assert_eq!(host.rows::<String>("SELECT state FROM invoice ORDER BY id").await, ["written_off", "paid"]);
    assert_eq!(host.rows::<i64>(credit).await, [0]);
    host.holds().await;
}

#[tokio::test]
async fn what_was_paid_on_it_can_be_given_back() {
    let (host, _) = partly_paid().await;
    write_off(&host.app, &host.admin, FIRST, "Gone").await.unwrap();
    let amount = Money::new(500, "EUR".parse().unwrap());
    let command = RefundPayment { payment_id: 1.into(), amount, note: String::new() };
    payments::refund_by_hand(&host.app, &host.admin, command, "T-1").await.unwrap();
    assert_eq!(accounts(&host).await, ["bad_debt 583", "income -583"], "all tax of the invoice is gone");
    host.holds().await;
}

#[tokio::test]
async fn many_at_once_write_off_once() {
    let (host, _) = partly_paid().await;
    let host = &host;
    let outcomes: Vec<_> = stream::iter(0..12)
        .map(|n| async move {
            if n == 5 {
                host.pay(1).await;
            }
            write_off(&host.app, &host.admin, FIRST, "Gone").await
        })
        .buffer_unordered(12)
        .collect()
        .await;
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let state: Vec<String> = host.rows("SELECT state FROM invoice").await;
    assert_eq!(state, [if done == 1 { "written_off" } else { "paid" }], "{outcomes:?}");
    host.holds().await;
}
