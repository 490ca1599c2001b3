//! Disputes: what a payer's bank takes back, and what becomes of it.

use chrono::TimeDelta;
use futures_util::{StreamExt, stream};
use innkeeper_domain::{ClientId, Currency, DisputeState, InvoiceId, Money, PaymentId};
use innkeeper_plugin_api::{Dispute, PaymentState, RemotePayment};

use super::{DisputeFilter, Purpose, RefundPayment, disputes, pay_several, refund_by_hand, take_in};
use crate::{
    Result,
    billing::testing::{Dice, Host},
    invoices,
    settings::{Billing, save_billing},
};

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

/// What a gateway says of a payment for an invoice or a collection.
async fn remote(host: &Host, id: &str, purpose: Purpose, minor: i64) -> RemotePayment {
    let (subject, number) = match purpose {
        Purpose::Invoice(id) => ("invoice", id.get()),
        Purpose::Collection(id) => ("collection", id.get()),
    };
    RemotePayment {
        id: id.to_owned(),
        reference: Some(host.app.reference(subject, number).await.unwrap()),
        amount: euro(minor),
        state: PaymentState::Paid,
        refunded: euro(0),
        fee: None,
        paid_at: None,
        method: None,
        subscription: None,
        disputes: vec![],
    }
}

fn with(remote: &RemotePayment, id: &str, state: DisputeState, minor: i64) -> RemotePayment {
    let told =
        Dispute { id: id.into(), state, amount: euro(minor), reason: "fraudulent".into(), fee: Some(euro(1500)) };
    let taken = state != DisputeState::Won;
    let state = if taken { PaymentState::ChargedBack } else { PaymentState::Paid };
    RemotePayment { disputes: vec![told], state, ..remote.clone() }
}

/// A host with an invoice over 12.00 that is paid through a gateway.
async fn paid() -> (Host, ClientId, RemotePayment) {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await.id;
    let email = "UPDATE setting SET value = value || '{\"email\": \"desk@harbour.example\"}' WHERE key = 'company' RETURNING key";
    host.rows::<String>(email).await;
    host.service(ada, 1, host.today).await;
    host.run("invoices").await;
    let told = remote(&host, "pay_1", InvoiceId(1).into(), 1200).await;
    take_in(&host.app, "card", &told).await.unwrap();
    assert_eq!(state(&host).await, ["paid"]);
    (host, ada, told)
}

async fn state(host: &Host) -> Vec<String> {
    host.rows("SELECT state FROM invoice ORDER BY id").await
}

async fn count(host: &Host, what: &str) -> i64 {
    host.rows(&format!("SELECT count(*) FROM {what}")).await[0]
}

async fn cash(host: &Host) -> i64 {
    let sql = "SELECT coalesce(sum(e.amount), 0)::bigint FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id WHERE a.kind = 'cash'";
    host.rows::<i64>(sql).await[0]
}

#[tokio::test]
async fn what_is_disputed_is_owed_again_and_restored_when_it_is_won() {
    let (host, _, told) = paid().await;
    let (host, opened) = (&host, with(&told, "dp_1", DisputeState::Open, 1200));
    let outcomes: Vec<Result<()>> =
        stream::iter(0..20).map(|_| take_in(&host.app, "card", &opened)).buffer_unordered(20).collect().await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!((state(host).await, cash(host).await), (vec!["unpaid".to_owned()], 0));
    assert_eq!(host.rows::<Option<chrono::NaiveDate>>("SELECT paid_through FROM service").await, [None]);
    assert_eq!(count(host, "mail WHERE template = 'payment_disputed'").await, 1);
    assert_eq!(count(host, "event WHERE name = 'InvoiceUnpaid'").await, 1);
    let row = disputes(&host.app, &host.admin, DisputeFilter { limit: 9, ..Default::default() }).await.unwrap();
    assert_eq!((row[0].taken, row[0].fee, row[0].invoices.as_slice()), (1200, Some(1500), [1].as_slice()));
    host.holds().await;
    let won = with(&told, "dp_1", DisputeState::Won, 1200);
    let outcomes: Vec<Result<()>> =
        stream::iter(0..20).map(|_| take_in(&host.app, "card", &won)).buffer_unordered(20).collect().await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!((state(host).await, cash(host).await), (vec!["paid".to_owned()], 1200));
    assert_eq!(count(host, "payment").await, 2);
    // What came back can be given back.
    let command = RefundPayment { payment_id: PaymentId(2), amount: euro(1200), note: String::new() };
    refund_by_hand(&host.app, &host.admin, command, "T-1").await.unwrap();
    assert_eq!((state(host).await, cash(host).await), (vec!["refunded".to_owned()], 0));
    host.holds().await;
}

#[tokio::test]
async fn what_is_lost_stays_lost_whatever_is_said_later() {
    let (host, _, told) = paid().await;
    for state in [DisputeState::Lost, DisputeState::Open, DisputeState::Won, DisputeState::Lost] {
        take_in(&host.app, "card", &with(&told, "dp_1", state, 1200)).await.unwrap();
        host.holds().await;
    }
    assert_eq!((state(&host).await, cash(&host).await), (vec!["unpaid".to_owned()], 0));
    assert_eq!(host.rows::<String>("SELECT state FROM dispute").await, ["lost"]);
    assert_eq!(count(&host, "mail WHERE template = 'payment_disputed'").await, 1);
    // It is owed like any other: paid otherwise, it says so once more.
    host.pay(1).await;
    assert_eq!(count(&host, "event WHERE name = 'Invoice-Paid'").await, 2);
    host.holds().await;
}

#[tokio::test]
async fn one_that_is_won_before_anybody_heard_of_it_takes_nothing() {
    let (host, _, told) = paid().await;
    take_in(&host.app, "card", &with(&told, "dp_1", DisputeState::Won, 1200)).await.unwrap();
    take_in(&host.app, "card", &with(&told, "dp_1", DisputeState::Open, 1200)).await.unwrap();
    assert_eq!((state(&host).await, cash(&host).await), (vec!["paid".to_owned()], 1200));
    host.holds().await;
}

#[tokio::test]
async fn a_gateway_that_only_says_charged_back_opens_one_and_wins_it_by_paid() {
    let (host, _, told) = paid().await;
    let back = RemotePayment { state: PaymentState::ChargedBack, ..told.clone() };
    take_in(&host.app, "card", &back).await.unwrap();
    assert_eq!(state(&host).await, ["unpaid"]);
    take_in(&host.app, "card", &told).await.unwrap();
    take_in(&host.app, "card", &told).await.unwrap();
    assert_eq!((state(&host).await, cash(&host).await), (vec!["paid".to_owned()], 1200));
    host.holds().await;
}

#[tokio::test]
async fn a_part_of_several_is_taken_from_the_newest() {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await.id;
    for _ in 0..3 {
        host.service(ada, 1, host.today).await;
        host.run("invoices").await;
    }
    let all = vec![InvoiceId(1), InvoiceId(2), InvoiceId(3)];
    let id = pay_several(&host.app, &host.admin, ada, all).await.unwrap();
    // 5.00 too much: they are the client's credit, and go first.
    let told = remote(&host, "pay_1", id.into(), 4100).await;
    take_in(&host.app, "card", &told).await.unwrap();
    take_in(&host.app, "card", &with(&told, "dp_1", DisputeState::Open, 2000)).await.unwrap();
    assert_eq!(state(&host).await, ["paid", "unpaid", "unpaid"]);
    let owed: Vec<i64> = host.rows("SELECT amount FROM dispute_part ORDER BY invoice_id").await;
    assert_eq!(owed, [300, 1200]);
    host.holds().await;
    // One of them is paid otherwise meanwhile: what it does not need is credit.
    let other = remote(&host, "other_2", InvoiceId(2).into(), 300).await;
    take_in(&host.app, "other", &other).await.unwrap();
    take_in(&host.app, "card", &with(&told, "dp_1", DisputeState::Won, 2000)).await.unwrap();
    assert_eq!(state(&host).await, ["paid", "paid", "paid"]);
    let credit = "SELECT sum(-balance)::bigint FROM ledger_account WHERE kind = 'client_credit'";
    assert_eq!(host.rows::<Option<i64>>(credit).await, [Some(800)]);
    host.holds().await;
}

#[tokio::test]
async fn services_are_suspended_only_if_the_settings_say_so_and_payment_lifts_it() {
    for suspends in [false, true] {
        let (host, _, told) = paid().await;
        let billing = Billing { suspend_disputed: suspends, ..Billing::default() };
        save_billing(&host.app, &host.admin, billing).await.unwrap();
        take_in(&host.app, "card", &with(&told, "dp_1", DisputeState::Open, 1200)).await.unwrap();
        let service = async |wanted: &str| {
            host.holds().await;
            assert_eq!(host.rows::<String>("SELECT state FROM service").await, [wanted]);
        };
        service(if suspends { "suspended" } else { "active" }).await;
        // Nothing else is done about it while it is not decided, however late it is.
        host.app.clock.advance(TimeDelta::days(90));
        for task in ["reminders", "charges", "suspensions", "terminations"] {
            host.run(task).await;
        }
        service(if suspends { "suspended" } else { "active" }).await;
        assert_eq!(count(&host, "dunning_step").await, 0);
        take_in(&host.app, "card", &with(&told, "dp_1", DisputeState::Won, 1200)).await.unwrap();
        service("active").await;
    }
}

#[tokio::test]
async fn what_is_lost_is_late_from_that_day_on() {
    let (host, _, told) = paid().await;
    take_in(&host.app, "card", &with(&told, "dp_1", DisputeState::Open, 1200)).await.unwrap();
    host.app.clock.advance(TimeDelta::days(90));
    take_in(&host.app, "card", &with(&told, "dp_1", DisputeState::Lost, 1200)).await.unwrap();
    let service = async |wanted: &str| {
        host.run("suspensions").await;
        host.run("terminations").await;
        assert_eq!(host.rows::<String>("SELECT state FROM service").await, [wanted]);
    };
    service("active").await;
    host.app.clock.advance(TimeDelta::days(6));
    service("active").await;
    host.app.clock.advance(TimeDelta::days(1));
    service("suspended").await;
}

#[tokio::test]
async fn whatever_is_disputed_the_books_agree() {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await.id;
    let mut last = None;
    let (app, admin) = (&host.app, &host.admin);
    let mut dice = Dice(11);
    let mut known: Vec<RemotePayment> = vec![];
    for turn in 0..400 {
        let invoice = InvoiceId(dice.roll(7) + 1);
        match dice.roll(9) {
            0 => {
                host.service(ada, 1, host.today).await;
                host.run("invoices").await;
            }
            1 | 2 => {
                let told = remote(&host, &format!("pay_{turn}"), invoice.into(), dice.roll(1800) + 1).await;
                drop(take_in(app, "card", &told).await);
                known.push(told);
            }
            3 => {
                let group = vec![invoice, InvoiceId(dice.roll(10) + 1)];
                if let Ok(id) = pay_several(app, admin, ada, group).await {
                    let told = remote(&host, &format!("pay_{turn}"), id.into(), dice.roll(2600) + 1).await;
                    drop(take_in(app, "card", &told).await);
                    known.push(told);
                }
            }
            4..=6 if !known.is_empty() => {
                let n = usize::try_from(dice.roll(u64::try_from(known.len()).unwrap())).unwrap();
                let state =
                    [DisputeState::Open, DisputeState::Won, DisputeState::Lost][usize::try_from(dice.roll(3)).unwrap()];
                let amount = if dice.roll(2) == 0 { known[n].amount.minor() } else { dice.roll(900) + 1 };
                let id = format!("dp_{n}_{}", dice.roll(2));
                last = take_in(app, "card", &with(&known[n], &id, state, amount)).await.err().or(last);
            }
            7 => drop(invoices::write_off(app, admin, invoice, "Gone").await),
            _ => {
                let payment_id = PaymentId(dice.roll(20) + 1);
                let command = RefundPayment { payment_id, amount: euro(dice.roll(1500) + 1), note: String::new() };
                drop(refund_by_hand(app, admin, command, &format!("back {turn}")).await);
            }
        }
    }
    host.holds().await;
    let states: Vec<String> = host.rows("SELECT DISTINCT state FROM dispute WHERE taken > 0 ORDER BY state").await;
    assert!(states.len() > 1, "too little happened: {states:?} {last:?}");
    assert_eq!(host.rows::<Option<i64>>("SELECT sum(amount)::bigint FROM ledger_entry").await, [Some(0)]);
}
