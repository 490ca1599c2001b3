//! What is written and what goes out.

mod smtp;

use innkeeper_domain::ClientId;

use super::*;
use crate::{Actor, jobs, testing::TestApp};

async fn write_welcome(t: &TestApp, client: ClientId) {
    let actor = Actor::system("test");
    let mut tx = t.begin(&actor).await.unwrap();
    welcome(&mut tx, client).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_notice_is_written_once_and_sent_once() {
    let t = TestApp::new().await;
    let ada = t.client("ada@example.org").await;
    let company = serde_json::json!({ "name": "Fine & Mellow Hosting" });
    innkeeper_db::settings::put(&mut t.conn().await.unwrap(), "company", &company).await.unwrap();
    write_welcome(&t, ada.id).await;
    write_welcome(&t, ada.id).await;
    jobs::drain(&t.app).await.unwrap();
    let sent = t.mail.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].to, "ada@example.org");
    assert_eq!(sent[0].subject, "Welcome to Fine & Mellow Hosting");
    assert!(sent[0].body.starts_with("Hello Ada Lovelace,\n\nwelcome to Fine & Mellow Hosting."), "{}", sent[0].body);
    assert!(sent[0].body.contains("ada@example.org") && sent[0].body.contains("https://host.example"));
    // A job that runs again does not send again.
    let id: i64 = sqlx::query_scalar("SELECT id FROM mail").fetch_one(t.pool()).await.unwrap();
    send(&t, id, false).await.unwrap();
    assert_eq!(t.mail.sent().len(), 1);
}

#[tokio::test]
async fn billing_mail_goes_to_those_who_want_it() {
    let t = TestApp::new().await;
    let ada = t.client("ada@example.org").await;
    let sql = "INSERT INTO contact (client_id, name, email, gets_invoices)
               VALUES ($1, 'Books', 'books@example.org', true), ($1, 'Tech', 'tech@example.org', false)";
    sqlx::query(sql).bind(ada.id.get()).execute(t.pool()).await.unwrap();
    let sql = "INSERT INTO payment (client_id, gateway, transaction_ref, currency, amount, received_on)
               VALUES ($1, 'gateway-offline', 'BANK-1', 'EUR', 2541, '2027-03-31') RETURNING id";
    let id: i64 = sqlx::query_scalar(sql).bind(ada.id.get()).fetch_one(t.pool()).await.unwrap();
    let actor = Actor::system("test");
    let mut tx = t.begin(&actor).await.unwrap();
    payment_received(&mut tx, id.into()).await.unwrap();
    tx.commit().await.unwrap();
    jobs::drain(&t.app).await.unwrap();
    let mut to: Vec<String> = t.mail.sent().into_iter().map(|m| m.to).collect();
    to.sort();
    assert_eq!(to, ["ada@example.org", "books@example.org"]);
    let body = &t.mail.sent()[0].body;
    assert!(body.contains("25.41") && body.contains("BANK-1") && body.contains("2027-03-31"), "{body}");
}

/// Writes a notice about a new service of a client, and sends it.
async fn about_service(t: &TestApp, client: ClientId, what: &str) -> (String, String) {
    let sql = "WITH g AS (INSERT INTO product_group (name) VALUES ('G' || $2) RETURNING id),
                    p AS (INSERT INTO product (group_id, name, slug)
                          SELECT id, 'Mailbox {{ company }}', 'm-' || md5($2) FROM g RETURNING id),
                    c AS (INSERT INTO price (product_id, currency, cycle_id, amount, setup)
                          SELECT id, 'EUR', 1, 0, 0 FROM p RETURNING id, product_id)
               INSERT INTO service (client_id, product_id, price_id, cycle_id, currency, amount, anchor, label)
               SELECT $1, product_id, id, 1, 'EUR', 0, '2027-03-31', 'ada@example.com' FROM c RETURNING id";
    let id: i64 = sqlx::query_scalar(sql).bind(client.get()).bind(what).fetch_one(t.pool()).await.unwrap();
    let actor = Actor::system("test");
    let mut tx = t.begin(&actor).await.unwrap();
    match what {
        "overdue" => service_suspended(&mut tx, id.into(), true).await.unwrap(),
        "by staff" => service_suspended(&mut tx, id.into(), false).await.unwrap(),
        "on" => service_unsuspended(&mut tx, id.into()).await.unwrap(),
        _ => service_terminated(&mut tx, id.into(), false).await.unwrap(),
    }
    tx.commit().await.unwrap();
    jobs::drain(&t.app).await.unwrap();
    t.mail.sent().pop().map(|mail| (mail.subject, mail.body)).unwrap_or_default()
}

#[tokio::test]
async fn a_client_hears_what_becomes_of_its_service() {
    let t = TestApp::new().await;
    let ada = t.client("ada@example.org").await;
    let (subject, body) = about_service(&t, ada.id, "overdue").await;
    assert_eq!(subject, "Mailbox {{ company }} is suspended: ada@example.com");
    assert!(body.contains("An invoice for it is overdue.") && body.contains("/invoices\n\n--\n"), "{body}");
    let (_, body) = about_service(&t, ada.id, "by staff").await;
    assert!(body.contains("If you do not know why, please write to us.\n\n--\n"), "{body}");
    assert!(about_service(&t, ada.id, "on").await.0.ends_with("is on again: ada@example.com"));
    let (_, body) = about_service(&t, ada.id, "gone").await;
    assert!(body.contains("your service has ended:\n\nMailbox {{ company }}: ada@example.com\n"), "{body}");
}

#[tokio::test]
async fn nobody_writes_to_a_client_that_is_erased() {
    let t = TestApp::new().await;
    let ada = t.client("ada@example.org").await;
    let sql = "UPDATE client SET erased_at = now(), first_name = '', last_name = '', email = '' WHERE id = $1";
    sqlx::query(sql).bind(ada.id.get()).execute(t.pool()).await.unwrap();
    write_welcome(&t, ada.id).await;
    assert_eq!(about_service(&t, ada.id, "gone").await, Default::default());
    assert_eq!(t.mail.sent().len(), 0);
}

#[tokio::test]
async fn a_text_with_a_link_is_neither_kept_nor_shown_nor_sent_again() {
    let t = TestApp::new().await;
    let admin = t.admin().await;
    let ada = t.client("ada@example.org").await;
    let actor = Actor::system("test");
    let mut tx = t.begin(&actor).await.unwrap();
    password_reset(&mut tx, Some(ada.id), "ada@example.org", "t0ken").await.unwrap();
    login_invitation(&mut tx, ada.id, "bea@example.org", "t1ken").await.unwrap();
    password_changed(&mut tx, ada.user_id).await.unwrap();
    tx.commit().await.unwrap();
    let all = MailFilter { limit: 10, client: Some(ada.id), ..MailFilter::default() };
    let waiting = list(&t, &admin, &all).await.unwrap();
    assert_eq!(
        waiting.iter().map(|m| m.template.as_str()).collect::<Vec<_>>(),
        ["password_changed", "login_invitation", "password_reset"]
    );
    for mail in &waiting[1..] {
        assert_eq!(get(&t, &admin, mail.id).await.unwrap().body, "(not kept)");
    }
    jobs::drain(&t.app).await.unwrap();
    let sent = t.mail.sent();
    assert!(sent[0].body.contains("https://host.example/reset?token=t0ken"), "{}", sent[0].body);
    assert!(sent[1].body.starts_with("Hello,\n") && sent[1].body.contains("token=t1ken"), "{}", sent[1].body);
    assert!(
        sent[2].body.starts_with("Hello Ada Lovelace,\n\nthe password of the login ada@example.org"),
        "{}",
        sent[2].body
    );
    let sql = "SELECT count(*) FROM mail WHERE body LIKE '%token%'";
    let kept: i64 = sqlx::query_scalar(sql).fetch_one(t.pool()).await.unwrap();
    assert_eq!(kept, 0);
    sqlx::query("UPDATE mail SET state = 'failed'").execute(t.pool()).await.unwrap();
    for (mail, may) in waiting.iter().zip([true, false, false]) {
        assert_eq!(get(&t, &admin, mail.id).await.unwrap().may_retry, may);
        assert_eq!(retry(&t, &admin, mail.id).await.is_ok(), may);
    }
}
