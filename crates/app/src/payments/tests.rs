//! Money that staff gave back by hand.

use futures_util::{StreamExt, stream};
use innkeeper_domain::{Currency, Money, PaymentId};

use super::{RefundPayment, refund_by_hand, refundable};
use crate::{
    AppError, Result,
    billing::testing::Host,
    invoices::{self, CreditInvoice},
};

/// An invoice over 12.00, tax included, that is paid.
async fn paid() -> Host {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await.id;
    host.service(ada, 1, host.today).await;
    host.run("invoices").await;
    host.pay(1).await;
    host
}

async fn note(host: &Host, payment: i64, minor: i64, reference: &str) -> Result<()> {
    let amount = Money::new(minor, Currency::EUR);
    let command = RefundPayment { payment_id: PaymentId(payment), amount, note: "Sorry".into() };
    refund_by_hand(&host.app, &host.admin, command, reference).await
}

#[tokio::test]
async fn what_was_given_back_by_hand_is_noted_once() {
    let host = paid().await;
    note(&host, 1, 200, "T-1").await.unwrap();
    assert!(matches!(note(&host, 1, 200, " T-1 ").await, Err(AppError::Conflict(_))), "twice the same");
    assert!(matches!(note(&host, 1, 1001, "T-2").await, Err(AppError::Invalid(_))), "more than is left");
    assert!(matches!(note(&host, 1, 1, " ").await, Err(AppError::Invalid(_))), "no reference");
    assert!(matches!(note(&host, 99, 1, "T-2").await, Err(AppError::NotFound(_))));
    note(&host, 1, 1000, "T-2").await.unwrap();
    let state: Vec<String> = host.rows("SELECT state FROM invoice WHERE id = 1").await;
    assert_eq!(state, ["refunded"]);
    let left = refundable(&host.app, &host.admin, PaymentId(1)).await.unwrap();
    assert_eq!((left.by_hand.minor(), left.refunds.len()), (0, 2));
    let told: Vec<i64> = host.rows("SELECT count(*) FROM mail WHERE template = 'refund_given'").await;
    assert_eq!(told, [2]);
    host.holds().await;
}

#[tokio::test]
async fn a_reference_is_noted_once_while_the_invoice_is_owed_too() {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await.id;
    host.service(ada, 1, host.today).await;
    host.run("invoices").await;
    host.pay_part(1, 500).await;
    note(&host, 1, 200, "T-1").await.unwrap();
    let again = note(&host, 1, 100, "T-1").await;
    assert!(matches!(again, Err(AppError::Conflict(_))), "{again:?}");
    note(&host, 1, 300, "T-2").await.unwrap();
    assert_eq!(host.rows::<i64>("SELECT coalesce(sum(amount), 0)::bigint FROM allocation").await, [0]);
    host.holds().await;
}

#[tokio::test]
async fn many_at_once_never_note_more_than_was_paid() {
    let host = &paid().await;
    let references: Vec<String> = (0..8).map(|n| format!("T-{n}")).collect();
    let outcomes: Vec<Result<()>> =
        stream::iter(&references).map(|reference| note(host, 1, 500, reference)).buffer_unordered(8).collect().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 2, "{outcomes:?}");
    host.holds().await;
}

#[tokio::test]
async fn what_a_credit_note_gave_is_no_money() {
    let host = paid().await;
    let command = CreditInvoice { invoice_id: 1.into(), lines: vec![], reason: "Sorry".into() };
    invoices::credit(&host.app, &host.admin, command).await.unwrap();
    assert!(matches!(note(&host, 2, 1, "T-1").await, Err(AppError::Invalid(_))));
    note(&host, 1, 1200, "T-1").await.unwrap();
    host.holds().await;
}
