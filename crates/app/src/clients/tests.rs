//! Clients, seen by staff, by themselves, and by each other.

use chrono::TimeDelta;
use innkeeper_domain::{ClientId, Permission, state::ClientState};

use super::*;
use crate::{
    AppError, jobs,
    sessions::{client_login, resume},
    testing::{PASSWORD, TestApp},
};

fn details(email: &str) -> Details {
    Details {
        first_name: "Grace".into(),
        last_name: "Hopper".into(),
        email: email.into(),
        phone: "+1 212 555 0100".into(),
        country: "us".into(),
        ..Details::default()
    }
}
fn sign_up_as(email: &str) -> SignUp {
    SignUp { details: details(email), password: PASSWORD.into(), ..SignUp::default() }
}
fn update_to(details: Details) -> UpdateClient {
    UpdateClient { details, staff: None, fields: Default::default() }
}
fn fields(error: AppError) -> Vec<String> {
    match error {
        AppError::Invalid(errors) => errors.into_iter().map(|e| e.field).collect(),
        other => panic!("{other:?}"),
    }
}
async fn events(t: &TestApp) -> Vec<String> {
    sqlx::query_scalar("SELECT name FROM event ORDER BY id").fetch_all(t.pool()).await.unwrap()
}

#[tokio::test]
async fn a_visitor_signs_up_and_is_logged_in() {
    let t = TestApp::new().await;
    let up = sign_up(&t, &t.visitor("192.0.2.1"), &sign_up_as("Grace@Example.org"), "browser").await.unwrap();
    let session = resume(&t, &up.session.token, "", "").await.unwrap().unwrap();
    assert_eq!(session.actor.client_id(), Some(up.client_id));
    let view = get(&t, &session.actor, up.client_id).await.unwrap();
    assert_eq!((view.client.email.as_str(), view.client.country.as_str()), ("grace@example.org", "US"));
    assert_eq!(view.client.phone, "+1.2125550100");
    assert_eq!((view.logins.len(), view.logins[0].is_owner), (1, true));
    assert_eq!(events(&t).await, ["UserAdd", "Client-Create", "ClientAreaRegister", "UserLogin"]);
    // The address is taken now, and nothing of a second attempt stays.
    let again = sign_up(&t, &t.visitor("192.0.2.1"), &sign_up_as("grace@example.org"), "").await.err().unwrap();
    assert_eq!(fields(again), ["email"]);
    let clients: i64 = sqlx::query_scalar("SELECT count(*) FROM client").fetch_one(t.pool()).await.unwrap();
    assert_eq!(clients, 1);
}

#[tokio::test]
async fn sign_ups_from_one_address_are_limited() {
    let t = TestApp::new().await;
    let mut limited = false;
    for n in 0..25 {
        // Refused input counts as well: it would tell which addresses are taken.
        let bad = SignUp { password: "short".into(), ..sign_up_as(&format!("g{n}@example.org")) };
        limited |= matches!(sign_up(&t, &t.visitor("192.0.2.1"), &bad, "").await, Err(AppError::TooMany(_)));
    }
    assert!(limited);
}

#[tokio::test]
async fn a_client_cannot_see_or_touch_another() {
    let t = TestApp::new().await;
    let (ada, eve) = (t.client("ada@example.org").await, t.client("eve@example.org").await);
    let contact = NewContact { name: "Books".into(), email: "books@example.org".into(), ..NewContact::default() };
    let theirs = add_contact(&t, &ada.actor, ada.id, &contact).await.unwrap();
    let missing = |e: AppError| matches!(e, AppError::NotFound(_));
    assert!(missing(get(&t, &eve.actor, ada.id).await.unwrap_err()));
    assert!(missing(get(&t, &eve.actor, ClientId(999)).await.unwrap_err()));
    assert!(missing(update(&t, &eve.actor, ada.id, &update_to(details("x@example.org"))).await.unwrap_err()));
    assert!(missing(contacts(&t, &eve.actor, ada.id).await.unwrap_err()));
    assert!(missing(add_contact(&t, &eve.actor, ada.id, &contact).await.unwrap_err()));
    assert!(missing(update_contact(&t, &eve.actor, theirs, &contact).await.unwrap_err()));
    assert!(missing(remove_contact(&t, &eve.actor, theirs).await.unwrap_err()));
    assert!(missing(add_login(&t, &eve.actor, ada.id, "eve2@example.org").await.unwrap_err()));
    assert!(missing(remove_login(&t, &eve.actor, ada.id, ada.user_id).await.unwrap_err()));
    let forbidden = |e: AppError| matches!(e, AppError::Forbidden);
    assert!(forbidden(list(&t, &eve.actor, &ClientFilter::default()).await.unwrap_err()));
    assert!(forbidden(set_state(&t, &eve.actor, eve.id, ClientState::Closed).await.unwrap_err()));
    let staff = StaffDetails { currency: "EUR".into(), tax_exempt: true, notes: String::new() };
    let command = UpdateClient { staff: Some(staff), ..update_to(details("eve@example.org")) };
    assert!(forbidden(update(&t, &eve.actor, eve.id, &command).await.unwrap_err()));
    let reader = t.staff("reader@host.example", &[Permission::ClientsRead]).await;
    assert!(forbidden(update(&t, &reader, ada.id, &update_to(details("x@example.org"))).await.unwrap_err()));
    assert_eq!(contacts(&t, &ada.actor, ada.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_update_names_what_changed_and_keeps_what_staff_decide() {
    let t = TestApp::new().await;
    let (admin, ada) = (t.admin().await, t.client("ada@example.org").await);
    let staff = StaffDetails { currency: "USD".into(), tax_exempt: true, notes: "careful".into() };
    let command = UpdateClient { staff: Some(staff.clone()), ..update_to(details("ada@example.org")) };
    update(&t, &admin, ada.id, &command).await.unwrap();
    update(&t, &ada.actor, ada.id, &update_to(Details { city: "Graz".into(), ..details("ada@example.org") }))
        .await
        .unwrap();
    // Nothing changed: nothing is said.
    update(&t, &ada.actor, ada.id, &update_to(Details { city: "Graz".into(), ..details("ada@example.org") }))
        .await
        .unwrap();
    let changed: Vec<serde_json::Value> =
        sqlx::query_scalar("SELECT payload -> 'changed' FROM event ORDER BY id").fetch_all(t.pool()).await.unwrap();
    assert_eq!(changed.len(), 2);
    assert_eq!(changed[1], serde_json::json!(["city"]));
    let own = get(&t, &ada.actor, ada.id).await.unwrap().client;
    assert_eq!((own.currency.code(), own.tax_exempt, own.notes.as_str()), ("USD", true, ""));
    // The currency is fixed once something was ordered.
    let sql = "INSERT INTO sales_order (client_id, currency, total) VALUES ($1, 'USD', 0)";
    sqlx::query(sql).bind(ada.id.get()).execute(t.pool()).await.unwrap();
    let staff = StaffDetails { currency: "EUR".into(), ..staff };
    let command = UpdateClient { staff: Some(staff), ..update_to(details("ada@example.org")) };
    assert_eq!(fields(update(&t, &admin, ada.id, &command).await.unwrap_err()), ["currency"]);
}

#[tokio::test]
async fn closing_a_client_shuts_it_out() {
    let t = TestApp::new().await;
    let (admin, ada) = (t.admin().await, t.client("ada@example.org").await);
    let visitor = t.visitor("192.0.2.1");
    let session = client_login(&t, &visitor, "ada@example.org", PASSWORD, "").await.unwrap();
    set_state(&t, &admin, ada.id, ClientState::Closed).await.unwrap();
    assert!(resume(&t, &session.token, "", "").await.unwrap().is_none());
    let refused = client_login(&t, &visitor, "ada@example.org", PASSWORD, "").await;
    assert!(matches!(refused, Err(AppError::Unauthenticated(_))));
    let wrong = set_state(&t, &admin, ada.id, ClientState::Inactive).await;
    assert!(matches!(wrong, Err(AppError::Conflict(_))));
    set_state(&t, &admin, ada.id, ClientState::Active).await.unwrap();
    assert!(client_login(&t, &visitor, "ada@example.org", PASSWORD, "").await.is_ok());
}

#[tokio::test]
async fn search_finds_parts_of_names_and_pages_backwards() {
    let t = TestApp::new().await;
    let admin = t.admin().await;
    for n in 0..5 {
        let new = NewClient { details: details(&format!("g{n}@example.org")), ..NewClient::default() };
        create(&t, &admin, &new).await.unwrap();
    }
    t.client("ada@example.org").await;
    let filter = |text: &str, before| ClientFilter { text: Some(text.into()), state: None, before, limit: 2 };
    let first = list(&t, &admin, &filter("hopp", None)).await.unwrap();
    assert_eq!(first.iter().map(|c| c.email.as_str()).collect::<Vec<_>>(), ["g4@example.org", "g3@example.org"]);
    let next = list(&t, &admin, &filter("hopp", Some(first[1].id.get()))).await.unwrap();
    assert_eq!(next[0].email, "g2@example.org");
    assert!(list(&t, &admin, &filter("%", None)).await.unwrap().is_empty());
}

#[tokio::test]
async fn custom_fields_are_checked_and_kept() {
    let t = TestApp::new().await;
    let (admin, ada) = (t.admin().await, t.client("ada@example.org").await);
    let sql = "INSERT INTO custom_field (scope, key, label, kind, options, required, shown_to_client) VALUES
               ('client', 'shirt', 'Shirt', 'choice', '{S,M}', true, true), ('client', 'born', 'Born', 'date', '{}', false, true),
               ('client', 'risk', 'Risk', 'number', '{}', false, false)";
    sqlx::query(sql).execute(t.pool()).await.unwrap();
    let with = |pairs: &[(&str, &str)]| UpdateClient {
        fields: pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        ..update_to(details("ada@example.org"))
    };
    let wrong = update(&t, &ada.actor, ada.id, &with(&[("shirt", "XL"), ("born", "soon"), ("risk", "1")])).await;
    assert_eq!(fields(wrong.unwrap_err()), ["fields.risk", "fields.shirt", "fields.born"]);
    assert_eq!(fields(update(&t, &ada.actor, ada.id, &with(&[])).await.unwrap_err()), ["fields.shirt"]);
    update(&t, &ada.actor, ada.id, &with(&[("shirt", "M")])).await.unwrap();
    update(&t, &admin, ada.id, &with(&[("risk", "0.5")])).await.unwrap();
    let seen = get(&t, &ada.actor, ada.id).await.unwrap().fields;
    assert_eq!(
        seen.iter().map(|f| (f.key.as_str(), f.value.as_deref())).collect::<Vec<_>>(),
        [("shirt", Some("M")), ("born", None)]
    );
    assert_eq!(get(&t, &admin, ada.id).await.unwrap().fields.len(), 3);
}

fn token_of(body: &str) -> String {
    body.split("/reset?token=").nth(1).unwrap().lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_reset_link_works_once_and_ends_sessions() {
    let t = TestApp::new().await;
    t.client("ada@example.org").await;
    let visitor = t.visitor("192.0.2.1");
    let session = client_login(&t, &visitor, "ada@example.org", PASSWORD, "").await.unwrap();
    request_password_reset(&t, &visitor, "nobody@example.org").await.unwrap();
    request_password_reset(&t, &visitor, " ADA@example.org").await.unwrap();
    request_password_reset(&t, &visitor, "ada@example.org").await.unwrap();
    jobs::drain(&t.app).await.unwrap();
    let sent = t.mail.sent();
    assert_eq!(sent.iter().map(|m| m.to.as_str()).collect::<Vec<_>>(), ["ada@example.org"; 2]);
    let (token, other) = (token_of(&sent[0].body), token_of(&sent[1].body));
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM mail WHERE body LIKE '%/reset?token=%'")
        .fetch_one(t.pool())
        .await
        .unwrap();
    assert_eq!(kept, 0, "a sent link is not kept");
    reset_password(&t, &visitor, &token, "a brand new one").await.unwrap();
    assert!(resume(&t, &session.token, "", "").await.unwrap().is_none());
    for used in [&token, &other] {
        let again = reset_password(&t, &visitor, used, "yet another one").await;
        assert!(matches!(again, Err(AppError::Conflict(_))));
    }
    assert!(client_login(&t, &visitor, "ada@example.org", "a brand new one", "").await.is_ok());
    assert!(events(&t).await.contains(&"Client-PasswordChange".to_owned()));
}

#[tokio::test]
async fn a_reset_link_expires_and_mails_are_limited() {
    let t = TestApp::new().await;
    t.client("ada@example.org").await;
    for _ in 0..6 {
        request_password_reset(&t, &t.visitor(""), "ada@example.org").await.unwrap();
    }
    jobs::drain(&t.app).await.unwrap();
    assert_eq!(t.mail.sent().len(), 3);
    t.clock.advance(TimeDelta::minutes(61));
    let late = reset_password(&t, &t.visitor(""), &token_of(&t.mail.sent()[0].body), "a brand new one").await;
    assert!(matches!(late, Err(AppError::Conflict(_))));
}

#[tokio::test]
async fn an_invited_login_chooses_a_password_and_can_be_removed() {
    let t = TestApp::new().await;
    let (ada, visitor) = (t.client("ada@example.org").await, t.visitor("192.0.2.1"));
    let user = add_login(&t, &ada.actor, ada.id, "bob@example.org").await.unwrap();
    assert!(client_login(&t, &visitor, "bob@example.org", "!", "").await.is_err());
    jobs::drain(&t.app).await.unwrap();
    reset_password(&t, &visitor, &token_of(&t.mail.sent()[0].body), "bob's own password").await.unwrap();
    let session = client_login(&t, &visitor, "bob@example.org", "bob's own password", "").await.unwrap();
    let bob = resume(&t, &session.token, "", "").await.unwrap().unwrap();
    assert_eq!(bob.actor.client_id(), Some(ada.id));
    let owner = remove_login(&t, &bob.actor, ada.id, ada.user_id).await;
    assert!(matches!(owner, Err(AppError::Conflict(_))));
    remove_login(&t, &ada.actor, ada.id, user).await.unwrap();
    assert!(resume(&t, &session.token, "", "").await.unwrap().is_none());
}
