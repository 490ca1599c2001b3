//! Proformas: in no book before they are paid, and an invoice of their own day after it.

use chrono::{Days, TimeDelta};
use futures_util::{StreamExt, stream};
use innkeeper_domain::{ClientId, Currency, InvoiceId, Permission, ServiceId, state::InvoiceState};

use super::invoice;
use crate::{
    AppError,
    billing::{OwnTerms, set_own_terms, testing::Host},
    calendar,
    invoices::{self, CreditInvoice, InvoiceFilter, einvoice, merge, pdf::Words, print, void, write_off},
    reports::{self, Range},
    settings::{NextNumbers, Numbers, numbers, save_numbers},
    why,
};

const FIRST: InvoiceId = InvoiceId(1);

/// A host that asks with proformas, and a client that is asked for 12.00.
async fn asked() -> (Host, ClientId) {
    let host = Host::open().await;
    proforma_first(&host, true).await;
    let ada = host.app.client("ada@example.com").await.id;
    host.service(ada, 1, host.today).await;
    host.run("invoices").await;
    (host, ada)
}

async fn proforma_first(host: &Host, proforma_first: bool) {
    let numbers = Numbers { proforma_first, ..numbers(&host.app).await.unwrap() };
    save_numbers(&host.app, &host.admin, numbers, NextNumbers::default()).await.unwrap();
}

async fn accounts(host: &Host) -> Vec<String> {
    host.rows(
        "SELECT a.kind || ' ' || sum(e.amount) FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
         GROUP BY a.kind HAVING sum(e.amount) <> 0 ORDER BY a.kind",
    )
    .await
}

async fn documents(host: &Host) -> Vec<String> {
    host.rows(
        "SELECT concat_ws(' ', i.number_text, i.state, p.number_text) FROM invoice i
               LEFT JOIN proforma p ON p.invoice_id = i.id ORDER BY i.id",
    )
    .await
}

fn because(result: crate::Result<impl std::fmt::Debug>) -> String {
    match result {
        Err(AppError::Conflict(why)) => why,
        other => panic!("{other:?}"),
    }
}

/// The example of `docs/billing.md`.
#[tokio::test]
async fn it_is_in_the_books_of_the_day_on_which_it_is_paid() {
    let (host, ada) = asked().await;
    let (app, admin) = (&host.app, &host.admin);
    let range = Range { from: host.today, until: host.today + Days::new(40) };
    let net = async || reports::income(app, admin, range).await.unwrap().1.first().map_or(0, |i| i.total.net.minor());
    assert_eq!(documents(&host).await, ["PF-000001 unpaid"]);
    assert_eq!(accounts(&host).await, Vec::<String>::new());
    assert_eq!(net().await, 0);
    assert!(reports::tax(app, admin, range).await.unwrap().is_empty());
    assert!(reports::ageing(app, admin, host.today).await.unwrap().is_empty());
    let view = invoices::get(app, admin, FIRST).await.unwrap();
    assert_eq!(einvoice::obstacles(&view), ["it is a proforma: the invoice follows once it is paid"]);
    let paper = print::document(&view, Words::of(&[]), host.today).unwrap();
    assert_eq!(paper.labels.title, "Proforma invoice");
    assert!(paper.notes.contains("This is no invoice"), "{}", paper.notes);
    let owed = InvoiceFilter { proformas: true, limit: 9, ..InvoiceFilter::default() };
    assert_eq!(invoices::list(app, admin, owed.clone()).await.unwrap().len(), 1);
    let client = crate::clients::get(app, admin, ada).await.unwrap();
    assert_eq!(client.balances[0].owed.minor(), 1200, "it is owed all the same");

    app.clock.advance(TimeDelta::days(5));
    host.pay_part(1, 500).await;
    assert_eq!(documents(&host).await, ["PF-000001 unpaid"], "a part makes no invoice");
    assert_eq!(accounts(&host).await, ["cash 500", "receivable -500"]);
    host.holds().await;

    app.clock.advance(TimeDelta::days(5));
    let mut tx = app.begin(admin).await.unwrap();
    tx.lock_client(ada).await.unwrap();
    let rest = innkeeper_db::payments::NewPayment {
        client_id: ada,
        gateway: "test",
        transaction_ref: "the rest",
        currency: "EUR",
        amount: 700,
        received_on: calendar::today_in(&mut tx).await.unwrap(),
        note: "",
        collection_id: None,
    };
    crate::payments::book(&mut tx, &rest, FIRST).await.unwrap();
    tx.commit().await.unwrap();
    let today = calendar::today(app).await.unwrap();
    let view = invoices::get(app, admin, FIRST).await.unwrap();
    assert_eq!(documents(&host).await, ["INV-000001 paid PF-000001"]);
    assert_eq!(view.invoice.issued_on, Some(today));
    assert_eq!(accounts(&host).await, ["cash 1200", "income -1000", "tax_payable -200"]);
    assert_eq!(net().await, 1000);
    let tax = reports::tax(app, admin, Range { from: today, until: today }).await.unwrap();
    assert_eq!((tax[0].net.minor(), tax[0].tax.minor()), (1000, 200), "on the day of the payment");
    assert_eq!(view.proforma.as_ref().map(|p| (p.number.as_str(), p.issued_on)), Some(("PF-000001", host.today)));
    let paper = print::document(&view, Words::of(&[]), today).unwrap();
    assert!(paper.notes.contains(&format!("For proforma PF-000001 of {}.", host.today)), "{}", paper.notes);
    assert!(invoices::list(app, admin, owed).await.unwrap().is_empty());
    let reasons = why::invoice(app, admin, FIRST).await.unwrap();
    assert!(format!("{reasons:?}").contains("It was asked for as proforma PF-000001"), "{reasons:?}");
    let told: Vec<String> = host
        .rows("SELECT name FROM event WHERE aggregate = 'invoice' AND name IN ('ProformaInvoiced', 'Invoice-Paid') ORDER BY sequence")
        .await;
    assert_eq!(told, ["ProformaInvoiced", "Invoice-Paid"]);
    let mails: Vec<String> = host.rows("SELECT template FROM mail WHERE template LIKE 'proforma%' ORDER BY id").await;
    assert_eq!(mails, ["proforma_created", "proforma_invoiced"]);
    let receipt: Vec<String> = host.rows("SELECT body FROM mail WHERE template = 'payment_received' ORDER BY id").await;
    assert!(receipt.last().unwrap().contains("INV-000001"), "{receipt:?}");
    host.holds().await;
}

#[tokio::test]
async fn numbers_of_invoices_have_no_gap_however_many_are_paid_at_once() {
    let (host, _) = asked().await;
    for n in 0..7 {
        let client = host.app.client(&format!("client{n}@example.com")).await.id;
        host.service(client, 1, host.today).await;
    }
    host.run("invoices").await;
    void(&host.app, &host.admin, InvoiceId(3)).await.unwrap();
    let due: Vec<i64> = host.rows("SELECT id FROM invoice WHERE state = 'unpaid' ORDER BY id").await;
    stream::iter(&due).map(|id| host.pay(*id)).buffer_unordered(8).collect::<Vec<()>>().await;
    let mut numbers: Vec<String> = host.rows("SELECT number_text FROM invoice WHERE state = 'paid'").await;
    numbers.sort();
    assert_eq!(numbers, (1..=7).map(|n| format!("INV-{n:06}")).collect::<Vec<_>>());
    let void: Vec<String> = host.rows("SELECT number_text FROM invoice WHERE state = 'void'").await;
    assert_eq!(void, ["PF-000003"], "what is never paid has no number of an invoice");
    host.holds().await;
}

#[tokio::test]
async fn credit_pays_it_at_once_and_what_costs_nothing_is_an_invoice_at_once() {
    let host = Host::open().await;
    proforma_first(&host, true).await;
    let ada = host.app.client("ada@example.com").await.id;
    host.credit(ada, "early", 1200).await;
    host.service(ada, 1, host.today).await;
    let bob = host.app.client("bob@example.com").await.id;
    let free = ServiceId(host.service(bob, 1, host.today).await);
    let nothing = OwnTerms { amount: Currency::EUR.zero(), spared_until: None };
    set_own_terms(&host.app, &host.admin, free, nothing).await.unwrap();
    host.run("invoices").await;
    assert_eq!(documents(&host).await, ["INV-000002 paid PF-000001", "INV-000001 paid PF-000002"]);
    let mails: Vec<String> =
        host.rows("SELECT template FROM mail WHERE template LIKE 'proforma%' ORDER BY template").await;
    assert_eq!(mails, ["proforma_created", "proforma_invoiced"], "nobody is told of what costs nothing");
    host.holds().await;
}

#[tokio::test]
async fn documents_are_in_the_clients_language() {
    let (host, ada) = asked().await;
    let lang = async || {
        let (_, bytes) = invoices::pdf(&host.app, &host.admin, FIRST).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let at = text.find("/Lang").unwrap();
        text[at..].chars().take(16).collect::<String>()
    };
    assert!(lang().await.contains("en"), "{}", lang().await);
    let speaks = "UPDATE client SET language = 'es-AR' WHERE id = $1";
    sqlx::query(speaks).bind(ada.get()).execute(host.app.pool()).await.unwrap();
    assert!(lang().await.contains("es"), "{}", lang().await);
    let view = invoices::get(&host.app, &host.admin, FIRST).await.unwrap();
    let paper = print::document(&view, Words::of(&["es".to_owned()]), host.today).unwrap();
    assert_eq!((paper.labels.title.as_str(), paper.labels.due.as_str()), ("Factura proforma", "Vencimiento"));
    assert!(paper.notes.contains("Esto no es una factura"), "{}", paper.notes);
    assert_eq!(paper.format.money(paper.total), "12,00\u{a0}€");
}

#[tokio::test]
async fn staff_may_make_it_an_invoice_once_before_it_is_paid() {
    let (host, _) = asked().await;
    let (app, admin) = (&host.app, &host.admin);
    let clerk = app.staff("clerk@host.example", &[Permission::InvoicesRead]).await;
    assert!(matches!(invoice(app, &clerk, FIRST).await, Err(AppError::Forbidden)));
    assert!(matches!(invoice(app, admin, InvoiceId(99)).await, Err(AppError::NotFound(_))));
    let tries = stream::iter(0..6).map(|_| invoice(app, admin, FIRST)).buffer_unordered(6).collect::<Vec<_>>().await;
    assert_eq!(tries.iter().filter(|result| result.is_ok()).count(), 1);
    assert_eq!(documents(&host).await, ["INV-000001 unpaid PF-000001"]);
    assert_eq!(accounts(&host).await, ["income -1000", "receivable 1200", "tax_payable -200"]);
    host.holds().await;
    write_off(app, admin, FIRST, "Gone").await.unwrap();
    host.holds().await;
}

#[tokio::test]
async fn what_is_no_invoice_is_withdrawn_and_neither_corrected_nor_written_off() {
    let (host, _) = asked().await;
    let (app, admin) = (&host.app, &host.admin);
    let all = CreditInvoice { invoice_id: FIRST, lines: vec![], reason: "Sorry".into() };
    let credited = invoices::credit(app, admin, all).await;
    assert_eq!(because(credited), "PF-000001 is a proforma, and in no book: void it, or make it an invoice first");
    assert!(because(write_off(app, admin, FIRST, "Gone").await).contains("void it, or make it an invoice first"));
    void(app, admin, FIRST).await.unwrap();
    assert_eq!(because(invoice(app, admin, FIRST).await), "only a proforma that is owed can be made an invoice");
    assert_eq!(documents(&host).await, ["PF-000001 void"]);
    assert_eq!(accounts(&host).await, Vec::<String>::new());
    host.holds().await;
    host.run("invoices").await;
    assert_eq!(documents(&host).await, ["PF-000001 void", "PF-000002 unpaid"], "its period is asked for again");
    host.holds().await;
}

#[tokio::test]
async fn several_become_one_proforma_but_none_with_an_invoice() {
    let (host, ada) = asked().await;
    let (app, admin) = (&host.app, &host.admin);
    host.service(ada, 12, host.today).await;
    host.run("invoices").await;
    proforma_first(&host, false).await;
    let one = merge(app, admin, &[FIRST, InvoiceId(2)]).await.unwrap();
    assert_eq!(documents(&host).await, ["PF-000001 void", "PF-000002 void", "PF-000003 unpaid"]);
    host.service(ada, 1, host.today).await;
    host.run("invoices").await;
    let why = because(merge(app, admin, &[one, InvoiceId(4)]).await);
    assert_eq!(why, "PF-000003 and INV-000001 are a proforma and an invoice");
    host.pay(one.get()).await;
    assert_eq!(invoices::get(app, admin, one).await.unwrap().invoice.state.0, InvoiceState::Paid);
    host.holds().await;
}
