//! The same POST twice is one effect.

use std::collections::HashMap;

use axum::http::{Method, StatusCode};
use innkeeper_domain::Permission;
use serde_json::{Value, json};

use crate::client::Api;
use crate::support::Site;

async fn groups(site: &Site) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM product_group").fetch_one(site.pool()).await.unwrap()
}

fn group(name: &str) -> Value {
    json!({ "name": name })
}

#[tokio::test]
async fn a_repeat_gets_the_same_answer_and_does_nothing() {
    let site = Site::new().await;
    let api = Api::staff(&site, Permission::ALL).await.keyed("order-4711");
    let first = api.post("/product-groups", group("Mail")).await;
    let again = api.post("/product-groups", group("Mail")).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), ("", "true"));
    assert_eq!(first.body, again.body);
    assert_eq!(first.header("location"), again.header("location"));
    assert_eq!(again.header("content-type"), "application/json");
    assert_eq!(groups(&site).await, 1);
    // The same key for something else: another body, another address.
    assert_eq!(api.post("/product-groups", group("Web")).await.problem(422), "Idempotency-Key");
    assert_eq!(api.post("/cycles", group("Mail")).await.problem(422), "Idempotency-Key");
    assert_eq!(groups(&site).await, 1);
}

#[tokio::test]
async fn twenty_at_once_are_one_effect() {
    let site = Site::new().await;
    let api = Api::staff(&site, Permission::ALL).await.keyed("all-at-once");
    let calls = (0..20).map(|_| {
        let api = api.clone();
        tokio::spawn(async move { api.post("/product-groups", group("Mail")).await })
    });
    let mut seen: HashMap<(u16, bool), usize> = HashMap::new();
    for call in calls.collect::<Vec<_>>() {
        let answer = call.await.unwrap();
        let replayed = answer.header("idempotent-replayed") == "true";
        if answer.status == StatusCode::CONFLICT {
            answer.problem(409);
            assert_eq!(answer.header("retry-after"), "1");
        }
        *seen.entry((answer.status.as_u16(), replayed)).or_default() += 1;
    }
    assert_eq!(seen.get(&(201, false)), Some(&1), "{seen:?}");
    let others = seen.get(&(201, true)).unwrap_or(&0) + seen.get(&(409, false)).unwrap_or(&0);
    assert_eq!(others, 19, "{seen:?}");
    assert_eq!(groups(&site).await, 1);
    let later = api.post("/product-groups", group("Mail")).await;
    assert_eq!((later.status, later.header("idempotent-replayed")), (StatusCode::CREATED, "true"));
}

#[tokio::test]
async fn a_refusal_that_changed_nothing_may_be_corrected_under_the_same_key() {
    let site = Site::new().await;
    let api = Api::staff(&site, Permission::ALL).await.keyed("second-try");
    assert_eq!(api.post("/product-groups", group("")).await.problem(422), "name");
    api.post("/product-groups", group("Mail")).await.id();
}

#[tokio::test]
async fn keys_of_others_and_secrets_stay_apart() {
    let site = Site::new().await;
    let (one, two) = (Api::staff(&site, Permission::ALL).await, Api::staff(&site, &Permission::ALL[1..]).await);
    let first = one.keyed("k").post("/autologin-sites", json!({ "name": "Shop" })).await.good();
    assert_eq!(first, one.keyed("k").post("/autologin-sites", json!({ "name": "Shop" })).await.good());
    two.keyed("k").post("/product-groups", group("Mail")).await.id();
    let stored: Vec<String> =
        sqlx::query_scalar("SELECT to_jsonb(r)::text FROM idempotent_request r").fetch_all(site.pool()).await.unwrap();
    assert!(stored.iter().all(|row| !row.contains(first["key"].as_str().unwrap())));
}

#[tokio::test]
async fn a_key_must_be_a_key_and_counts_for_posts_only() {
    let site = Site::new().await;
    let api = Api::staff(&site, Permission::ALL).await;
    for odd in ["", " ", "a b", &"x".repeat(256)] {
        let answer = api.keyed(odd).post("/product-groups", group("Mail")).await;
        assert_eq!(answer.problem(422), "Idempotency-Key", "{odd:?}");
    }
    assert_eq!(groups(&site).await, 0);
    let keyed = api.keyed("same");
    keyed.get("/clients").await.good();
    keyed.get("/orders").await.good();
    let id = keyed.post("/product-groups", group("Mail")).await.id();
    for name in ["Web", "DNS"] {
        keyed.send(Method::PUT, &format!("/product-groups/{id}"), Some(group(name))).await.good();
    }
}
