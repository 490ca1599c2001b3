//! Examples made from schemas.

use serde_json::{Map, Value, json};

/// Schemas may name themselves; nobody reads an example that goes deeper.
const DEEPEST: u8 = 8;

/// A value that fits `schema`; `schemas` are those it may name.
pub(super) fn of(schema: &Value, schemas: &Value) -> Value {
    make("", schema, schemas, 0)
}

fn make(name: &str, schema: &Value, schemas: &Value, depth: u8) -> Value {
    if depth > DEEPEST {
        return Value::Null;
    }
    let deeper = |name: &str, inner: &Value| make(name, inner, schemas, depth + 1);
    if let Some(example) = schema.get("example") {
        return example.clone();
    }
    if let Some(named) = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.rsplit('/').next()) {
        return schemas.get(named).map_or(Value::Null, |inner| deeper(name, inner));
    }
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        let mut all = Map::new();
        for part in parts {
            if let Value::Object(fields) = deeper(name, part) {
                all.extend(fields);
            }
        }
        return Value::Object(all);
    }
    let choices = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array);
    if let Some(choice) = choices.and_then(|c| c.iter().find(|s| s["type"] != "null")) {
        return deeper(name, choice);
    }
    if let Some(first) = schema.get("enum").and_then(|e| e.get(0)) {
        return first.clone();
    }
    match kind(schema) {
        "object" => {
            let fields = schema.get("properties").and_then(Value::as_object);
            let fields = fields.into_iter().flatten().map(|(key, inner)| (key.clone(), deeper(key, inner)));
            Value::Object(fields.collect())
        }
        "array" => json!([deeper(name, schema.get("items").unwrap_or(&Value::Null))]),
        "integer" => number(name),
        "boolean" => json!(true),
        "string" => text(name, schema),
        _ => Value::Null,
    }
}

/// The type; of an optional value, the one that is not null.
fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|k| *k != "null").unwrap_or_default(),
        _ => "",
    }
}

fn number(name: &str) -> Value {
    match name {
        "id" => json!(17),
        "client_id" => json!(3),
        "position" => json!(0),
        _ if name.ends_with("_id") => json!(5),
        _ if name.ends_with("_bytes") => json!(1_073_741_824),
        _ => json!(1),
    }
}

fn text(name: &str, schema: &Value) -> Value {
    match (schema["format"].as_str(), name) {
        (Some("date"), "paid_through" | "expires_on" | "due_on" | "period_end") => json!("2026-12-22"),
        (Some("date"), _) => json!("2026-11-22"),
        (Some("date-time"), name) if name == "revoked_at" || name == "disabled_at" || name == "retired_at" => {
            Value::Null
        }
        (Some("date-time"), _) => json!("2026-11-22T09:30:00Z"),
        (_, "client_name" | "name") => json!("Ada Lovelace"),
        (_, "description" | "title") => json!("Mailbox 10 GB"),
        (_, "detail") => json!("Every month"),
        (_, "product_name") => json!("Mailbox 10 GB"),
        (_, "group_name") => json!("Mail"),
        (_, "request_id") => json!("6f2c1a9be0d34c57"),
        (_, "invoice_number") => json!("2026-000123"),
        (_, "transaction_ref") => json!("2026-11-22/0042"),
        (_, "tax_name") => json!("VAT"),
        (_, "username") => json!("ada"),
        (_, "phone") => json!("+43.6601234567"),
        (_, "nameservers") => json!("ns1.example.net"),
        (_, "password") => json!("correct horse battery"),
        _ => json!(""),
    }
}
