//! Secrets inside stored settings, found by the schema: fields with `format: password`.

use serde_json::{Map, Value};

use crate::{Result, secrets::Cipher};

/// What a form shows and sends back for a secret that is set and stays as it is.
pub const KEPT: &str = "••••••••";

/// Seals the secrets of `new`. A secret left empty or as [`KEPT`] keeps the one in `old`.
pub fn seal(cipher: &Cipher, schema: &Value, new: Value, old: &Value) -> Result<Value> {
    walk(schema, schema, new, old, &mut |value, old| match value.as_str() {
        None | Some("" | KEPT) => Ok(old.clone()),
        Some(plain) => Ok(Value::String(cipher.seal(plain)?)),
    })
}

/// Opens the secrets of stored settings, for a plugin call.
pub fn open(cipher: &Cipher, schema: &Value, stored: &Value) -> Result<Value> {
    walk(schema, schema, stored.clone(), &Value::Null, &mut |value, _| match value.as_str() {
        Some(sealed) if sealed.starts_with("v1:") => Ok(Value::String(cipher.open(sealed)?)),
        _ => Ok(value),
    })
}

/// Hides the secrets of stored settings, for forms, the API and the audit log.
pub fn mask(schema: &Value, stored: &Value) -> Result<Value> {
    walk(schema, schema, stored.clone(), &Value::Null, &mut |value, _| {
        Ok(if value.as_str().is_some_and(|s| !s.is_empty()) { Value::String(KEPT.into()) } else { Value::Null })
    })
}

type OnSecret<'a> = dyn FnMut(Value, &Value) -> Result<Value> + 'a;

fn walk(root: &Value, schema: &Value, value: Value, old: &Value, on_secret: &mut OnSecret<'_>) -> Result<Value> {
    let schema = resolve(root, schema);
    if schema.get("format").and_then(Value::as_str) == Some("password") {
        return on_secret(value, old);
    }
    match value {
        Value::Object(fields) => {
            let mut out = Map::new();
            for (name, field) in fields {
                let inner = schema.pointer("/properties").and_then(|p| p.get(&name)).unwrap_or(&Value::Null);
                let was = old.get(&name).unwrap_or(&Value::Null);
                out.insert(name, walk(root, inner, field, was, on_secret)?);
            }
            Ok(Value::Object(out))
        }
        Value::Array(items) => {
            let inner = schema.get("items").unwrap_or(&Value::Null);
            let each = items.into_iter().enumerate();
            each.map(|(i, item)| walk(root, inner, item, old.get(i).unwrap_or(&Value::Null), on_secret)).collect()
        }
        other => Ok(other),
    }
}

/// Follows `$ref` and the one real branch of an optional field.
fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(path) = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#')) {
        return root.pointer(path).map_or(schema, |found| resolve(root, found));
    }
    let branches = schema.get("anyOf").and_then(Value::as_array);
    let real = branches.and_then(|b| b.iter().find(|s| s.get("type").and_then(Value::as_str) != Some("null")));
    real.map_or(schema, |branch| resolve(root, branch))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_are_sealed_kept_opened_and_masked_at_any_depth() {
        let cipher = Cipher::new(&[1; 32]);
        let schema = json!({"properties": {
            "user": {"type": "string"},
            "key": {"anyOf": [{"type": "string", "format": "password"}, {"type": "null"}]},
            "list": {"type": "array", "items": {"$ref": "#/$defs/Item"}}},
            "$defs": {"Item": {"properties": {"secret": {"type": "string", "format": "password"}}}}});
        let stored =
            seal(&cipher, &schema, json!({"user": "u", "key": "k", "list": [{"secret": "s"}]}), &Value::Null).unwrap();
        assert!(!stored.to_string().contains("\"s\""));
        let kept =
            seal(&cipher, &schema, json!({"user": "v", "key": KEPT, "list": [{"secret": ""}]}), &stored).unwrap();
        assert_eq!(open(&cipher, &schema, &kept).unwrap(), json!({"user": "v", "key": "k", "list": [{"secret": "s"}]}));
        assert_eq!(mask(&schema, &kept).unwrap(), json!({"user": "v", "key": KEPT, "list": [{"secret": KEPT}]}));
    }
}
