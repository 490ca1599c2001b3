//! Invoices that are merged and split: amounts, what waits for their payment, and that it happens once.

use chrono::Days;
use futures_util::{StreamExt, stream};
use innkeeper_domain::{ClientId, Currency, InvoiceId, InvoiceLineId, ItemWhen, Money, Permission};

use super::{merge, merged, parted, split};
use crate::{
    AppError,
    billable_items::{self, ItemInput},
    billing::testing::Host,
    invoices::{
        self, InvoiceView,
        compose::LineInput,
        drafts::{self, DraftInput},
    },
    why,
};

/// A host and a client that owes 12.00 for a service, 6.01 for work (due earlier) and 3.60 for an item.
async fn owing() -> (Host, ClientId) {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await.id;
    host.service(ada, 1, host.today + Days::new(5)).await;
    host.run("invoices").await;
    invoice(&host, ada, &[("Moving your site", 501)], 2).await;
    let input = ItemInput {
        description: "Postage".into(),
        quantity: 1,
        amount: Money::new(300, Currency::EUR),
        taxable: true,
        bill: ItemWhen::Hand,
        bill_on: None,
    };
    let item = billable_items::add(&host.app, &host.admin, ada, input).await.unwrap();
    billable_items::invoice(&host.app, &host.admin, ada, &[item]).await.unwrap();
    (host, ada)
}

async fn invoice(host: &Host, client: ClientId, lines: &[(&str, i64)], due_days: i32) -> InvoiceId {
    let line = |(description, amount): &(&str, i64)| LineInput {
        description: (*description).to_owned(),
        quantity: 1,
        amount: Money::new(*amount, Currency::EUR),
        taxable: true,
    };
    let lines = lines.iter().map(line).collect();
    let input = DraftInput { due_days: Some(due_days), notes: String::new(), lines };
    let draft = drafts::create(&host.app, &host.admin, client, input).await.unwrap();
    drafts::issue(&host.app, &host.admin, draft, None).await.unwrap()
}

async fn view(host: &Host, id: InvoiceId) -> InvoiceView {
    invoices::get(&host.app, &host.admin, id).await.unwrap()
}

async fn lines(host: &Host, id: InvoiceId) -> Vec<InvoiceLineId> {
    view(host, id).await.lines.iter().map(|line| line.id).collect()
}

fn ids<const N: usize>(ids: [i64; N]) -> [InvoiceId; N] {
    ids.map(InvoiceId)
}

#[tokio::test]
async fn several_become_one_and_paying_it_pays_for_all() {
    let (host, _) = owing().await;
    let (app, admin) = (&host.app, &host.admin);
    sqlx::query("INSERT INTO dunning_step (invoice_id, kind, step, taken_on) VALUES (1, 'reminder', -3, current_date), (2, 'reminder', -3, current_date)")
        .execute(app.pool())
        .await
        .unwrap();
    let preview = merged(app, admin, &ids([1, 2, 3])).await.unwrap();
    let new = merge(app, admin, &ids([1, 2, 3])).await.unwrap();
    let merged = view(&host, new).await;
    let invoice = &merged.invoice;
    assert_eq!((invoice.subtotal, invoice.tax, invoice.total), (1801, 360, 2161));
    assert_eq!((preview.subtotal.minor(), preview.total.minor()), (1801, 2161));
    assert_eq!(invoice.due_on, Some(host.today + Days::new(2)), "when the first of them was due");
    let what: Vec<_> = merged.lines.iter().map(|line| (line.kind.as_str(), line.net, line.tax)).collect();
    assert_eq!(what, [("manual", 501, 100), ("recurring", 1000, 200), ("manual", 300, 60)]);
    let steps: Vec<i64> = host.rows(&format!("SELECT count(*) FROM dunning_step WHERE invoice_id = {new}")).await;
    assert_eq!(steps, [1], "a reminder that was sent is not sent again");
    for old in ids([1, 2, 3]) {
        let old = view(&host, old).await;
        assert_eq!(old.invoice.state.as_str(), "void");
        assert_eq!(old.moved.iter().map(|other| (other.id, other.is_newer)).collect::<Vec<_>>(), [(new, true)]);
    }
    assert_eq!(merged.moved.iter().map(|other| other.id).collect::<Vec<_>>(), ids([1, 2, 3]));
    let told: Vec<serde_json::Value> = host.rows("SELECT payload FROM event WHERE name = 'InvoicesMerged'").await;
    assert_eq!((&told[0]["invoice_id"], &told[0]["merged_ids"]), (&new.get().into(), &serde_json::json!([1, 2, 3])));
    let reasons = why::invoice(app, admin, InvoiceId(1)).await.unwrap();
    let number = invoice.number_text.clone().unwrap();
    assert!(format!("{reasons:?}").contains(&format!("Invoice {number} is in its place")), "{reasons:?}");
    host.holds().await;

    host.pay(new.get()).await;
    let through: Vec<bool> =
        host.rows("SELECT paid_through = billed_through AND paid_through > anchor FROM service").await;
    assert_eq!(through, [true]);
    host.run("invoices").await;
    let periods: Vec<i64> =
        host.rows("SELECT count(*) FROM invoice_line WHERE kind = 'recurring' AND NOT voided").await;
    assert_eq!(periods, [1], "nothing is invoiced again");
    host.holds().await;
}

/// The example of `docs/billing.md`.
#[tokio::test]
async fn one_becomes_two_and_each_is_rounded_for_itself() {
    let host = Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let ada = app.client("ada@example.com").await.id;
    let old = invoice(&host, ada, &[("A", 1001), ("B", 1001), ("C", 1001)], 9).await;
    assert_eq!(view(&host, old).await.invoice.total, 3604);
    let all = lines(&host, old).await;
    let (these, rest) = parted(app, admin, old, &all[1..2]).await.unwrap();
    let (chosen, left) = split(app, admin, old, &all[1..2]).await.unwrap();
    let (chosen, left) = (view(&host, chosen).await, view(&host, left).await);
    assert_eq!((chosen.invoice.total, left.invoice.total), (1201, 2402));
    assert_eq!((these.total.minor(), rest.total.minor()), (1201, 2402));
    assert_eq!(left.lines.iter().map(|line| line.description.as_str()).collect::<Vec<_>>(), ["A", "C"]);
    assert!([&chosen, &left].iter().all(|new| new.invoice.due_on == Some(host.today + Days::new(9))));
    let told: Vec<serde_json::Value> = host.rows("SELECT payload FROM event WHERE name = 'InvoiceSplit'").await;
    assert_eq!(told[0]["split_id"], chosen.invoice.id.get());
    host.pay(chosen.invoice.id.get()).await;
    assert_eq!(view(&host, left.invoice.id).await.invoice.state.as_str(), "unpaid");
    host.holds().await;

    let whole = merge(app, admin, &[invoice(&host, ada, &[("D", 1)], 3).await, left.invoice.id]).await.unwrap();
    assert_eq!(view(&host, whole).await.invoice.total, 2404, "what was split can be merged");
    host.holds().await;
}

#[tokio::test]
async fn prices_with_tax_in_them_stay_what_they_are() {
    let host = Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    sqlx::query("INSERT INTO setting (key, value) VALUES ('tax', '{\"prices_include_tax\": true}')")
        .execute(app.pool())
        .await
        .unwrap();
    let ada = app.client("ada@example.com").await.id;
    for days in [1, 2, 3] {
        host.service(ada, 1, host.today + Days::new(days)).await;
    }
    host.run("invoices").await;
    let new = merge(app, admin, &ids([1, 2, 3])).await.unwrap();
    let whole = view(&host, new).await;
    assert_eq!((whole.invoice.subtotal, whole.invoice.tax, whole.invoice.total), (2500, 500, 3000));
    let (one, two) = split(app, admin, new, &lines(&host, new).await[..1]).await.unwrap();
    assert_eq!((view(&host, one).await.invoice.total, view(&host, two).await.invoice.total), (1000, 2000));
    host.holds().await;
}

#[tokio::test]
async fn what_is_not_free_stays_as_it_is() {
    let (host, ada) = owing().await;
    let (app, admin) = (&host.app, &host.admin);
    let clerk = app.staff("clerk@example.com", &[Permission::InvoicesRead]).await;
    assert!(matches!(merge(app, &clerk, &ids([1, 2])).await, Err(AppError::Forbidden)));
    let own = lines(&host, InvoiceId(1)).await;
    assert!(matches!(split(app, &clerk, InvoiceId(1), &own).await, Err(AppError::Forbidden)));
    assert!(matches!(merge(app, admin, &ids([99, 1])).await, Err(AppError::NotFound(_))));
    for wrong in [&ids([1])[..], &ids([1, 1]), &ids([1, 99]), &[]] {
        assert!(matches!(merge(app, admin, wrong).await, Err(AppError::Invalid(_))), "{wrong:?}");
    }
    for wrong in [&own[..], &[], &[InvoiceLineId(2)], &[InvoiceLineId(i64::MAX)]] {
        assert!(matches!(split(app, admin, InvoiceId(1), wrong).await, Err(AppError::Invalid(_))), "{wrong:?}");
    }
    let bob = app.client("bob@example.com").await.id;
    let his = invoice(&host, bob, &[("His", 100)], 1).await;
    assert!(matches!(merge(app, admin, &[InvoiceId(1), his]).await, Err(AppError::Invalid(_))));
    host.pay_part(1, 100).await;
    refused(&host, &ids([1, 2]), "is paid").await;
    invoices::void(app, admin, InvoiceId(2)).await.unwrap();
    refused(&host, &ids([2, 3]), "is void").await;
    sqlx::query("UPDATE client SET tax_exempt = true").execute(app.pool()).await.unwrap();
    let exempt = invoice(&host, ada, &[("More", 100)], 1).await;
    refused(&host, &[InvoiceId(3), exempt], "taxed differently").await;
    host.holds().await;
}

async fn refused(host: &Host, ids: &[InvoiceId], text: &str) {
    let outcome = merge(&host.app, &host.admin, ids).await;
    assert!(matches!(&outcome, Err(AppError::Conflict(why)) if why.contains(text)), "{outcome:?}");
}

#[tokio::test]
async fn a_late_fee_is_merged_with_what_it_is_for() {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await.id;
    invoice(&host, ada, &[("Work", 1000)], 0).await;
    sqlx::query("INSERT INTO setting (key, value) VALUES ('billing', '{\"late_fees\": [{\"days\": 1, \"basis_points\": 1000, \"at_least\": 100}]}')")
        .execute(host.app.pool())
        .await
        .unwrap();
    host.app.clock.advance(chrono::TimeDelta::days(2));
    host.run("late_fees").await;
    let new = merge(&host.app, &host.admin, &ids([1, 2])).await.unwrap();
    let whole = view(&host, new).await;
    assert_eq!((whole.invoice.subtotal, whole.invoice.tax, whole.invoice.total), (1120, 200, 1320));
    host.run("late_fees").await;
    assert_eq!(host.rows::<i64>("SELECT count(*) FROM invoice_line WHERE kind = 'late_fee' AND NOT voided").await, [1]);
    host.holds().await;
}

#[tokio::test]
async fn of_many_at_once_one_wins() {
    let (host, _) = owing().await;
    let (app, admin) = (&host.app, &host.admin);
    let merging = stream::iter(0..12).map(|n| async move {
        let pair = [ids([1, 2]), ids([2, 3]), ids([3, 1])];
        merge(app, admin, &pair[n % 3]).await
    });
    let outcomes: Vec<_> = merging.buffer_unordered(12).collect().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert!(outcomes.iter().all(|o| matches!(o, Ok(_) | Err(AppError::Conflict(_)))), "{outcomes:?}");
    let owed: Vec<i64> = host.rows("SELECT sum(total)::bigint FROM invoice WHERE state = 'unpaid'").await;
    assert_eq!(owed, [2161]);
    host.holds().await;
}
