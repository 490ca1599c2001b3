//! Exchange rates, read from a bank on this machine, at a host in Austria whose books are in euros.

use chrono::{NaiveDate, TimeDelta};
use innkeeper_domain::{ClientId, InvoiceId, ItemWhen, Money};
use rust_decimal::Decimal;
use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

use super::*;
use crate::{
    billable_items::{self, ItemInput},
    billing::testing::Host,
    catalogue, invoices, jobs,
    reports::{self, Range},
};

/// A bank that says what it is told to, to everybody.
struct Bank {
    url: String,
    says: Arc<Mutex<(u16, String)>>,
}

impl Bank {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/rates.xml", listener.local_addr().unwrap());
        let says = Arc::new(Mutex::new((404, String::new())));
        let what = says.clone();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (mut asked, mut part) = (vec![], [0; 1024]);
                while !asked.ends_with(b"\r\n\r\n") {
                    let read = stream.read(&mut part).unwrap();
                    assert!(read > 0, "a request that does not end");
                    asked.extend_from_slice(&part[..read]);
                }
                assert!(asked.starts_with(b"GET /rates.xml "));
                let (status, body) = what.lock().unwrap().clone();
                let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}", body.len());
                write!(stream, "{head}\r\n\r\n{body}").unwrap();
            }
        });
        Self { url, says }
    }
    fn says(&self, status: u16, body: &str) {
        *self.says.lock().unwrap() = (status, body.to_owned());
    }
    fn publishes(&self, day: NaiveDate, rates: &[(&str, &str)]) {
        let one = |(code, rate): &(&str, &str)| format!("<Cube currency='{code}' rate='{rate}'/>");
        let all: String = rates.iter().map(one).collect();
        self.says(
            200,
            &format!(
                "<?xml version=\"1.0\"?><gesmes:Envelope xmlns:gesmes=\"http://www.gesmes.org/xml/2002-08-01\" \
                 xmlns=\"http://www.ecb.int/vocabulary/2002-08-01/eurofxref\"><gesmes:subject>Reference rates</gesmes:subject>\
                 <Cube><Cube time='{day}'>{all}</Cube></Cube></gesmes:Envelope>"
            ),
        );
    }
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

async fn known(host: &Host) -> Vec<String> {
    let rates = rates(&host.app, &host.admin).await.unwrap();
    rates.iter().map(|r| format!("{} {} {} {}", r.home.0, r.rate.normalize(), r.currency.0, r.source)).collect()
}

#[tokio::test]
async fn rates_are_read_once_for_a_day_and_do_not_replace_what_was_set_by_hand() {
    let (host, bank) = (Host::open().await, Bank::open());
    let app = host.app.asking(&bank.url);
    for code in ["CHF", "UAH"] {
        catalogue::enable_currency(&app, &host.admin, code.parse().unwrap(), true).await.unwrap();
    }
    bank.publishes(host.today, &[("USD", "1.0841"), ("CHF", "0.9312"), ("GBP", "0.84")]);
    let first = fetch(&app, &host.admin).await.unwrap();
    let missing = vec!["UAH".parse().unwrap()];
    assert_eq!(first, Fetched { day: host.today, new: 2, missing });
    assert_eq!(known(&host).await, ["EUR 0.9312 CHF ecb", "EUR 1.0841 USD ecb"]);
    assert_eq!(fetch(&app, &host.admin).await.unwrap().new, 0);
    set_rate(&app, &host.admin, Currency::USD, decimal("1.1")).await.unwrap();
    set_rate(&app, &host.admin, "UAH".parse().unwrap(), decimal("48.5")).await.unwrap();
    bank.publishes(host.today, &[("USD", "1.0842"), ("UAH", "49"), ("CHF", "0.9")]);
    assert_eq!(fetch(&app, &host.admin).await.unwrap().new, 0, "what the day has stays");
    assert_eq!(known(&host).await, ["EUR 0.9312 CHF ecb", "EUR 48.5 UAH hand", "EUR 1.1 USD hand"]);
    // The next day has newer ones, also through the schedule.
    host.app.clock.advance(TimeDelta::days(1));
    bank.publishes(host.today + Days::new(1), &[("USD", "1.2")]);
    let job = innkeeper_queue::NewJob::new(jobs::FETCH_RATES, serde_json::json!({}));
    let mut tx = app.begin(&host.admin).await.unwrap();
    tx.enqueue(&job).await.unwrap();
    tx.commit().await.unwrap();
    jobs::drain(&app).await.unwrap();
    assert_eq!(known(&host).await[2], "EUR 1.2 USD ecb");
    // Books in dollars have rates to the dollar.
    catalogue::make_default_currency(&app, &host.admin, Currency::USD).await.unwrap();
    assert_eq!(known(&host).await, Vec::<String>::new());
    bank.publishes(host.today, &[("USD", "1.25"), ("CHF", "0.9")]);
    assert_eq!(fetch(&app, &host.admin).await.unwrap().new, 2);
    assert_eq!(known(&host).await, ["USD 0.72 CHF ecb", "USD 0.8 EUR ecb"]);
}

#[tokio::test]
async fn an_answer_that_is_none_changes_nothing_and_is_asked_for_again() {
    let (host, bank) = (Host::open().await, Bank::open());
    let app = host.app.asking(&bank.url);
    let tomorrow = host.today + Days::new(2);
    bank.publishes(tomorrow, &[("USD", "1.1")]);
    let error = fetch(&app, &host.admin).await.unwrap_err();
    assert_eq!(error.to_string(), format!("the rates are of {tomorrow}, which is still to come"));
    for (status, body, why) in [
        (503, "busy", "HTTP 503"),
        (200, "<html><p>Sorry", "never closed"),
        (
            200,
            "<e><Cube time='2026-01-01'><Cube currency='USD' rate='much'/></Cube></e>",
            "the rate of USD is no number",
        ),
        (200, &"<a>".repeat(100_000), ""),
    ] {
        bank.says(status, body);
        let AppError::External(error) = fetch(&app, &host.admin).await.unwrap_err() else { panic!("{body}") };
        assert!(error.detail.contains(why), "{}", error.detail);
    }
    assert!(matches!(fetch(&host.app, &host.admin).await, Err(AppError::External(_))), "nobody is there");
    assert_eq!(known(&host).await, Vec::<String>::new());
    // A host with one currency asks nobody.
    catalogue::enable_currency(&app, &host.admin, Currency::USD, false).await.unwrap();
    refresh(&host.app).await.unwrap();
}

#[tokio::test]
async fn a_rate_by_hand_is_checked() {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await.actor;
    let set = async |actor: &Actor, code: &str, rate: &str| {
        set_rate(&host.app, actor, code.parse().unwrap(), decimal(rate)).await
    };
    assert!(matches!(set(&ada, "USD", "1.1").await, Err(AppError::Forbidden)));
    assert!(matches!(fetch(&host.app, &ada).await, Err(AppError::Forbidden)));
    assert!(matches!(set(&host.admin, "CHF", "1.1").await, Err(AppError::NotFound(_))));
    assert!(matches!(set(&host.admin, "EUR", "1").await, Err(AppError::Conflict(_))));
    for wrong in ["0", "-1.1", "1000000001", "0.00000000001"] {
        assert!(matches!(set(&host.admin, "USD", wrong).await, Err(AppError::Invalid(_))), "{wrong}");
    }
    assert_eq!(known(&host).await, Vec::<String>::new());
    let changed = sqlx::query("DELETE FROM exchange_rate").execute(host.app.pool()).await;
    assert!(changed.unwrap_err().to_string().contains("never changed"));
}

/// Work for 105.00 dollars, invoiced at once: 21.00 of tax.
async fn invoice(host: &Host, client: ClientId) -> InvoiceId {
    let input = ItemInput {
        description: "Work".into(),
        quantity: 1,
        amount: Money::new(10_500, Currency::USD),
        taxable: true,
        bill: ItemWhen::Hand,
        bill_on: None,
    };
    let item = billable_items::add(&host.app, &host.admin, client, input).await.unwrap();
    billable_items::invoice(&host.app, &host.admin, client, &[item]).await.unwrap()
}

#[tokio::test]
async fn a_document_keeps_the_rate_of_its_day_and_a_credit_note_that_of_its_invoice() {
    let host = Host::open().await;
    let client = host.app.client("ada@example.com").await.id;
    sqlx::query("UPDATE client SET currency = 'USD', country = 'AT'").execute(host.app.pool()).await.unwrap();
    let before = invoice(&host, client).await;
    set_rate(&host.app, &host.admin, Currency::USD, decimal("1.0841")).await.unwrap();
    let first = invoice(&host, client).await;
    set_rate(&host.app, &host.admin, Currency::USD, decimal("1.2")).await.unwrap();
    let second = invoice(&host, client).await;
    let view = async |id| invoices::get(&host.app, &host.admin, id).await.unwrap();
    let tax = async |id| {
        let view = view(id).await;
        view.in_books(Money::new(view.invoice.tax, Currency::USD)).map(|(tax, rate)| (tax.minor(), rate))
    };
    let day = host.today;
    assert_eq!(tax(before).await, None, "no rate was known");
    assert_eq!(tax(first).await, Some((1937, format!("1 EUR = 1.0841 USD, {day}"))));
    assert_eq!(tax(second).await, Some((1750, format!("1 EUR = 1.2 USD, {day}"))));
    let all = |invoice_id| invoices::CreditInvoice { invoice_id, lines: vec![], reason: "Sorry".into() };
    let note = invoices::credit(&host.app, &host.admin, all(first)).await.unwrap();
    assert_eq!(tax(note).await.unwrap().0, -1937, "what the invoice was in the books, not what it were today");
    host.holds().await;
    // In the report all of them are 21.00: 0 without a rate, 19.37 and 17.50 and 19.37 back.
    let report = reports::tax(&host.app, &host.admin, Range { from: day, until: day }).await.unwrap();
    let books = &report[0].in_books;
    assert_eq!((report[0].invoices, books[0].invoices, books[0].tax.minor()), (4, 3, 1750));
    // 126.00 / 1.2 = 105.00.
    assert_eq!(books[0].net.minor(), 10_500 - 1750);
    sqlx::query("UPDATE invoice SET exchange_rate_id = 2 WHERE id = $1")
        .bind(note.get())
        .execute(host.app.pool())
        .await
        .unwrap();
    let broken: Vec<String> = host.rows("SELECT rule FROM violations(now())").await;
    assert_eq!(broken, ["M41 a credit note has the rate of what it corrects"]);
}
