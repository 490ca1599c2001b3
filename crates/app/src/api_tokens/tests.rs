//! What tokens may do, and for how long.

use super::*;
use crate::testing::{TestApp, staff_id};

fn new(owner: TokenOwner, scopes: &[Permission]) -> NewToken {
    NewToken { name: "ci".into(), owner, scopes: scopes.iter().copied().collect(), expires_at: None }
}

#[tokio::test]
async fn scopes_narrow_and_never_widen() {
    let t = TestApp::new().await;
    let bob = t.staff("bob@host.example", &[Permission::ClientsRead, Permission::OrdersRead]).await;
    let own = TokenOwner::Staff(staff_id(&bob));
    let wide = create(&t, &bob, &new(own, &[Permission::ClientsRead, Permission::StaffWrite])).await;
    assert!(matches!(wide, Err(AppError::Invalid(e)) if e[0].field == "scopes"));
    let made = create(&t, &bob, &new(own, &[Permission::ClientsRead])).await.unwrap();
    assert!(made.token.starts_with("ink_"));
    let actor = authenticate(&t, &made.token, "192.0.2.1", "r").await.unwrap();
    assert!(actor.require(Permission::ClientsRead).is_ok());
    assert!(actor.require(Permission::OrdersRead).is_err());
    // The role loses the permission: so does the token.
    sqlx::query("UPDATE role SET permissions = '{orders:read}' WHERE name = $1")
        .bind("bob@host.example")
        .execute(t.pool())
        .await
        .unwrap();
    assert!(authenticate(&t, &made.token, "", "").await.unwrap().permissions.is_empty());
}

#[tokio::test]
async fn tokens_end_by_time_revocation_and_with_their_owner() {
    let t = TestApp::new().await;
    let (admin, ada) = (t.admin().await, t.client("ada@example.org").await);
    let scopes = [Permission::InvoicesRead];
    let soon = NewToken { expires_at: Some(t.now() + TimeDelta::hours(1)), ..new(TokenOwner::Client(ada.id), &scopes) };
    let soon = create(&t, &ada.actor, &soon).await.unwrap();
    let other = create(&t, &admin, &new(TokenOwner::Client(ada.id), &scopes)).await.unwrap();
    let closed = create(&t, &ada.actor, &new(TokenOwner::Client(ada.id), &scopes)).await.unwrap();
    let actor = authenticate(&t, &soon.token, "", "").await.unwrap();
    assert_eq!(actor.identity, Identity::Client { client_id: ada.id, user_id: None });
    t.clock.advance(TimeDelta::hours(2));
    assert!(authenticate(&t, &soon.token, "", "").await.is_err());
    revoke(&t, &ada.actor, other.id).await.unwrap();
    assert!(authenticate(&t, &other.token, "", "").await.is_err());
    assert!(authenticate(&t, &closed.token, "", "").await.is_ok());
    sqlx::query("UPDATE client SET state = 'closed'").execute(t.pool()).await.unwrap();
    assert!(authenticate(&t, &closed.token, "", "").await.is_err());
    assert!(authenticate(&t, "ink_nonsense", "", "").await.is_err());
    assert!(authenticate(&t, "", "", "").await.is_err());
}

#[tokio::test]
async fn nobody_makes_or_ends_tokens_of_others() {
    let t = TestApp::new().await;
    let (admin, bob) = (t.admin().await, t.staff("bob@host.example", &[Permission::ClientsRead]).await);
    let (ada, eve) = (t.client("ada@example.org").await, t.client("eve@example.org").await);
    let scopes = [Permission::ClientsRead];
    let as_bob = create(&t, &admin, &new(TokenOwner::Staff(staff_id(&bob)), &scopes)).await;
    assert!(matches!(as_bob, Err(AppError::Forbidden)));
    let as_client = create(&t, &bob, &new(TokenOwner::Client(ada.id), &scopes)).await;
    assert!(matches!(as_client, Err(AppError::Forbidden)));
    let as_ada = create(&t, &eve.actor, &new(TokenOwner::Client(ada.id), &scopes)).await;
    assert!(matches!(as_ada, Err(AppError::NotFound(_))));
    let wide = create(&t, &ada.actor, &new(TokenOwner::Client(ada.id), &[Permission::PaymentsWrite])).await;
    assert!(matches!(wide, Err(AppError::Invalid(_))));
    let made = create(&t, &ada.actor, &new(TokenOwner::Client(ada.id), &scopes)).await.unwrap();
    // A token makes no tokens.
    let token = authenticate(&t, &made.token, "", "").await.unwrap();
    let more = create(&t, &token, &new(TokenOwner::Client(ada.id), &scopes)).await;
    assert!(matches!(more, Err(AppError::Forbidden)));
    assert!(matches!(revoke(&t, &eve.actor, made.id).await, Err(AppError::NotFound(_))));
    assert!(list(&t, &eve.actor, None, 10).await.unwrap().is_empty());
    assert!(list(&t, &bob, None, 10).await.unwrap().is_empty());
    assert_eq!(list(&t, &admin, None, 10).await.unwrap()[0].owner, "Ada Lovelace");
}
