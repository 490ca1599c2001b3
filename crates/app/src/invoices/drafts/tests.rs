//! Drafts: what they come to, that nothing follows from them, and that one becomes an invoice once.

use chrono::Days;
use futures_util::{StreamExt, stream};
use innkeeper_domain::{ClientId, Currency, InvoiceDraftId, Money};

use super::{DraftFilter, DraftInput, create, delete, get, issue, list, update};
use crate::{
    AppError,
    billing::testing::Host,
    invoices::{self, compose::LineInput},
};

fn line(description: &str, quantity: i32, amount: i64, taxable: bool) -> LineInput {
    LineInput { description: description.into(), quantity, amount: Money::new(amount, Currency::EUR), taxable }
}

fn input(lines: Vec<LineInput>) -> DraftInput {
    DraftInput { due_days: Some(5), notes: "Thank you.".into(), lines }
}

/// The example of `docs/billing.md`.
fn example() -> DraftInput {
    input(vec![line("Moving your site", 3, 6000, true), line("Postage", 1, 410, false)])
}

#[tokio::test]
async fn a_draft_becomes_an_invoice_once() {
    let host = &Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let ada = app.client("ada@example.com").await.id;
    host.credit(ada, "left over", 5000).await;
    let id = create(app, admin, ada, example()).await.unwrap();
    let view = get(app, admin, id).await.unwrap();
    let (preview, tax) = (&view.preview, &view.preview.taxes[0]);
    assert_eq!((preview.subtotal.minor(), preview.total.minor()), (18_410, 22_010));
    assert_eq!((preview.taxes.len(), &*tax.name, tax.amount.minor()), (1, "VAT", 3600));
    let events: Vec<String> = host.rows("SELECT name FROM event WHERE name LIKE 'Invoice%'").await;
    assert!(events.is_empty(), "nothing follows from a draft: {events:?}");
    let numbers: Vec<i64> = host.rows("SELECT count(*) FROM invoice").await;
    assert_eq!(numbers, [0]);

    let outcomes: Vec<_> =
        stream::iter(0..8).map(|_| issue(app, admin, id, Some(1))).buffer_unordered(8).collect().await;
    let done: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
    assert_eq!(done.len(), 1, "{outcomes:?}");
    assert!(outcomes.iter().all(|o| matches!(o, Ok(_) | Err(AppError::Conflict(_)))), "{outcomes:?}");
    let issued = invoices::get(app, admin, *done[0]).await.unwrap();
    let invoice = &issued.invoice;
    assert_eq!((invoice.subtotal, invoice.tax, invoice.total, invoice.paid), (18_410, 3600, 22_010, 5000));
    assert_eq!((invoice.due_on, &*invoice.notes), (Some(host.today + Days::new(5)), "Thank you."));
    assert_eq!(
        issued.lines.iter().map(|l| (l.quantity, l.net, l.tax)).collect::<Vec<_>>(),
        [(3, 18_000, 3600), (1, 410, 0)]
    );
    assert!(list(app, admin, DraftFilter { limit: 9, ..DraftFilter::default() }).await.unwrap().is_empty());
    assert_eq!(get(app, admin, id).await.unwrap().row.invoice_id, Some(done[0].get()));
    for refused in [update(app, admin, id, None, example()).await, delete(app, admin, id).await] {
        assert!(matches!(refused, Err(AppError::Conflict(_))), "{refused:?}");
    }
    host.holds().await;
    sqlx::query("UPDATE composed_line SET amount = 411 WHERE amount = 410").execute(app.pool()).await.unwrap();
    let broken: Vec<String> = host.rows("SELECT rule FROM violations(now())").await;
    assert_eq!(broken, ["M26 an issued draft is the invoice that was composed"]);
}

#[tokio::test]
async fn what_was_looked_at_is_what_is_issued() {
    let host = &Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let ada = app.client("ada@example.com").await.id;
    let id = create(app, admin, ada, input(vec![])).await.unwrap();
    assert!(matches!(issue(app, admin, id, None).await, Err(AppError::Conflict(_))), "it has no lines");
    update(app, admin, id, Some(1), input(vec![line("Work", 2, 100, true)])).await.unwrap();
    let late = update(app, admin, id, Some(1), example()).await;
    assert!(matches!(late, Err(AppError::Conflict(_))), "{late:?}");
    assert!(matches!(issue(app, admin, id, Some(1)).await, Err(AppError::Conflict(_))));
    let view = get(app, admin, id).await.unwrap();
    assert_eq!((view.row.version, view.row.net, view.lines.len()), (2, 200, 1));
    sqlx::query("UPDATE client SET tax_exempt = true").execute(app.pool()).await.unwrap();
    assert_eq!(get(app, admin, id).await.unwrap().preview.total.minor(), 200, "tax as it would be now");
    let default = DraftInput { due_days: None, ..example() };
    update(app, admin, id, Some(2), default).await.unwrap();
    let invoice = invoices::get(app, admin, issue(app, admin, id, Some(3)).await.unwrap()).await.unwrap().invoice;
    assert_eq!((invoice.tax, invoice.due_on), (0, Some(host.today + Days::new(14))));
    host.holds().await;
}

#[tokio::test]
async fn a_draft_is_thrown_away() {
    let host = &Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let ada = app.client("ada@example.com").await.id;
    let (first, second) =
        (create(app, admin, ada, example()).await.unwrap(), create(app, admin, ada, example()).await.unwrap());
    delete(app, admin, first).await.unwrap();
    let left = list(app, admin, DraftFilter { client: Some(ada), limit: 9, ..DraftFilter::default() }).await.unwrap();
    assert_eq!(left.iter().map(|row| row.id).collect::<Vec<_>>(), [second]);
    for gone in [delete(app, admin, first).await, issue(app, admin, first, None).await.map(drop)] {
        assert!(matches!(gone, Err(AppError::NotFound(_))), "{gone:?}");
    }
    let lines: Vec<i64> = host.rows("SELECT count(*) FROM composed_line").await;
    assert_eq!(lines, [2]);
    host.holds().await;
}

#[tokio::test]
async fn a_draft_over_nothing_is_paid_at_once() {
    let host = &Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let ada = app.client("ada@example.com").await.id;
    let id = create(app, admin, ada, input(vec![line("A favour", 1, 0, true)])).await.unwrap();
    let invoice = issue(app, admin, id, None).await.unwrap();
    assert_eq!(invoices::get(app, admin, invoice).await.unwrap().invoice.state.as_str(), "paid");
    host.holds().await;
}

#[tokio::test]
async fn a_draft_that_makes_no_sense_is_refused() {
    let host = Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let ada = app.client("ada@example.com").await;
    let usd = LineInput { amount: Money::new(1, Currency::USD), ..line("Work", 1, 1, true) };
    for (field, wrong) in [
        ("due_days", DraftInput { due_days: Some(-1), ..example() }),
        ("notes", DraftInput { notes: "x".repeat(2001), ..example() }),
        ("lines", input(vec![line("Work", 1, 1, true); 101])),
        ("lines.1.description", input(vec![line(" ", 1, 1, true)])),
        ("lines.1.quantity", input(vec![line("Work", 0, 1, true)])),
        ("lines.2.amount", input(vec![line("Work", 1, 1, true), line("Work", 1, -1, true)])),
        ("lines.1.amount", input(vec![line("Work", 2, i64::MAX, true)])),
        ("lines.2.amount", input(vec![line("Work", 1, 900_000_000_000_000, true); 2])),
        ("lines.1.amount", input(vec![usd])),
    ] {
        match create(app, admin, ada.id, wrong).await {
            Err(AppError::Invalid(fields)) => assert_eq!(fields[0].field, field),
            other => panic!("{field}: {other:?}"),
        }
    }
    let nobody = create(app, admin, ClientId(99), example()).await;
    assert!(matches!(nobody, Err(AppError::NotFound(_))), "{nobody:?}");
    assert!(matches!(get(app, admin, InvoiceDraftId(9)).await, Err(AppError::NotFound(_))));
    assert!(matches!(create(app, &ada.actor, ada.id, example()).await, Err(AppError::Forbidden)));
    assert!(matches!(get(app, &ada.actor, InvoiceDraftId(1)).await, Err(AppError::Forbidden)));
}
