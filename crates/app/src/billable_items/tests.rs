//! Items that staff charge: when they are invoiced, and that it is once.

use chrono::Days;
use futures_util::{StreamExt, stream};
use innkeeper_domain::{BillableItemId, ClientId, Currency, ItemWhen, Money};

use super::{ItemInput, add, invoice, list, remove};
use crate::{AppError, billing::testing::Host, invoices};

fn work(amount: i64, bill: ItemWhen) -> ItemInput {
    ItemInput {
        description: "Moving your site".into(),
        quantity: 3,
        amount: Money::new(amount, Currency::EUR),
        taxable: true,
        bill,
        bill_on: None,
    }
}

async fn lines(host: &Host) -> Vec<String> {
    host.rows(
        "SELECT l.invoice_id || ' ' || l.kind || ' ' || l.quantity || ' ' || l.net || ' ' || l.tax
               FROM invoice_line l WHERE NOT l.voided ORDER BY l.id",
    )
    .await
}

#[tokio::test]
async fn what_is_chosen_is_invoiced_once() {
    let host = &Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let ada = app.client("ada@example.com").await.id;
    let first = add(app, admin, ada, work(6000, ItemWhen::Hand)).await.unwrap();
    let second = add(app, admin, ada, ItemInput { taxable: false, ..work(100, ItemWhen::Next) }).await.unwrap();
    let other = add(app, admin, ada, work(1, ItemWhen::Hand)).await.unwrap();
    host.run("invoices").await;
    assert_eq!(lines(host).await, Vec::<String>::new(), "nothing is due by itself");
    let both = [first, second];
    let outcomes: Vec<_> =
        stream::iter(0..8).map(|_| invoice(app, admin, ada, &both)).buffer_unordered(8).collect().await;
    let done: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
    assert_eq!(done.len(), 1, "{outcomes:?}");
    assert_eq!(lines(host).await, ["1 manual 3 18000 3600", "1 manual 3 300 0"]);
    assert!(matches!(remove(app, admin, first).await, Err(AppError::Conflict(_))), "what is invoiced stays");
    remove(app, admin, other).await.unwrap();
    assert!(list(app, admin, ada).await.unwrap().is_empty());
    invoices::void(app, admin, *done[0]).await.unwrap();
    let open = list(app, admin, ada).await.unwrap();
    assert_eq!(open.iter().map(|item| (item.id, item.bill.0)).collect::<Vec<_>>(), both.map(|id| (id, ItemWhen::Hand)));
    host.run("invoices").await;
    assert_eq!(lines(host).await, Vec::<String>::new(), "they wait for a person now");
    host.holds().await;
}

#[tokio::test]
async fn the_daily_run_takes_what_has_its_day_or_the_next_invoice() {
    let host = &Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let ada = app.client("ada@example.com").await.id;
    let tomorrow = host.today + Days::new(1);
    let dated = |day| ItemInput { bill_on: Some(day), ..work(500, ItemWhen::Day) };
    add(app, admin, ada, dated(host.today)).await.unwrap();
    add(app, admin, ada, dated(tomorrow)).await.unwrap();
    add(app, admin, ada, work(700, ItemWhen::Next)).await.unwrap();
    host.run("invoices").await;
    assert_eq!(lines(host).await, ["1 manual 3 1500 300"], "an item of a day does not take the others along");
    host.service(ada, 1, tomorrow).await;
    host.run("invoices").await;
    assert_eq!(lines(host).await[1..], ["2 recurring 1 1000 200", "2 manual 3 2100 420"]);
    let due: Vec<chrono::NaiveDate> = host.rows("SELECT due_on FROM invoice WHERE id = 2").await;
    assert_eq!(due, [tomorrow]);
    host.holds().await;
}

#[tokio::test]
async fn items_of_several_currencies_are_invoiced_apart() {
    let host = &Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let ada = app.client("ada@example.com").await.id;
    let first = add(app, admin, ada, work(100, ItemWhen::Hand)).await.unwrap();
    sqlx::query("INSERT INTO currency (code) VALUES ('SEK')").execute(app.pool()).await.unwrap();
    sqlx::query("UPDATE client SET currency = 'SEK'").execute(app.pool()).await.unwrap();
    let crowns = ItemInput { amount: Money::new(100, "SEK".parse().unwrap()), ..work(100, ItemWhen::Hand) };
    let second = add(app, admin, ada, crowns).await.unwrap();
    assert!(matches!(invoice(app, admin, ada, &[first, second]).await, Err(AppError::Conflict(_))));
    for item in [first, second] {
        invoice(app, admin, ada, &[item]).await.unwrap();
    }
    let currencies: Vec<String> = host.rows("SELECT currency FROM invoice ORDER BY id").await;
    assert_eq!(currencies, ["EUR", "SEK"]);
    host.holds().await;
}

#[tokio::test]
async fn an_item_that_makes_no_sense_is_refused() {
    let host = Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let ada = app.client("ada@example.com").await;
    let usd = Money::new(100, "USD".parse().unwrap());
    for (field, input) in [
        ("description", ItemInput { description: " ".into(), ..work(1, ItemWhen::Hand) }),
        ("quantity", ItemInput { quantity: 0, ..work(1, ItemWhen::Hand) }),
        ("amount", work(0, ItemWhen::Hand)),
        ("amount", work(-5, ItemWhen::Hand)),
        ("amount", work(i64::MAX, ItemWhen::Hand)),
        ("amount", ItemInput { amount: usd, ..work(1, ItemWhen::Hand) }),
        ("bill_on", work(1, ItemWhen::Day)),
    ] {
        match add(app, admin, ada.id, input).await {
            Err(AppError::Invalid(fields)) => assert_eq!(fields[0].field, field),
            other => panic!("{field}: {other:?}"),
        }
    }
    let nobody = add(app, admin, ClientId(99), work(1, ItemWhen::Hand)).await;
    assert!(matches!(nobody, Err(AppError::NotFound(_))), "{nobody:?}");
    assert!(matches!(invoice(app, admin, ada.id, &[]).await, Err(AppError::Invalid(_))));
    assert!(matches!(invoice(app, admin, ada.id, &[BillableItemId(1)]).await, Err(AppError::Conflict(_))));
    assert!(matches!(add(app, &ada.actor, ada.id, work(1, ItemWhen::Hand)).await, Err(AppError::Forbidden)));
}
