//! Numbers of documents: their form, their year, and that none is missing.

use chrono::{Datelike, TimeDelta};
use futures_util::{StreamExt, stream};
use innkeeper_domain::{ClientId, Currency, ItemWhen, Money};

use crate::{
    AppError, Result,
    billable_items::{self, ItemInput},
    billing::testing::Host,
    invoices::{self, CreditInvoice},
    settings::{NextNumbers, NumberFormat, Numbers, next_numbers, save_numbers},
};

fn format(prefix: &str, yearly: bool, digits: u16) -> NumberFormat {
    NumberFormat { prefix: prefix.to_owned(), yearly, digits }
}

async fn save(host: &Host, invoices: NumberFormat, invoice: Option<i64>) -> Result<()> {
    let numbers = Numbers { invoices, credit_notes: format("BACK", false, 3), ..Numbers::default() };
    save_numbers(&host.app, &host.admin, numbers, NextNumbers { invoice, ..NextNumbers::default() }).await
}

async fn issue(host: &Host, client: ClientId) {
    let item = ItemInput {
        description: "Work".into(),
        quantity: 1,
        amount: Money::new(100, Currency::EUR),
        taxable: true,
        bill: ItemWhen::Hand,
        bill_on: None,
    };
    let item = billable_items::add(&host.app, &host.admin, client, item).await.unwrap();
    billable_items::invoice(&host.app, &host.admin, client, &[item]).await.unwrap();
}

async fn numbers(host: &Host) -> Vec<String> {
    host.rows("SELECT number_text FROM invoice ORDER BY id").await
}

#[tokio::test]
async fn a_year_begins_with_one_however_many_are_issued_at_once() {
    let host = &Host::open().await;
    let ada = host.app.client("ada@example.com").await.id;
    issue(host, ada).await;
    save(host, format("RE", true, 4), Some(512)).await.unwrap();
    issue(host, ada).await;
    let year = host.today.year();
    let next = next_numbers(&host.app, &host.admin).await.unwrap();
    assert_eq!((next.invoice, next.credit_note), (Some(513), Some(1)));
    assert_eq!(numbers(host).await, ["INV-000001".to_owned(), format!("RE-{year}-0512")]);
    host.app.clock.advance(TimeDelta::days(366));
    let mut clients = vec![];
    for n in 0..6 {
        clients.push(host.app.client(&format!("client{n}@example.com")).await.id);
    }
    stream::iter(&clients).map(|client| issue(host, *client)).buffer_unordered(6).collect::<Vec<()>>().await;
    let mut issued = numbers(host).await.split_off(2);
    issued.sort();
    let next = host.today.year() + 1;
    assert_eq!(issued, (1..=6).map(|n| format!("RE-{next}-{n:04}")).collect::<Vec<_>>());
    let command = CreditInvoice { invoice_id: 2.into(), lines: vec![], reason: "Sorry".into() };
    invoices::credit(&host.app, &host.admin, command).await.unwrap();
    assert_eq!(numbers(host).await.last().unwrap(), "BACK-001");
    host.holds().await;
}

#[tokio::test]
async fn more_digits_than_asked_for_are_all_printed() {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await.id;
    save(&host, format("INV", false, 2), Some(99)).await.unwrap();
    issue(&host, ada).await;
    issue(&host, ada).await;
    assert_eq!(numbers(&host).await, ["INV-99", "INV-100"]);
    host.holds().await;
}

#[tokio::test]
async fn what_would_leave_a_gap_or_mix_two_kinds_is_refused() {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await.id;
    issue(&host, ada).await;
    let refused = async |invoices, next| match save(&host, invoices, next).await {
        Err(AppError::Invalid(fields)) => fields[0].field.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(format("INV", false, 6), Some(500)).await, "invoices.next");
    assert_eq!(refused(format("BACK", false, 6), None).await, "credit_notes.prefix");
    assert_eq!(refused(format("a b", false, 6), None).await, "invoices.prefix");
    assert_eq!(refused(format("INV", false, 0), None).await, "invoices.digits");
    assert_eq!(refused(format("NEW", false, 6), Some(0)).await, "invoices.next");
    save(&host, format("INV", false, 6), Some(2)).await.unwrap();
    issue(&host, ada).await;
    assert_eq!(numbers(&host).await, ["INV-000001", "INV-000002"]);
    host.holds().await;
}
