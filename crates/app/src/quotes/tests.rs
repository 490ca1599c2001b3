//! Quotes: who sees them when, and that one becomes an invoice once.

use chrono::{Days, NaiveDate};
use futures_util::{StreamExt, stream};
use innkeeper_domain::{Currency, Money, QuoteId, state::QuoteState};

use super::{QuoteFilter, QuoteInput, accept, create, decline, delete, duplicate, get, list, send, update};
use crate::{
    Actor, AppError,
    billing::testing::Host,
    invoices::{self, compose::LineInput},
};

pub(super) fn offer(valid_until: NaiveDate) -> QuoteInput {
    let line = |description: &str, quantity, amount, taxable| LineInput {
        description: description.to_owned(),
        quantity,
        amount: Money::new(amount, Currency::EUR),
        taxable,
    };
    QuoteInput {
        subject: "A new site".into(),
        introduction: "As we said.".into(),
        terms: "Half a year of care.".into(),
        valid_until,
        lines: vec![line("Moving your site", 3, 6000, true), line("Postage", 1, 410, false)],
        prospect: None,
    }
}

pub(super) fn conflict<T: std::fmt::Debug>(outcome: Result<T, AppError>) {
    assert!(matches!(outcome, Err(AppError::Conflict(_))), "{outcome:?}");
}

async fn state(host: &Host, id: QuoteId) -> QuoteState {
    *get(&host.app, &host.admin, id).await.unwrap().row.state
}

async fn mails(host: &Host) -> Vec<String> {
    host.rows("SELECT recipient FROM mail WHERE template = 'quote' ORDER BY id").await
}

#[tokio::test]
async fn a_quote_that_is_accepted_is_an_invoice_once() {
    let host = &Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let (ada, eve) = (app.client("ada@example.com").await, app.client("eve@example.com").await);
    let id = create(app, admin, ada.id, offer(host.today)).await.unwrap();
    let seen = |actor: &Actor| {
        let actor = actor.clone();
        async move { get(app, &actor, id).await.map(|view| view.preview.total.minor()) }
    };
    assert!(matches!(seen(&ada.actor).await, Err(AppError::NotFound(_))), "a draft is for staff");
    send(app, admin, id, Some(1)).await.unwrap();
    assert_eq!(mails(host).await, ["ada@example.com"]);
    assert_eq!(seen(&ada.actor).await.unwrap(), 22_010);
    for foreign in [
        seen(&eve.actor).await.map(drop),
        accept(app, &eve.actor, id, None).await.map(drop),
        decline(app, &eve.actor, id).await,
    ] {
        assert!(matches!(foreign, Err(AppError::NotFound(_))), "{foreign:?}");
    }
    assert!(list(app, &eve.actor, QuoteFilter { limit: 9, ..QuoteFilter::default() }).await.unwrap().is_empty());
    let who: Vec<&Actor> = [&ada.actor, admin].into_iter().cycle().take(8).collect();
    let outcomes: Vec<_> =
        stream::iter(who).map(|actor| accept(app, actor, id, Some(1))).buffer_unordered(8).collect().await;
    let done: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
    assert_eq!(done.len(), 1, "{outcomes:?}");
    assert!(outcomes.iter().all(|o| matches!(o, Ok(_) | Err(AppError::Conflict(_)))), "{outcomes:?}");
    let view = get(app, &ada.actor, id).await.unwrap();
    assert_eq!((*view.row.state, view.row.invoice_id), (QuoteState::Accepted, Some(done[0].get())));
    let invoice = invoices::get(app, &ada.actor, *done[0]).await.unwrap().invoice;
    assert_eq!((invoice.subtotal, invoice.tax, invoice.total), (18_410, 3600, 22_010));
    let told: Vec<String> = host
        .rows(
            "SELECT name || coalesce(' ' || (payload->>'state'), '') FROM event WHERE name LIKE '%Quote%' ORDER BY id",
        )
        .await;
    assert_eq!(told, ["QuoteCreated draft", "QuoteStatusChange sent", "QuoteStatusChange accepted", "AcceptQuote"]);
    conflict(update(app, admin, id, None, offer(host.today)).await);
    conflict(decline(app, admin, id).await);
    conflict(send(app, admin, id, None).await);
    conflict(delete(app, admin, id).await);
    host.holds().await;
    sqlx::query("UPDATE composed_line SET amount = 411 WHERE amount = 410").execute(app.pool()).await.unwrap();
    let broken: Vec<String> = host.rows("SELECT rule FROM violations(now())").await;
    assert_eq!(broken, ["M27 an accepted quote is the invoice that was offered"]);
}

#[tokio::test]
async fn what_was_looked_at_is_what_is_accepted() {
    let host = &Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let ada = app.client("ada@example.com").await;
    let id = create(app, admin, ada.id, offer(host.today)).await.unwrap();
    send(app, admin, id, None).await.unwrap();
    update(app, admin, id, Some(1), QuoteInput { lines: vec![], ..offer(host.today) }).await.unwrap();
    assert!(matches!(accept(app, &ada.actor, id, Some(1)).await, Err(AppError::NotFound(_))), "it is a draft again");
    conflict(send(app, admin, id, None).await);
    conflict(accept(app, admin, id, None).await);
    update(app, admin, id, Some(2), offer(host.today)).await.unwrap();
    conflict(delete(app, admin, id).await);
    send(app, admin, id, Some(3)).await.unwrap();
    conflict(accept(app, &ada.actor, id, Some(1)).await);
    decline(app, &ada.actor, id).await.unwrap();
    assert_eq!(state(host, id).await, QuoteState::Declined);
    conflict(accept(app, &ada.actor, id, Some(3)).await);
    let copy = duplicate(app, admin, id).await.unwrap();
    let view = get(app, admin, copy).await.unwrap();
    assert_eq!((*view.row.state, view.lines.len(), view.preview.total.minor()), (QuoteState::Draft, 2, 22_010));
    delete(app, admin, copy).await.unwrap();
    assert!(matches!(get(app, admin, copy).await, Err(AppError::NotFound(_))));
    assert_eq!(mails(host).await.len(), 2, "each time that it is sent");
    host.holds().await;
}

#[tokio::test]
async fn nobody_accepts_it_after_its_last_day() {
    let host = &Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let ada = app.client("ada@example.com").await;
    let yesterday = host.today - Days::new(1);
    let late = create(app, admin, ada.id, offer(yesterday)).await.unwrap();
    conflict(send(app, admin, late, None).await);
    let (first, second) = (
        create(app, admin, ada.id, offer(host.today)).await.unwrap(),
        create(app, admin, ada.id, offer(host.today)).await.unwrap(),
    );
    send(app, admin, first, None).await.unwrap();
    send(app, admin, second, None).await.unwrap();
    host.run("quotes").await;
    assert_eq!(state(host, first).await, QuoteState::Sent, "today is its last day");
    sqlx::query("UPDATE quote SET valid_until = valid_until - 1 WHERE id = $1")
        .bind(first.get())
        .execute(app.pool())
        .await
        .unwrap();
    conflict(accept(app, &ada.actor, first, None).await);
    assert_eq!(host.run("quotes").await["expired"], 1);
    assert_eq!((state(host, first).await, state(host, second).await), (QuoteState::Expired, QuoteState::Sent));
    assert_eq!(host.run("quotes").await.values().sum::<i64>(), 0, "once");
    conflict(accept(app, &ada.actor, first, None).await);
    accept(app, admin, first, None).await.unwrap();
    assert_eq!(state(host, first).await, QuoteState::Accepted, "staff were told in time");
    host.holds().await;
}

#[tokio::test]
async fn a_quote_that_makes_no_sense_is_refused() {
    let host = Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let ada = app.client("ada@example.com").await;
    for (field, wrong) in [
        ("subject", QuoteInput { subject: " ".into(), ..offer(host.today) }),
        ("introduction", QuoteInput { introduction: "x".repeat(4001), ..offer(host.today) }),
        ("terms", QuoteInput { terms: "x".repeat(4001), ..offer(host.today) }),
    ] {
        match create(app, admin, ada.id, wrong).await {
            Err(AppError::Invalid(fields)) => assert_eq!(fields[0].field, field),
            other => panic!("{field}: {other:?}"),
        }
    }
    assert!(matches!(create(app, &ada.actor, ada.id, offer(host.today)).await, Err(AppError::Forbidden)));
    assert!(matches!(send(app, &ada.actor, QuoteId(1), None).await, Err(AppError::Forbidden)));
}
