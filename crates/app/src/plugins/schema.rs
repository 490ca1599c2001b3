//! Secrets inside stored settings, found by the schema: fields with `format: password`.

use serde_json::{Map, Value};

use crate::{Result, secrets::Cipher};

/// What a form shows and sends back for a secret that is set and stays as it is. Inside a list it is
/// followed by the item's index, `•••••••• 2`, so that items may be removed or moved.
pub const KEPT: &str = "••••••••";

/// Seals the secrets of `new`. A secret left empty or as [`KEPT`] keeps the one in `old`.
pub fn seal(cipher: &Cipher, schema: &Value, new: Value, old: &Value) -> Result<Value> {
    walk(schema, schema, new, Origin::At(old), &mut |value, origin| match value.as_str() {
        Some(plain) if !plain.is_empty() && kept_index(plain).is_none() => Ok(Value::String(cipher.seal(plain)?)),
        _ => Ok(origin.value().clone()),
    })
}

/// Opens the secrets of stored settings, for a plugin call.
pub fn open(cipher: &Cipher, schema: &Value, stored: &Value) -> Result<Value> {
    walk(schema, schema, stored.clone(), Origin::At(&Value::Null), &mut |value, _| match value.as_str() {
        Some(sealed) if sealed.starts_with("v1:") => Ok(Value::String(cipher.open(sealed)?)),
        _ => Ok(value),
    })
}

/// Hides the secrets of stored settings, for forms, the API and the audit log.
pub fn mask(schema: &Value, stored: &Value) -> Result<Value> {
    walk(schema, schema, stored.clone(), Origin::At(&Value::Null), &mut |value, origin| {
        let set = value.as_str().is_some_and(|s| !s.is_empty());
        Ok(if set { Value::String(origin.marker()) } else { Value::Null })
    })
}

/// The values of all secrets in opened settings.
pub(super) fn secrets(schema: &Value, opened: &Value) -> Vec<String> {
    let mut found = vec![];
    let _ = walk(schema, schema, opened.clone(), Origin::At(&Value::Null), &mut |value, _| {
        found.extend(value.as_str().map(str::to_owned));
        Ok(Value::Null)
    });
    found
}

/// Is it the marker of a secret that stays? Then the index of its list item, if it has one.
pub(super) fn kept_index(text: &str) -> Option<Option<usize>> {
    let rest = text.strip_prefix(KEPT)?;
    if rest.is_empty() { Some(None) } else { rest.trim().parse().ok().map(Some) }
}

/// The stored value that a list item came from, told by the marker of one of its secrets.
pub(super) fn came_from<'a>(item: &Value, old: &'a Value) -> &'a Value {
    let fields = item.as_object().into_iter().flat_map(Map::values).chain([item]);
    let index = fields.filter_map(Value::as_str).find_map(|text| kept_index(text).flatten());
    index.and_then(|i| old.get(i)).unwrap_or(&Value::Null)
}

/// Where a value stands: beside the stored one, or in a list at an index.
#[derive(Clone, Copy)]
enum Origin<'a> {
    At(&'a Value),
    Item(&'a Value, usize),
}

impl<'a> Origin<'a> {
    fn value(self) -> &'a Value {
        match self {
            Self::At(old) | Self::Item(old, _) => old,
        }
    }
    fn inside(self, name: &str) -> Self {
        let old = self.value().get(name).unwrap_or(&Value::Null);
        match self {
            Self::At(_) => Self::At(old),
            Self::Item(_, i) => Self::Item(old, i),
        }
    }
    fn marker(self) -> String {
        match self {
            Self::At(_) => KEPT.to_owned(),
            Self::Item(_, i) => format!("{KEPT} {i}"),
        }
    }
}

type OnSecret<'a> = dyn FnMut(Value, Origin<'_>) -> Result<Value> + 'a;

fn walk(root: &Value, schema: &Value, value: Value, old: Origin<'_>, on_secret: &mut OnSecret<'_>) -> Result<Value> {
    let schema = resolve(root, schema);
    if schema.get("format").and_then(Value::as_str) == Some("password") {
        return on_secret(value, old);
    }
    match value {
        Value::Object(fields) => {
            let mut out = Map::new();
            for (name, field) in fields {
                let inner = schema.pointer("/properties").and_then(|p| p.get(&name)).unwrap_or(&Value::Null);
                let walked = walk(root, inner, field, old.inside(&name), on_secret)?;
                out.insert(name, walked);
            }
            Ok(Value::Object(out))
        }
        Value::Array(items) => {
            let inner = schema.get("items").unwrap_or(&Value::Null);
            let each = items.into_iter().enumerate();
            each.map(|(i, item)| {
                let origin = Origin::Item(came_from(&item, old.value()), i);
                walk(root, inner, item, origin, on_secret)
            })
            .collect()
        }
        other => Ok(other),
    }
}

/// Follows `$ref` and the one real branch of an optional field.
pub(super) fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(path) = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#')) {
        return root.pointer(path).map_or(schema, |found| resolve(root, found));
    }
    let branches = schema.get("anyOf").and_then(Value::as_array);
    let real = branches.and_then(|b| b.iter().find(|s| s.get("type").and_then(Value::as_str) != Some("null")));
    real.map_or(schema, |branch| resolve(root, branch))
}

/// A setting written as text, as its schema has it: a number, a switch, or the text itself. The outer `None`: the schema
/// has no such setting; the inner one: it is nothing that can be written this way.
pub(crate) fn setting_from_text(schema: &Value, key: &str, text: &str) -> Option<Option<Value>> {
    let setting = resolve(schema, schema.get("properties")?.get(key)?);
    let kind = match setting.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().find(|kind| **kind != "null"),
        kind => kind,
    };
    let number = |text: &str| serde_json::from_str(text).ok().filter(Value::is_number);
    let value = match kind.and_then(Value::as_str) {
        Some("integer") => text.parse::<i64>().ok().map(Value::from),
        Some("number") => number(text),
        Some("boolean") => match text {
            "1" | "true" => Some(true.into()),
            "0" | "false" => Some(false.into()),
            _ => None,
        },
        Some("string") | None => Some(text.into()),
        Some(_) => None,
    };
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_text_becomes_what_the_setting_is() {
        let schema = json!({"properties": {
            "disk": {"type": ["integer", "null"]}, "ssd": {"type": "boolean"}, "image": {"type": "string"},
            "load": {"type": "number"}, "sites": {"type": "array"}}});
        let of = |key, text| setting_from_text(&schema, key, text);
        assert_eq!(of("disk", "40"), Some(Some(json!(40))));
        assert_eq!(of("disk", "40 GB"), Some(None));
        assert_eq!((of("ssd", "1"), of("ssd", "yes")), (Some(Some(json!(true))), Some(None)));
        assert_eq!(of("image", "Debian 13"), Some(Some(json!("Debian 13"))));
        assert_eq!((of("load", "0.5"), of("load", "\"0.5\"")), (Some(Some(json!(0.5))), Some(None)));
        assert_eq!(of("sites", "a"), Some(None));
        assert_eq!(of("colour", "red"), None);
    }

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
        let again = json!({"user": "v", "key": KEPT, "list": [{"secret": "n"}, {"secret": "•••••••• 0"}]});
        let kept = seal(&cipher, &schema, again, &stored).unwrap();
        let plain = json!({"user": "v", "key": "k", "list": [{"secret": "n"}, {"secret": "s"}]});
        assert_eq!(open(&cipher, &schema, &kept).unwrap(), plain);
        let shown = json!({"user": "v", "key": KEPT, "list": [{"secret": "•••••••• 0"}, {"secret": "•••••••• 1"}]});
        assert_eq!(mask(&schema, &kept).unwrap(), shown);
    }
}
