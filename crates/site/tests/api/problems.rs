//! Every refusal is a problem, whoever refused.

use axum::http::Method;
use innkeeper_domain::Permission;
use serde_json::json;

use crate::client::{Api, operations};
use crate::support::Site;

const JSON: Option<&str> = Some("application/json");

#[tokio::test]
async fn refusals_of_the_framework_are_problems_too() {
    let site = Site::new().await;
    let api = Api::staff(&site, Permission::ALL).await;
    Api::nobody(&site).get("/no-such-thing").await.problem(404);
    api.get("/no-such-thing").await.problem(404);
    api.get("/clients/1/no-such-thing").await.problem(404);
    api.send(Method::DELETE, "/clients", None).await.problem(405);
    api.send(Method::PATCH, "/orders/1", None).await.problem(405);
    api.raw(Method::POST, "/clients", JSON, "x".repeat(1024 * 1024 + 1)).await.problem(413);
    api.keyed("k").raw(Method::POST, "/clients", JSON, "x".repeat(1024 * 1024 + 1)).await.problem(413);
    for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonx")] {
        api.raw(Method::POST, "/clients", kind, "{}").await.problem(415);
    }
    api.raw(Method::POST, "/product-groups", Some("application/json; charset=utf-8"), r#"{"name":"A"}"#).await.id();
    api.get("/clients?text=%ff").await.problem(400);
    api.get("/clients?text=%00").await.problem(400);
    api.get("/plugins/%00").await.problem(404);
    let missing = api.get("/clients/1").await;
    missing.problem(404);
    assert_eq!(missing.body["type"], "about:blank");
    assert_eq!(missing.body["title"], "Not Found");
}

#[tokio::test]
async fn odd_ids_lead_nowhere() {
    let site = Site::new().await;
    let api = Api::staff(&site, Permission::ALL).await;
    let odd = ["0", "-1", "+1", "01", "1e3", "abc", "9223372036854775808", "9223372036854775807", "1%20", "%E2%82%AC"];
    for operation in operations().into_iter().filter(|o| o.method == Method::GET && o.path.contains("{id}")) {
        for id in odd {
            api.get(&operation.address(id)).await.problem(404);
        }
    }
}

#[tokio::test]
async fn every_body_is_exactly_what_was_asked_for() {
    let site = Site::new().await;
    let api = Api::staff(&site, Permission::ALL).await;
    let mut tried = 0;
    for operation in operations() {
        let Some(example) = operation.body.clone() else { continue };
        let (method, address) = (operation.method.clone(), operation.address("1"));
        let send = |body: String| api.raw(method.clone(), &address, JSON, body);
        for broken in ["", "{", "{,}", "\u{feff}{}", &"[".repeat(100_000)] {
            send(broken.to_owned()).await.problem(400);
        }
        let deep = send("{\"a\":".repeat(10_000)).await.status;
        assert!(deep.is_client_error(), "{deep}");
        for shape in ["null", "[]", "7", "\"text\"", "true"] {
            send(shape.to_owned()).await.problem(422);
        }
        let mut more = example.clone();
        more["surprise"] = json!(1);
        assert_eq!(send(more.to_string()).await.problem(422), "surprise", "{address}");
        tried += 1;
    }
    assert!(tried > 40, "{tried}");
}
