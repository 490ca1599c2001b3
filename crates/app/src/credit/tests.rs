//! Credit by hand: never below nothing, and the books agree whatever happens.

use futures_util::{StreamExt, stream};
use innkeeper_domain::{ClientId, Currency, InvoiceId, Money, PaymentId, Permission};

use super::{AdjustCredit, adjust, of_client};
use crate::{
    AppError, Result,
    billing::testing::{Dice, Host},
    calendar,
    invoices::{self, CreditInvoice},
    payments::{self, RefundPayment},
    reports::{self, Range},
};

async fn change(host: &Host, client: ClientId, minor: i64) -> Result<()> {
    let amount = Money::new(minor, Currency::EUR);
    let command = AdjustCredit { client_id: client, amount, reason: " Outage ".into() };
    adjust(&host.app, &host.admin, command).await.map(|_| ())
}

async fn balance(host: &Host, client: ClientId) -> i64 {
    let credit = of_client(&host.app, &host.admin, client, None, 10).await.unwrap();
    credit.balances.first().map_or(0, |money| money.minor())
}

async fn open() -> (Host, ClientId) {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await.id;
    (host, ada)
}

#[tokio::test]
async fn what_is_given_pays_the_next_invoice_and_what_is_left_can_be_taken() {
    let (host, ada) = open().await;
    change(&host, ada, 1500).await.unwrap();
    host.service(ada, 1, host.today).await;
    host.run("invoices").await;
    assert_eq!(host.rows::<String>("SELECT state FROM invoice").await, ["paid"]);
    assert_eq!(balance(&host, ada).await, 300);
    assert!(matches!(change(&host, ada, -301).await, Err(AppError::Invalid(_))), "more than there is");
    change(&host, ada, -300).await.unwrap();
    assert_eq!(balance(&host, ada).await, 0);
    let credit = of_client(&host.app, &host.admin, ada, None, 10).await.unwrap();
    let told: Vec<_> = credit.adjustments.iter().map(|row| (row.amount, row.reason.as_str())).collect();
    assert_eq!(told, [(-300, "Outage"), (1500, "Outage")]);
    assert_eq!(host.rows::<i64>("SELECT count(*) FROM event WHERE name = 'Credit-Adjusted'").await, [2]);
    let today = calendar::today(&host.app).await.unwrap();
    let range = Range { from: today, until: today };
    let statement = reports::statement(&host.app, &host.admin, ada, range).await.unwrap();
    let items: Vec<_> = statement.accounts[0].items.iter().map(|i| (i.kind.as_str(), i.amount.minor())).collect();
    assert_eq!(items, [("invoice", 1200), ("adjustment", -1500), ("adjustment", 300)]);
    let (_, income) = reports::income(&host.app, &host.admin, range).await.unwrap();
    let total = &income[0].total;
    assert_eq!((total.received.minor(), total.refunded.minor()), (0, 0), "no money came, none went");
    host.holds().await;
}

#[tokio::test]
async fn it_needs_a_reason_an_amount_a_known_currency_and_the_right() {
    let (host, ada) = open().await;
    let command = |client, minor, currency, reason: &str| AdjustCredit {
        client_id: client,
        amount: Money::new(minor, currency),
        reason: reason.into(),
    };
    for wrong in [
        command(ada, 0, Currency::EUR, "Why"),
        command(ada, 100, Currency::EUR, " "),
        command(ada, i64::MAX, Currency::EUR, "Why"),
        command(ada, i64::MIN, Currency::EUR, "Why"),
        command(ada, 100, "XAF".parse().unwrap(), "Why"),
    ] {
        let outcome = adjust(&host.app, &host.admin, wrong).await;
        assert!(matches!(outcome, Err(AppError::Invalid(_))), "{outcome:?}");
    }
    let nobody = command(99.into(), 100, Currency::EUR, "Why");
    assert!(matches!(adjust(&host.app, &host.admin, nobody).await, Err(AppError::NotFound(_))));
    let clerk = host.app.staff("clerk@example.com", &[Permission::InvoicesRead]).await;
    let outcome = adjust(&host.app, &clerk, command(ada, 100, Currency::EUR, "Why")).await;
    assert!(matches!(outcome, Err(AppError::Forbidden)), "{outcome:?}");
    host.holds().await;
}

#[tokio::test]
async fn money_that_was_paid_can_be_taken_and_is_not_given_back_then() {
    let (host, ada) = open().await;
    host.credit(ada, "early", 1000).await;
    change(&host, ada, -400).await.unwrap();
    let refund = |minor| RefundPayment {
        payment_id: PaymentId(1),
        amount: Money::new(minor, Currency::EUR),
        note: String::new(),
    };
    let too_much = payments::refund_by_hand(&host.app, &host.admin, refund(601), "T-1").await;
    assert!(matches!(too_much, Err(AppError::Invalid(_))), "{too_much:?}");
    payments::refund_by_hand(&host.app, &host.admin, refund(600), "T-1").await.unwrap();
    assert_eq!(balance(&host, ada).await, 0);
    host.holds().await;
}

#[tokio::test]
async fn what_was_given_is_no_money_to_give_back() {
    let (host, ada) = open().await;
    change(&host, ada, 1000).await.unwrap();
    let amount = Money::new(1, Currency::EUR);
    let command = RefundPayment { payment_id: PaymentId(1), amount, note: String::new() };
    let outcome = payments::refund_by_hand(&host.app, &host.admin, command, "T-1").await;
    assert!(matches!(outcome, Err(AppError::Invalid(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_credit_note_frees_only_what_was_not_given_back() {
    let (host, ada) = open().await;
    host.credit(ada, "early", 500).await;
    host.service(ada, 1, host.today).await;
    host.run("invoices").await;
    host.pay_part(1, 700).await;
    let note = String::new();
    let command = RefundPayment { payment_id: PaymentId(2), amount: Money::new(600, Currency::EUR), note };
    payments::refund_by_hand(&host.app, &host.admin, command, "T-1").await.unwrap();
    let lines = vec![(1.into(), Money::new(500, Currency::EUR))];
    let command = CreditInvoice { invoice_id: InvoiceId(1), lines, reason: "Sorry".into() };
    invoices::credit(&host.app, &host.admin, command).await.unwrap();
    host.holds().await;
    let left = "SELECT amount FROM allocation WHERE payment_id < 3 ORDER BY payment_id";
    assert_eq!(host.rows::<i64>(left).await, [600], "of the second payment, which was given back");
    assert_eq!(balance(&host, ada).await, 600);
    change(&host, ada, -600).await.unwrap();
    host.holds().await;
}

#[tokio::test]
async fn many_at_once_never_take_more_than_there_is() {
    let (host, ada) = open().await;
    let host = &host;
    host.credit(ada, "early", 700).await;
    change(host, ada, 300).await.unwrap();
    host.service(ada, 1, host.today).await;
    let outcomes: Vec<Result<()>> = stream::iter(0..10)
        .map(|n| async move {
            if n == 4 {
                host.run("invoices").await;
                return Err(AppError::Forbidden);
            }
            change(host, ada, -300).await
        })
        .buffer_unordered(10)
        .collect()
        .await;
    let taken = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let used: Vec<i64> = host.rows("SELECT coalesce(sum(amount), 0)::bigint FROM allocation").await;
    assert!(taken <= 3, "{outcomes:?}");
    assert_eq!(balance(host, ada).await, 1000 - 300 * i64::try_from(taken).unwrap() - used[0]);
    host.holds().await;
}

/// Much is refused, but nothing goes wrong.
fn usual<T>(outcome: Result<T>) {
    if let Err(error @ AppError::Internal(_)) = outcome {
        panic!("{error:?}");
    }
}

async fn step(host: &Host, client: ClientId, dice: &mut Dice, turn: i64) {
    let invoice = InvoiceId(dice.roll(8) + 1);
    let (app, admin) = (&host.app, &host.admin);
    // Most of it is refused somewhere: what is not must keep the books right.
    match dice.roll(7) {
        0 => host.credit(client, &format!("transfer {turn}"), dice.roll(2000) + 1).await,
        1 => usual(change(host, client, dice.roll(3000) - 1500).await),
        2 => usual(invoices::write_off(app, admin, invoice, "Gone").await),
        3 => {
            host.service(client, 1, host.today).await;
            host.run("invoices").await;
        }
        4 => usual(
            invoices::credit(
                app,
                admin,
                CreditInvoice {
                    invoice_id: invoice,
                    lines: vec![(invoice.get().into(), Money::new(dice.roll(999) + 1, Currency::EUR))],
                    reason: "Sorry".into(),
                },
            )
            .await,
        ),
        5 => usual(invoices::void(app, admin, invoice).await),
        _ => {
            let amount = Money::new(dice.roll(900) + 1, Currency::EUR);
            let command = RefundPayment { payment_id: PaymentId(dice.roll(9) + 1), amount, note: String::new() };
            usual(payments::refund_by_hand(app, admin, command, &format!("back {turn}")).await);
        }
    }
}

#[tokio::test]
async fn whatever_happens_the_books_agree() {
    let (host, ada) = open().await;
    for seed in 1..=4 {
        let mut dice = Dice(seed);
        for turn in 0..40 {
            step(&host, ada, &mut dice, i64::try_from(seed).unwrap() * 1000 + turn).await;
        }
        host.holds().await;
    }
    let states: Vec<i64> = host.rows("SELECT count(DISTINCT state) FROM invoice").await;
    assert!(states[0] >= 3, "too little happened: {states:?}");
    assert!(host.rows::<i64>("SELECT count(*) FROM refund WHERE adjustment_id IS NOT NULL").await[0] > 0);
    assert_eq!(host.rows::<Option<i64>>("SELECT sum(amount)::bigint FROM ledger_entry").await, [Some(0)]);
}
