//! What is written and what goes out.

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
    send(&t, id).await.unwrap();
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
