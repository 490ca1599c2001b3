//! Whatever a body holds: a refusal, never a fault.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::client::operations;
use crate::shop::Shop;

/// Places in a value, as JSON pointers.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, inner)| leaves(inner, &format!("{at}/{}", key.replace('/', "~1")), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, inner)| leaves(inner, &format!("{at}/{i}"), found));
        }
        _ => found.push(at.to_owned()),
    }
}

#[tokio::test]
async fn no_value_of_any_field_is_a_fault() {
    let shop = Shop::open().await;
    shop.customer("ada").await;
    let odd = [
        json!(null),
        json!(""),
        json!("\u{0}"),
        json!("a\u{202e}b\u{7}\r\n"),
        json!("x".repeat(20_000)),
        json!("-1"),
        json!("9999-12-31"),
        json!("-262143-01-01"),
        json!("99999999999999999999999999999999999999.99"),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(0),
        json!(1),
        json!([]),
        json!({}),
    ];
    let mut tried = 0;
    for operation in operations() {
        let Some(example) = operation.body.clone() else { continue };
        let mut places = vec![];
        leaves(&example, "", &mut places);
        for place in places {
            for value in &odd {
                let mut body = example.clone();
                *body.pointer_mut(&place).unwrap() = value.clone();
                let answer = shop.admin.send(operation.method.clone(), &operation.address("1"), Some(body)).await;
                let (status, path) = (answer.status, &operation.path);
                assert!(!status.is_server_error(), "{} {path} {place}={value}: {}", operation.method, answer.body);
                if *value == json!("\u{0}") {
                    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {place}: {}", answer.body);
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 1000, "{tried}");
}
