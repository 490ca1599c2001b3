//! Paying several invoices at once, and ahead.

use futures_util::{StreamExt, stream};
use innkeeper_domain::{ClientId, CollectionId, Currency, InvoiceId, Money, PaymentId};
use innkeeper_plugin_api::{PaymentState, RemotePayment};

use super::{CollectionFilter, Purpose, RefundPayment, ahead, collection, collections, refund_by_hand, take_in};
use crate::{
    AppError, Result,
    billing::testing::{Dice, Host},
    invoices,
    payments::{pay_ahead, pay_several},
    settings::{Funds, FundsLimit, save_funds},
};

/// A host at which up to 50.00 may be paid ahead, up to a credit of 80.00.
async fn open() -> (Host, ClientId) {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await.id;
    let limits = [("EUR".to_owned(), FundsLimit { least: 500, most: 5000, highest: 8000 })].into();
    save_funds(&host.app, &host.admin, Funds { limits }).await.unwrap();
    (host, ada)
}

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

/// So many unpaid invoices over 12.00, numbered from 1.
async fn owing(host: &Host, client: ClientId, count: i64) -> Vec<InvoiceId> {
    let before: i64 = host.rows("SELECT count(*) FROM invoice").await[0];
    for _ in 0..count {
        host.service(client, 1, host.today).await;
        host.run("invoices").await;
    }
    (before + 1..=before + count).map(InvoiceId).collect()
}

/// A gateway says that this much was paid for it.
async fn told(host: &Host, id: &str, purpose: Purpose, minor: i64) -> Result<()> {
    let (subject, number) = match purpose {
        Purpose::Invoice(id) => ("invoice", id.get()),
        Purpose::Collection(id) => ("collection", id.get()),
    };
    let remote = RemotePayment {
        id: id.to_owned(),
        reference: Some(host.app.reference(subject, number).await?),
        amount: euro(minor),
        state: PaymentState::Paid,
        refunded: euro(0),
        fee: None,
        paid_at: None,
        method: None,
        subscription: None,
        disputes: vec![],
    };
    take_in(&host.app, "card", &remote).await
}

async fn credit(host: &Host) -> i64 {
    let sql = "SELECT coalesce(sum(-balance), 0)::bigint FROM ledger_account WHERE kind = 'client_credit'";
    host.rows::<i64>(sql).await[0]
}

async fn paid(host: &Host) -> Vec<i64> {
    host.rows("SELECT id FROM invoice WHERE state = 'paid' ORDER BY id").await
}

#[tokio::test]
async fn money_ahead_is_credit_once_and_pays_the_next_invoice() {
    let (host, ada) = open().await;
    let id = pay_ahead(&host.app, &host.admin, ada, euro(3000)).await.unwrap();
    assert_eq!(credit(&host).await, 0, "nothing is here before it is paid");
    let host = &host;
    // A callback twenty times at once, and the poll besides.
    let outcomes: Vec<Result<()>> =
        stream::iter(0..20).map(|_| told(host, "pay_1", id.into(), 3000)).buffer_unordered(20).collect().await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(credit(host).await, 3000);
    assert_eq!(host.rows::<i64>("SELECT count(*) FROM payment").await, [1]);
    assert_eq!(collection(&host.app, &host.admin, id).await.unwrap().state, "paid");
    owing(host, ada, 1).await;
    assert_eq!((paid(host).await, credit(host).await), (vec![1], 1800));
    assert_eq!(host.rows::<i64>("SELECT count(*) FROM todo").await, [0]);
    host.holds().await;
}

#[tokio::test]
async fn the_limits_of_paying_ahead_hold() {
    let (host, ada) = open().await;
    let (app, admin) = (&host.app, &host.admin);
    for wrong in [euro(499), euro(5001), euro(-1), Money::new(1000, Currency::USD)] {
        let outcome = pay_ahead(app, admin, ada, wrong).await;
        assert!(matches!(outcome, Err(AppError::Invalid(_))), "{wrong}: {outcome:?}");
    }
    let first = pay_ahead(app, admin, ada, euro(5000)).await.unwrap();
    told(&host, "pay_1", first.into(), 5000).await.unwrap();
    let offered = ahead(app, admin, ada).await.unwrap().unwrap();
    assert_eq!((offered.most.minor(), offered.balance.minor()), (3000, 5000));
    assert!(matches!(pay_ahead(app, admin, ada, euro(3001)).await, Err(AppError::Invalid(_))), "above the highest");
    pay_ahead(app, admin, ada, euro(3000)).await.unwrap();
    save_funds(app, admin, Funds::default()).await.unwrap();
    assert!(ahead(app, admin, ada).await.unwrap().is_none());
    assert!(matches!(pay_ahead(app, admin, ada, euro(1000)).await, Err(AppError::Conflict(_))), "switched off");
    assert!(matches!(pay_ahead(app, admin, 99.into(), euro(1000)).await, Err(AppError::NotFound(_))));
    host.holds().await;
}

#[tokio::test]
async fn one_payment_pays_several_oldest_due_first_and_the_rest_is_credit() {
    let (host, ada) = open().await;
    let all = owing(&host, ada, 3).await;
    host.rows::<i64>("UPDATE invoice SET due_on = due_on - 5 WHERE id = 3 RETURNING id").await;
    let id = pay_several(&host.app, &host.admin, ada, all.clone()).await.unwrap();
    let row = collection(&host.app, &host.admin, id).await.unwrap();
    assert_eq!((row.amount, row.invoices.as_slice()), (3600, [3, 1, 2].as_slice()));
    // One of them is paid otherwise before the money is here.
    host.pay(1).await;
    told(&host, "pay_1", id.into(), 3600).await.unwrap();
    assert_eq!((paid(&host).await, credit(&host).await), (vec![1, 2, 3], 1200));
    host.holds().await;
    // Given back: the credit first, then what the newest invoices hold, each with its tax.
    let command = RefundPayment { payment_id: PaymentId(2), amount: euro(3000), note: String::new() };
    refund_by_hand(&host.app, &host.admin, command, "T-1").await.unwrap();
    let states: Vec<String> = host.rows("SELECT state FROM invoice ORDER BY id").await;
    assert_eq!(
        (states.as_slice(), credit(&host).await),
        (["paid", "paid", "refunded"].map(String::from).as_slice(), 0)
    );
    let parts: Vec<i64> = host.rows("SELECT amount - from_credit FROM refund ORDER BY id").await;
    assert_eq!(parts, [1200, 600]);
    assert_eq!(host.rows::<i64>("SELECT count(*) FROM mail WHERE template = 'refund_given'").await, [1]);
    host.holds().await;
}

#[tokio::test]
async fn too_little_pays_the_oldest_and_staff_are_told() {
    let (host, ada) = open().await;
    let all = owing(&host, ada, 2).await;
    let id = pay_several(&host.app, &host.admin, ada, all).await.unwrap();
    told(&host, "pay_1", id.into(), 2000).await.unwrap();
    assert_eq!(paid(&host).await, [1]);
    let text: Vec<String> = host.rows("SELECT text FROM todo").await;
    assert!(text[0].contains("PAY-1 asked for more: 4.00 EUR"), "{text:?}");
    host.holds().await;
}

#[tokio::test]
async fn an_invoice_is_in_one_live_collection() {
    let (host, ada) = open().await;
    let all = owing(&host, ada, 3).await;
    let (app, admin) = (&host.app, &host.admin);
    let bob = app.client("bob@example.com").await.id;
    let others = owing(&host, bob, 1).await;
    let outcomes: Vec<Result<CollectionId>> =
        stream::iter(0..6).map(|_| pay_several(app, admin, ada, all.clone())).buffer_unordered(6).collect().await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let open = "SELECT count(*) FROM collection WHERE state = 'open'";
    assert_eq!(host.rows::<i64>(open).await, [1], "the last one took the place of the others");
    for wrong in [vec![], vec![InvoiceId(99)], vec![all[0], others[0]]] {
        let outcome = pay_several(app, admin, ada, wrong).await;
        assert!(matches!(outcome, Err(AppError::Invalid(_) | AppError::Conflict(_))), "{outcome:?}");
    }
    let found = collections(app, admin, CollectionFilter { client: Some(bob), limit: 9, ..Default::default() }).await;
    assert!(found.unwrap().is_empty());
    host.holds().await;
}

#[tokio::test]
async fn the_group_and_its_invoices_paid_at_once_lose_nothing() {
    let (host, ada) = open().await;
    let all = owing(&host, ada, 3).await;
    let id = pay_several(&host.app, &host.admin, ada, all.clone()).await.unwrap();
    let host = &host;
    let mut purposes: Vec<(String, Purpose, i64)> = vec![("pay_all".into(), id.into(), 3600)];
    purposes.extend(all.iter().map(|invoice| (format!("pay_{invoice}"), (*invoice).into(), 1200)));
    let outcomes: Vec<Result<()>> = stream::iter(purposes.iter().cycle().take(20))
        .map(|(id, purpose, minor)| told(host, id, *purpose, *minor))
        .buffer_unordered(20)
        .collect()
        .await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!((paid(host).await, credit(host).await), (vec![1, 2, 3], 3600));
    assert_eq!(host.rows::<i64>("SELECT count(*) FROM payment").await, [4]);
    host.holds().await;
}

#[tokio::test]
async fn whatever_is_paid_together_ahead_and_given_back_the_books_agree() {
    let (host, ada) = open().await;
    let (app, admin) = (&host.app, &host.admin);
    let mut dice = Dice(7);
    // Most of it is refused somewhere: what is not must keep the books right.
    for turn in 0..120 {
        let invoice = InvoiceId(dice.roll(12) + 1);
        match dice.roll(8) {
            0 => drop(owing(&host, ada, 1).await),
            1 => drop(pay_ahead(app, admin, ada, euro(dice.roll(6000))).await),
            2 => drop(pay_several(app, admin, ada, vec![invoice, InvoiceId(dice.roll(12) + 1)]).await),
            3 | 4 => {
                let id = CollectionId(dice.roll(20) + 1);
                drop(told(&host, &format!("pay_{}", dice.roll(40)), id.into(), dice.roll(4000) + 1).await);
            }
            5 => drop(told(&host, &format!("pay_{}", dice.roll(40)), invoice.into(), dice.roll(2000) + 1).await),
            6 => drop(invoices::write_off(app, admin, invoice, "Gone").await),
            _ => {
                let payment_id = PaymentId(dice.roll(15) + 1);
                let command = RefundPayment { payment_id, amount: euro(dice.roll(2500) + 1), note: String::new() };
                drop(refund_by_hand(app, admin, command, &format!("back {turn}")).await);
            }
        }
    }
    host.holds().await;
    let together =
        "SELECT count(*) FROM allocation a JOIN payment p ON p.id = a.payment_id WHERE p.collection_id IS NOT NULL";
    assert!(host.rows::<i64>(together).await[0] > 1, "too little happened");
    assert_eq!(host.rows::<Option<i64>>("SELECT sum(amount)::bigint FROM ledger_entry").await, [Some(0)]);
}
