//! Things of others look like things that do not exist.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::client::{Api, Operation, Reply, operations};
use crate::shop::{Customer, Shop};

/// An id that nothing has.
const MISSING: i64 = 987_654_321;

/// The address of the operation on the thing of `customer`, if there is one.
fn address(operation: &Operation, customer: &Customer, token: i64) -> Option<String> {
    let first = operation.path.split('/').nth(1)?;
    let id = match first {
        "clients" => customer.id,
        "contacts" => customer.contact,
        "orders" => customer.order,
        "invoices" => customer.invoice,
        "services" => customer.service,
        "domains" => customer.domain,
        "api-tokens" => token,
        "carts" => 1,
        _ => return None,
    };
    let path = operation.path.replace("{token}", &customer.cart).replace("{gateway}", "none");
    operation.path.contains('{').then(|| path.replace("{id}", &id.to_string()).replace("{user_id}", "1"))
}

fn missing(operation: &Operation) -> String {
    operation.address(&MISSING.to_string())
}

/// An answer without the number of its request.
fn bare(answer: &Reply) -> (StatusCode, Value) {
    let mut body = answer.body.clone();
    if let Some(body) = body.as_object_mut() {
        body.remove("request_id");
    }
    (answer.status, body)
}

async fn call(api: &Api, operation: &Operation, address: &str) -> Reply {
    api.send(operation.method.clone(), address, operation.body.clone()).await
}

#[tokio::test]
async fn foreign_ids_are_answered_like_missing_ones() {
    let shop = Shop::open().await;
    let (ada, eve) = (shop.customer("ada").await, shop.customer("eve").await);
    let token: i64 = sqlx::query_scalar("SELECT id FROM api_token WHERE client_id = $1")
        .bind(ada.id)
        .fetch_one(shop.site.pool())
        .await
        .unwrap();
    let mut tried = 0;
    for operation in operations() {
        let Some(address) = address(&operation, &ada, token) else { continue };
        let foreign = call(&eve.api, &operation, &address).await;
        let nothing = call(&eve.api, &operation, &missing(&operation)).await;
        let told = [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN];
        assert!(told.contains(&foreign.status), "{} {address}: {} {}", operation.method, foreign.status, foreign.body);
        assert_eq!(bare(&foreign), bare(&nothing), "{} {address}", operation.method);
        tried += 1;
    }
    assert!(tried > 35, "{tried}");
    // Everything is still there, and its owner sees it.
    for path in [
        format!("/clients/{}", ada.id),
        format!("/clients/{}/contacts", ada.id),
        format!("/orders/{}", ada.order),
        format!("/invoices/{}", ada.invoice),
        format!("/services/{}", ada.service),
        format!("/domains/{}", ada.domain),
        format!("/carts/{}", ada.cart),
    ] {
        ada.api.get(&path).await.good();
    }
    for list in ["/orders", "/invoices", "/services", "/domains"] {
        let of_ada = eve.api.get(&format!("{list}?client_id={}", ada.id)).await.good();
        assert_eq!(of_ada["data"], json!([]), "{list}");
        assert_eq!(eve.api.get(list).await.good()["data"].as_array().unwrap().len(), 1, "{list}");
    }
}

#[tokio::test]
async fn clients_do_not_read_what_is_written_for_staff() {
    let shop = Shop::open().await;
    let ada = shop.customer("ada").await;
    sqlx::query("UPDATE client SET notes = 'pays late'").execute(shop.site.pool()).await.unwrap();
    sqlx::query("UPDATE service SET state = 'suspended', suspend_reason = 'we do not like her'")
        .execute(shop.site.pool())
        .await
        .unwrap();
    for path in [format!("/clients/{}", ada.id), format!("/services/{}", ada.service)] {
        let (theirs, ours) = (ada.api.get(&path).await.good(), shop.admin.get(&path).await.good());
        assert!(!theirs.to_string().contains("late") && !theirs.to_string().contains("like her"), "{theirs}");
        assert!(ours.to_string().contains("late") || ours.to_string().contains("like her"), "{ours}");
    }
}
