//! Quotes for people who are no clients yet: who has the link may answer, and one client comes of it.

use futures_util::{StreamExt, stream};
use innkeeper_domain::{ClientId, InvoiceId, QuoteId, state::QuoteState};
use serde_json::json;

use super::tests::{conflict, offer};
use super::{
    QuoteInput, accept, accept_by_link, by_link, create, create_for_prospect, decline_by_link, duplicate, get, pdf,
    pdf_by_link, print, send, update,
};
use crate::{
    AppError,
    billing::testing::Host,
    clients::Details,
    invoices::{self, pdf::Words},
};

fn grace() -> Details {
    Details {
        first_name: "Grace".into(),
        last_name: "Hopper".into(),
        email: "Grace@Example.org".into(),
        country: "at".into(),
        language: "de".into(),
        ..Details::default()
    }
}

fn for_grace(host: &Host) -> QuoteInput {
    QuoteInput { prospect: Some(grace()), ..offer(host.today) }
}

/// A quote for Grace that was sent, and the token of its link.
async fn sent(host: &Host) -> (QuoteId, String) {
    let id = create_for_prospect(&host.app, &host.admin, Some("EUR"), for_grace(host)).await.unwrap();
    send(&host.app, &host.admin, id, Some(1)).await.unwrap();
    (id, token(host).await)
}

async fn token(host: &Host) -> String {
    let bodies: Vec<String> = host.rows("SELECT body FROM mail WHERE template = 'quote_link' ORDER BY id DESC").await;
    bodies[0].split("/offer?token=").nth(1).unwrap().lines().next().unwrap().to_owned()
}

fn gone<T: std::fmt::Debug>(outcome: Result<T, AppError>) {
    assert!(matches!(outcome, Err(AppError::NotFound("offer"))), "{outcome:?}");
}

#[tokio::test]
async fn who_has_the_link_becomes_a_client_once() {
    let host = &Host::open().await;
    let app = &host.app;
    let (id, token) = sent(host).await;
    let visitor = &app.visitor("192.0.2.1");
    let view = by_link(app, visitor, &token).await.unwrap();
    assert_eq!((view.row.id, view.preview.total.minor(), view.row.name.as_str()), (id, 22_010, "Grace Hopper"));
    assert_eq!(view.prospect.unwrap().email, "grace@example.org");
    let all: Vec<_> = stream::iter(0..8)
        .map(|n| {
            let token = &token;
            async move {
                match n % 2 {
                    0 => accept_by_link(app, visitor, token, Some(1)).await,
                    _ => accept(app, &host.admin, id, Some(1)).await,
                }
            }
        })
        .buffer_unordered(8)
        .collect()
        .await;
    let done: Vec<InvoiceId> = all.iter().filter_map(|outcome| outcome.as_ref().ok()).copied().collect();
    assert_eq!(done.len(), 1, "{all:?}");
    assert!(all.iter().all(|o| matches!(o, Ok(_) | Err(AppError::Conflict(_)))), "{all:?}");
    let clients: Vec<i64> = host.rows("SELECT id FROM client WHERE email = 'grace@example.org'").await;
    assert_eq!(clients.len(), 1);
    let view = get(app, &host.admin, id).await.unwrap();
    assert_eq!((view.row.client_id, view.prospect), (Some(clients[0]), None));
    let invoice = invoices::get(app, &host.admin, done[0]).await.unwrap().invoice;
    assert_eq!((invoice.client_id, invoice.total), (ClientId(clients[0]), 22_010));
    let mails: Vec<String> =
        host.rows("SELECT template FROM mail WHERE recipient = 'grace@example.org' ORDER BY template").await;
    assert_eq!(mails, ["invoice_created", "login_invitation", "quote_link", "welcome"]);
    let seen = by_link(app, visitor, &token).await.unwrap();
    assert_eq!(*seen.row.state, QuoteState::Accepted, "the page says what became of it");
    conflict(decline_by_link(app, visitor, &token).await);
    host.holds().await;
    let kept: Vec<i64> = host.rows("SELECT id FROM mail WHERE body LIKE '%/offer?token=%'").await;
    assert_eq!(kept, Vec::<i64>::new(), "the link is in nobody's log");
}

#[tokio::test]
async fn a_link_works_as_long_as_its_quote() {
    let host = &Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let visitor = &app.visitor("192.0.2.1");
    let (id, first) = sent(host).await;
    send(app, admin, id, None).await.unwrap();
    let second = token(host).await;
    gone(by_link(app, visitor, &first).await);
    by_link(app, visitor, &second).await.unwrap();
    let changed = Details { company: "Navy".into(), ..grace() };
    update(app, admin, id, Some(1), QuoteInput { prospect: Some(changed), ..offer(host.today) }).await.unwrap();
    gone(accept_by_link(app, visitor, &second, None).await);
    send(app, admin, id, Some(2)).await.unwrap();
    let third = token(host).await;
    conflict(accept_by_link(app, visitor, &third, Some(1)).await);
    assert_eq!(by_link(app, visitor, &third).await.unwrap().row.name, "Navy");
    assert!(pdf_by_link(app, visitor, &third).await.unwrap().1.starts_with(b"%PDF"));
    assert_eq!(pdf(app, admin, id).await.unwrap().0, format!("quote-{id}.pdf"));
    host.rows::<i64>("UPDATE quote SET valid_until = valid_until - 1 RETURNING id").await;
    gone(accept_by_link(app, visitor, &third, None).await);
    gone(pdf_by_link(app, visitor, &third).await);
    host.run("quotes").await;
    assert_eq!(*get(app, admin, id).await.unwrap().row.state, QuoteState::Expired);
    let told: Vec<String> =
        host.rows("SELECT payload->>'state' FROM event WHERE name = 'QuoteStatusChange' ORDER BY id").await;
    assert_eq!(told, ["sent", "draft", "sent", "expired"]);
    accept(app, admin, id, None).await.unwrap();
    let names: Vec<String> = host.rows("SELECT company FROM client").await;
    assert_eq!(names, ["Navy"]);
    host.holds().await;
}

#[tokio::test]
async fn on_paper_it_is_an_offer() {
    let host = &Host::open().await;
    let id = create_for_prospect(&host.app, &host.admin, None, for_grace(host)).await.unwrap();
    let view = get(&host.app, &host.admin, id).await.unwrap();
    let (company, buyer) = (json!({ "name": "Harbour" }), json!({ "name": "Grace Hopper", "country": "AT" }));
    let paper = print::document(view, Words::of(&[]), (&company, &buyer), host.today).unwrap();
    assert_eq!((paper.labels.title.as_str(), paper.labels.due.as_str()), ("Quote", "Valid until"));
    assert_eq!((paper.due, paper.stamp.unwrap().text.as_str()), (Some(host.today), "Draft"));
    assert_eq!((paper.seller.name.as_str(), paper.client.name.as_str()), ("Harbour", "Grace Hopper"));
    assert_eq!((paper.introduction.as_str(), paper.notes.as_str()), ("As we said.", "Half a year of care."));
    let [tax] = &paper.taxes[..] else { panic!("one tax") };
    assert_eq!((tax.base.minor(), tax.tax.minor()), (18_000, 3600));
    assert_eq!((paper.subtotal.minor(), paper.total.minor(), paper.balance.minor()), (18_410, 22_010, 22_010));
    assert_eq!(paper.lines.iter().map(|line| line.net.minor()).collect::<Vec<_>>(), [18_000, 410]);
    assert!(paper.payment.is_none() && paper.e_invoice.is_none(), "nobody pays an offer");
}

#[tokio::test]
async fn links_cannot_be_tried_out() {
    let host = &Host::open().await;
    let app = &host.app;
    let (_, token) = sent(host).await;
    let (bad, good) = (&app.visitor("192.0.2.66"), &app.visitor("192.0.2.1"));
    for _ in 0..30 {
        gone(by_link(app, bad, "guessed").await);
    }
    assert!(matches!(by_link(app, bad, &token).await, Err(AppError::TooMany(_))));
    for _ in 0..40 {
        by_link(app, good, &token).await.unwrap();
    }
    decline_by_link(app, good, &token).await.unwrap();
    conflict(accept_by_link(app, good, &token, None).await);
    let clients: Vec<i64> = host.rows("SELECT id FROM client").await;
    assert_eq!(clients, Vec::<i64>::new());
}

#[tokio::test]
async fn who_is_a_client_is_no_prospect() {
    let host = &Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let ada = app.client("ada@example.com").await;
    let refused = |error: AppError| match error {
        AppError::Invalid(fields) => fields[0].field.clone(),
        other => panic!("{other:?}"),
    };
    let known = Details { email: "ada@example.com".into(), ..grace() };
    let input = QuoteInput { prospect: Some(known), ..offer(host.today) };
    assert_eq!(refused(create_for_prospect(app, admin, None, input).await.unwrap_err()), "email");
    assert_eq!(refused(create_for_prospect(app, admin, None, offer(host.today)).await.unwrap_err()), "prospect");
    assert_eq!(refused(create_for_prospect(app, admin, Some("XXX"), for_grace(host)).await.unwrap_err()), "currency");
    assert_eq!(refused(create(app, admin, ada.id, for_grace(host)).await.unwrap_err()), "prospect");
    let outcome = create_for_prospect(app, &ada.actor, None, for_grace(host)).await;
    assert!(matches!(outcome, Err(AppError::Forbidden)));
    let id = create_for_prospect(app, admin, None, for_grace(host)).await.unwrap();
    assert!(matches!(get(app, &ada.actor, id).await, Err(AppError::NotFound(_))), "it is nobody's");
    let copy = duplicate(app, admin, id).await.unwrap();
    assert_eq!(get(app, admin, copy).await.unwrap().prospect.unwrap().email, "grace@example.org");
}
