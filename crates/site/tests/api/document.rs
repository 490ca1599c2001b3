//! The OpenAPI document says what there is, and all of it.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use axum::http::StatusCode;
use serde_json::Value;

use crate::client::{Api, operations};
use crate::support::Site;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[test]
fn the_document_on_file_is_that_of_the_code() {
    let now = format!("{:#}\n", innkeeper_api::openapi());
    let file = root().join("docs/openapi.json");
    if std::env::var_os("INNKEEPER_BLESS").is_some() {
        fs::write(&file, &now).unwrap();
    }
    let then = fs::read_to_string(&file).unwrap_or_default();
    let differing = now.lines().zip(then.lines()).position(|(a, b)| a != b);
    assert!(
        now == then,
        "docs/openapi.json differs from line {:?} on; if that is meant: INNKEEPER_BLESS=1 cargo test -p innkeeper-site --test api document",
        differing.map(|line| line + 1)
    );
}

#[test]
fn every_handler_is_in_the_document_and_no_route_goes_around_it() {
    let mut handlers = 0;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/src")).unwrap() {
        let source = fs::read_to_string(entry.unwrap().path()).unwrap();
        handlers += source.matches("#[utoipa::path(").count();
        for around in [".route(", ".route_service(", ".nest(", ".nest_service(", ".fallback("] {
            assert!(!source.contains(around), "{around}");
        }
    }
    assert_eq!(operations().len(), handlers);
}

/// Every `$ref` of a value.
fn references(value: &Value, found: &mut HashSet<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|inner| references(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| references(inner, found)),
        _ => {}
    }
}

#[test]
fn the_document_is_sound() {
    let document = innkeeper_api::openapi();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut found = HashSet::new();
    references(&document, &mut found);
    assert!(found.contains("#/components/responses/Problem"));
    for reference in found {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
    let tags: HashSet<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut ids = HashSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let at = format!("{method} {path}");
            assert!(ids.insert(operation["operationId"].clone()), "{at}");
            assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{at}");
            assert!(tags.contains(operation["tags"][0].as_str().unwrap()), "{at}");
            let parameters: Vec<&Value> = operation["parameters"].as_array().into_iter().flatten().collect();
            let named = |name: &str| parameters.iter().filter(|p| p["name"] == name).count();
            assert_eq!(named("Idempotency-Key"), usize::from(method == "post"), "{at}");
            for part in path.split('/').filter_map(|p| p.strip_prefix('{')?.strip_suffix('}')) {
                assert_eq!(named(part), 1, "{at}: {part}");
            }
            for (status, answer) in operation["responses"].as_object().unwrap() {
                for (kind, content) in answer["content"].as_object().into_iter().flatten() {
                    let shown = content.get("example").is_some_and(|e| !e.is_null());
                    assert!(shown || kind == "application/pdf", "{at}: {status} {kind}");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_document_is_served_for_programs_and_for_people() {
    let site = Site::new().await;
    let api = Api::nobody(&site);
    let json = api.get("/openapi.json").await;
    assert_eq!(json.header("content-type"), "application/json");
    assert_eq!(json.good(), innkeeper_api::openapi());
    let page = api.get("/docs").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.header("content-security-policy").contains("default-src 'self'"));
    let html = page.body.as_str().unwrap();
    for operation in operations() {
        assert!(html.contains(&format!("{} {}", operation.method, operation.path)), "{}", operation.path);
    }
    assert!(!html.contains("<script>") && !html.contains("//cdn"));
}
