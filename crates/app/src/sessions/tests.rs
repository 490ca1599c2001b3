//! Logging in and out.

use chrono::TimeDelta;
use innkeeper_domain::Permission;

use super::*;
use crate::testing::{PASSWORD, TestApp, staff_id};

async fn login(t: &TestApp, email: &str, password: &str, ip: &str) -> Result<NewSession> {
    client_login(t, &t.visitor(ip), email, password, "browser").await
}
async fn seen(t: &TestApp, token: &str) -> Option<Session> {
    resume(t, token, "192.0.2.9", "request-2").await.unwrap()
}

#[tokio::test]
async fn a_login_resumes_as_the_client_and_ends_with_logout() {
    let t = TestApp::new().await;
    let ada = t.client("ada@example.org").await;
    let new = login(&t, " Ada@Example.org ", PASSWORD, "192.0.2.1").await.unwrap();
    let session = seen(&t, &new.token).await.unwrap();
    assert_eq!((session.audience, session.actor.client_id()), (Audience::Portal, Some(ada.id)));
    assert_eq!(session.user_name, "Ada Lovelace");
    assert_eq!(session.clients, [(ada.id, "Ada Lovelace".to_owned())]);
    assert_eq!(list(&t, &session.actor).await.unwrap().len(), 1);
    logout(&t, &session).await.unwrap();
    assert!(seen(&t, &new.token).await.is_none());
    let names: Vec<String> =
        sqlx::query_scalar("SELECT name FROM event ORDER BY id").fetch_all(t.pool()).await.unwrap();
    assert_eq!(names, ["UserLogin", "Account-Logoff"]);
}

#[tokio::test]
async fn staff_have_the_permissions_of_their_role() {
    let t = TestApp::new().await;
    let bob = t.staff("bob@host.example", &[Permission::ClientsRead]).await;
    let new = staff_login(&t, &t.visitor("192.0.2.1"), "bob@host.example", PASSWORD, "").await.unwrap();
    let session = seen(&t, &new.token).await.unwrap();
    assert_eq!(session.audience, Audience::Staff);
    assert_eq!(session.actor.identity, bob.identity);
    assert!(session.actor.require(Permission::ClientsRead).is_ok());
    assert!(session.actor.require(Permission::ClientsWrite).is_err());
    // The two doors are apart.
    assert!(login(&t, "bob@host.example", PASSWORD, "192.0.2.1").await.is_err());
    let disable = sqlx::query("UPDATE staff SET disabled_at = now() WHERE id = $1").bind(staff_id(&bob).get());
    disable.execute(t.pool()).await.unwrap();
    assert!(seen(&t, &new.token).await.is_none());
    let again = staff_login(&t, &t.visitor("192.0.2.1"), "bob@host.example", PASSWORD, "").await;
    assert!(matches!(again, Err(AppError::Unauthenticated(_))));
}

#[tokio::test]
async fn wrong_passwords_and_unknown_accounts_look_the_same() {
    let t = TestApp::new().await;
    t.client("ada@example.org").await;
    let wrong = login(&t, "ada@example.org", "not this one", "").await.err().unwrap().to_string();
    let unknown = login(&t, "eve@example.org", "not this one", "").await.err().unwrap().to_string();
    assert_eq!(wrong, unknown);
}

#[tokio::test]
async fn guesses_are_limited_per_account_even_when_made_at_once() {
    let t = TestApp::new().await;
    t.client("ada@example.org").await;
    let guess = |n: usize| {
        let (app, visitor) = (t.app.clone(), t.visitor(&format!("192.0.2.{n}")));
        async move { client_login(&app, &visitor, "ada@example.org", "not this one", "").await.err().unwrap() }
    };
    let answers = futures_util::future::join_all((0..16).map(guess)).await;
    let refused = answers.iter().filter(|e| matches!(e, AppError::TooMany(s) if *s <= 900)).count();
    assert_eq!(refused, 6, "{answers:?}");
    // The right password has to wait as well.
    let now = login(&t, "ada@example.org", PASSWORD, "198.51.100.1").await;
    assert!(matches!(now, Err(AppError::TooMany(_))));
    t.clock.advance(TimeDelta::minutes(16));
    assert!(login(&t, "ada@example.org", PASSWORD, "198.51.100.1").await.is_ok());
}

#[tokio::test]
async fn guesses_are_limited_per_address() {
    let t = TestApp::new().await;
    t.client("ada@example.org").await;
    let spent = "INSERT INTO throttle VALUES ('login:from:192.0.2.1', 60, $1)";
    sqlx::query(spent).bind(t.now() + TimeDelta::minutes(5)).execute(t.pool()).await.unwrap();
    let here = login(&t, "ada@example.org", PASSWORD, "192.0.2.1").await;
    assert!(matches!(here, Err(AppError::TooMany(300))));
    assert!(login(&t, "ada@example.org", PASSWORD, "192.0.2.2").await.is_ok());
}

#[tokio::test]
async fn a_session_slides_but_not_forever() {
    let t = TestApp::new().await;
    t.client("ada@example.org").await;
    let idle = login(&t, "ada@example.org", PASSWORD, "").await.unwrap();
    let busy = login(&t, "ada@example.org", PASSWORD, "").await.unwrap();
    for _ in 0..16 {
        t.clock.advance(TimeDelta::hours(20));
        assert!(seen(&t, &busy.token).await.is_some());
    }
    assert!(seen(&t, &idle.token).await.is_none());
    t.clock.advance(TimeDelta::hours(20));
    assert!(t.now() > busy.expires_at);
    assert!(seen(&t, &busy.token).await.is_none());
    clean_up(&t).await.unwrap();
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM session").fetch_one(t.pool()).await.unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let t = TestApp::new().await;
    t.client("ada@example.org").await;
    let here = login(&t, "ada@example.org", PASSWORD, "").await.unwrap();
    let there = login(&t, "ada@example.org", PASSWORD, "").await.unwrap();
    let session = seen(&t, &here.token).await.unwrap();
    let wrong = change_password(&t, &session, "not this one", "another long one").await;
    assert!(matches!(wrong, Err(AppError::Invalid(e)) if e[0].field == "current_password"));
    change_password(&t, &session, PASSWORD, "another long one").await.unwrap();
    assert!(seen(&t, &here.token).await.is_some());
    assert!(seen(&t, &there.token).await.is_none());
    assert!(login(&t, "ada@example.org", PASSWORD, "").await.is_err());
    assert!(login(&t, "ada@example.org", "another long one", "").await.is_ok());
}

#[tokio::test]
async fn nobody_touches_the_sessions_of_others() {
    let t = TestApp::new().await;
    let (ada, eve) = (t.client("ada@example.org").await, t.client("eve@example.org").await);
    let new = login(&t, "ada@example.org", PASSWORD, "").await.unwrap();
    let session = seen(&t, &new.token).await.unwrap();
    assert!(matches!(revoke(&t, &eve.actor, session.id).await, Err(AppError::NotFound(_))));
    assert!(matches!(switch_client(&t, &session, eve.id).await, Err(AppError::NotFound(_))));
    innkeeper_db::users::link(&mut t.conn().await.unwrap(), eve.id, ada.user_id, false).await.unwrap();
    switch_client(&t, &session, eve.id).await.unwrap();
    let switched = seen(&t, &new.token).await.unwrap();
    assert_eq!(switched.actor.client_id(), Some(eve.id));
    // Closing the client shuts it out at once.
    sqlx::query("UPDATE client SET state = 'closed' WHERE id = $1").bind(eve.id.get()).execute(t.pool()).await.unwrap();
    assert!(seen(&t, &new.token).await.is_none());
    revoke(&t, &ada.actor, session.id).await.unwrap();
}

#[tokio::test]
async fn links_mailed_before_do_not_outlive_a_new_password() {
    let t = TestApp::new().await;
    t.client("ada@example.org").await;
    let new = login(&t, "ada@example.org", PASSWORD, "").await.unwrap();
    crate::clients::request_password_reset(&t, &t.visitor(""), "ada@example.org").await.unwrap();
    change_password(&t, &seen(&t, &new.token).await.unwrap(), PASSWORD, "another long one").await.unwrap();
    let unused: i64 = sqlx::query_scalar("SELECT count(*) FROM one_time_token WHERE used_at IS NULL")
        .fetch_one(t.pool())
        .await
        .unwrap();
    assert_eq!(unused, 0);
}
