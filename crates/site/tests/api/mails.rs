//! The texts of mails, and what was sent, through the API.

use axum::http::Method;
use innkeeper_domain::Permission;
use serde_json::{Value, json};

use crate::client::Api;
use crate::shop::Shop;

const TEXT: &str = "/mail-templates/order_confirmation/en";

#[tokio::test]
async fn a_text_is_changed_tried_out_and_reset_through_the_api() {
    let shop = Shop::open().await;
    let api = &shop.admin;
    let all = api.get("/mail-templates").await.good();
    let of = |all: &Value, key: &str| all["data"].as_array().unwrap().iter().find(|n| n["key"] == key).unwrap().clone();
    assert_eq!(of(&all, "order_confirmation")["enabled"], true);
    assert_eq!(of(&all, "password_reset")["enabled"], json!(null));
    let shipped = api.get(TEXT).await.good();
    assert!(shipped["edited"].is_null() && shipped["ships"] == true, "{shipped}");
    assert!(shipped["variables"].as_array().unwrap().iter().any(|v| v["name"] == "items" && v["kind"] == "list"));
    let mine = json!({ "subject": "Thanks, {{ name }}", "body": "Order {{ order }}", "edited": null });
    let shown = api.post(&format!("{TEXT}/preview"), json!({ "subject": "{{ order }}", "body": "x" })).await.good();
    assert_eq!((&shown["subject"], &shown["of"]), (&json!("5"), &json!(null)));
    api.put(TEXT, mine.clone()).await.good();
    api.put(TEXT, mine.clone()).await.problem(409);
    let wrong = json!({ "subject": "x\ny", "body": "{{ nmae }}", "edited": null });
    api.put(TEXT, wrong).await.problem(422);
    let edited = api.get(TEXT).await.good()["edited"].clone();
    api.put(TEXT, json!({ "subject": "Thank you", "body": "Order {{ order }}", "edited": edited })).await.good();
    shop.customer("ada").await;
    let mails = api.get("/mails?limit=100").await.good();
    let mail = mails["data"].as_array().unwrap().iter().find(|m| m["template"] == "order_confirmation").unwrap();
    assert_eq!((&mail["subject"], &mail["language"]), (&json!("Thank you"), &json!("en")));
    let whole = api.get(&format!("/mails/{}", mail["id"])).await.good();
    assert!(whole["body"].as_str().unwrap().starts_with("Order "), "{whole}");
    api.post(&format!("/mails/{}/retry", mail["id"]), json!({})).await.problem(409);
    assert!(api.get("/mails?state=failed").await.good()["data"].as_array().unwrap().is_empty());
    api.send(Method::DELETE, &format!("{TEXT}?edited=2020-01-01T00:00:00Z"), None).await.problem(409);
    api.send(Method::DELETE, TEXT, None).await.good();
    assert_eq!(api.get(TEXT).await.good()["subject"], shipped["subject"]);
    api.send(Method::DELETE, TEXT, None).await.problem(404);
    api.put("/mail-templates/order_confirmation", json!({ "enabled": false })).await.good();
    api.put("/mail-templates/password_reset", json!({ "enabled": false })).await.problem(409);
    assert_eq!(of(&api.get("/mail-templates").await.good(), "order_confirmation")["enabled"], false);
    api.put("/settings/mail", json!({ "language": "de" })).await.good();
    assert_eq!(api.get("/settings/mail").await.good(), json!({ "language": "de" }));
    let reader = Api::staff(&shop.site, &[Permission::SystemRead]).await;
    reader.get(TEXT).await.good();
    reader.put(TEXT, mine).await.problem(403);
}
