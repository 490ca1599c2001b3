//! Who gets in, and who may do what.

use axum::http::StatusCode;
use innkeeper_app::api_tokens::TokenOwner;
use innkeeper_domain::Permission;
use serde_json::json;

use crate::client::{Api, operations, token};
use crate::support::Site;

#[tokio::test]
async fn every_operation_asks_for_a_good_token() {
    let site = Site::new().await;
    let staff = site.add_staff("gone@host.example", Permission::ALL).await;
    let revoked = token(&site, TokenOwner::Staff(staff), Permission::ALL).await;
    sqlx::query("UPDATE api_token SET revoked_at = now()").execute(site.pool()).await.unwrap();
    let callers = [
        (Api::nobody(&site), "Bearer realm=\"Innkeeper\""),
        (Api::with_token(&site, "ink_nonsense"), "Bearer realm=\"Innkeeper\", error=\"invalid_token\""),
        (Api::with_token(&site, &revoked), "Bearer realm=\"Innkeeper\", error=\"invalid_token\""),
    ];
    for operation in operations() {
        for (api, challenge) in &callers {
            let answer = api.send(operation.method.clone(), &operation.address("1"), operation.body.clone()).await;
            if operation.open {
                assert_eq!(answer.status, StatusCode::OK, "{}", operation.path);
            } else {
                answer.problem(401);
                assert_eq!(answer.header("www-authenticate"), *challenge, "{}", operation.path);
            }
        }
    }
}

#[tokio::test]
async fn a_token_does_only_what_its_scopes_say() {
    let site = Site::new().await;
    let staff = site.add_staff("weak@host.example", Permission::ALL).await;
    let weak = Api::of(&site, TokenOwner::Staff(staff), Permission::ALL).await;
    // Scopes only narrow what the owner may: with an empty role nothing is left of them.
    sqlx::query("UPDATE role SET permissions = '{}'").execute(site.pool()).await.unwrap();
    // What everybody may: look at the shop and at oneself. Carts are named by their secret.
    let anybody = ["/me", "/store", "/domain-search", "/payment-methods", "/carts/{token}", "/api-tokens"];
    for operation in operations().into_iter().filter(|o| !o.open) {
        let answer = weak.send(operation.method.clone(), &operation.address("987654321"), operation.body.clone()).await;
        if anybody.iter().any(|path| operation.path.starts_with(path)) {
            assert!(!answer.status.is_server_error(), "{} {}", operation.path, answer.body);
        } else {
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{} {} {}", operation.method, operation.path, answer.body);
        }
    }
    assert_eq!(weak.get("/me").await.good()["permissions"], json!([]));
}

#[tokio::test]
async fn a_scope_opens_its_operations_and_no_others() {
    let site = Site::new().await;
    let reader = Api::staff(&site, &[Permission::OrdersRead]).await;
    assert_eq!(reader.get("/orders").await.good(), json!({ "data": [], "next": null }));
    reader.get("/invoices").await.problem(403);
    reader.post("/orders/1/cancel", json!({})).await.problem(403);
    // Clients have no business in the panel, whatever the scope is called.
    let ada = site.add_client("ada@example.org").await;
    let ada = Api::of(&site, TokenOwner::Client(ada), &[Permission::ClientsRead, Permission::CatalogueRead]).await;
    for path in
        ["/clients", "/products", "/staff", "/jobs", "/events", "/dashboard", "/search?q=a", "/settings/company"]
    {
        ada.get(path).await.problem(403);
    }
    let me = ada.get("/me").await.good();
    assert_eq!((&me["kind"], &me["staff_id"]), (&json!("client"), &json!(null)));
}
