//! Settings: the schema and what the plugin reads must be the same thing.

use innkeeper_plugin_api::{Level, Manifest, Picture, Plugin, SettingValues};
use serde_json::{Map, Value, json};

use crate::{
    bench::with_level,
    expect::{Checked, ensure},
};

/// Identity and texts are there; each schema is one a form can be drawn from; each picture can be shown.
pub(crate) fn manifest(plugin: &Plugin) -> Checked {
    let manifest = &plugin.manifest;
    ensure!(plugin.pictures.len() <= Picture::MOST, "only {} pictures are shown", Picture::MOST);
    for picture in &plugin.pictures {
        ensure!(picture.content_type().is_some(), "{picture:?} is no PNG, JPEG or WebP of at most 1 MiB");
        ensure!(!picture.caption.trim().is_empty(), "{picture:?} has no caption");
    }
    for (what, text) in [("id", &manifest.id), ("name", &manifest.name), ("description", &manifest.description)] {
        ensure!(!text.trim().is_empty(), "the manifest has no {what}");
    }
    for (level, schema) in levels(manifest) {
        for (name, property) in properties(&schema) {
            let told = property.get("description").or_else(|| schema_target(&schema, &property)?.get("description"));
            ensure!(told.is_some(), "{level:?} setting {name} has no doc comment: the form would not explain it");
        }
    }
    Ok(())
}

/// The sample settings hold what the schema requires and nothing that it does not know.
pub(crate) fn round_trip(manifest: &Manifest, settings: &SettingValues) -> Checked {
    for (level, stored) in stored(settings) {
        let schema = levels(manifest).into_iter().find(|(of, _)| *of == level).map(|(_, schema)| schema);
        let Some(schema) = schema else {
            ensure!(stored.is_null(), "{level:?}: the sample has settings, the manifest no schema");
            continue;
        };
        let known = properties(&schema);
        let stored = stored.as_object().cloned().unwrap_or_default();
        for name in stored.keys() {
            ensure!(known.contains_key(name), "{level:?} setting {name} is not in the schema");
        }
        for name in required(&schema) {
            ensure!(stored.contains_key(&name), "{level:?} setting {name} is required and not in the sample");
        }
    }
    Ok(())
}

/// Settings that no plugin may accept: each required one missing, each one of a wrong type, and a
/// misspelt one. With a text saying what is wrong.
pub(crate) fn broken(manifest: &Manifest, settings: &SettingValues, level: Level) -> Vec<(String, SettingValues)> {
    let Some((_, schema)) = levels(manifest).into_iter().find(|(of, _)| *of == level) else {
        return Vec::new();
    };
    let good = stored(settings).into_iter().find(|(of, _)| *of == level).map(|(_, value)| value);
    let good = good.and_then(|value| value.as_object().cloned()).unwrap_or_default();
    let change = |what: String, values: Map<String, Value>| (what, with_level(settings, level, Value::Object(values)));
    let mut broken = Vec::new();
    for name in required(&schema) {
        let mut values = good.clone();
        values.remove(&name);
        broken.push(change(format!("{level:?} settings without {name}"), values));
    }
    for name in properties(&schema).keys() {
        let mut values = good.clone();
        values.insert(name.clone(), json!([[{"no": "such type"}]]));
        broken.push(change(format!("{level:?} setting {name} of a wrong type"), values));
    }
    let mut values = good;
    values.insert("no_such_setting".to_owned(), json!(1));
    broken.push(change(format!("{level:?} settings with an unknown key"), values));
    broken
}

/// Every secret of the sample, at any depth, is in a field that is stored encrypted.
pub(crate) fn secrets_marked(manifest: &Manifest, settings: &SettingValues, secrets: &[String]) -> Checked {
    for (level, stored) in stored(settings) {
        let schema = levels(manifest).into_iter().find(|(of, _)| *of == level).map(|(_, schema)| schema);
        let schema = schema.unwrap_or_default();
        let unmarked = unmarked(&schema, &schema, &stored, secrets);
        ensure!(
            unmarked.is_none(),
            "{level:?} settings: {} is a secret and not of type Secret",
            unmarked.unwrap_or_default()
        );
    }
    Ok(())
}

/// The path of a secret in a field that is not one.
fn unmarked(root: &Value, schema: &Value, value: &Value, secrets: &[String]) -> Option<String> {
    let schema = schema_target(root, schema).unwrap_or(schema);
    if is_write_only(schema) {
        return None;
    }
    let within = |name: &str, inner: Option<&Value>, value: &Value| {
        let path = unmarked(root, inner.unwrap_or(&Value::Null), value, secrets)?;
        Some(format!("{name}.{path}").trim_end_matches('.').to_owned())
    };
    match value {
        Value::String(text) => secrets.contains(text).then(String::new),
        Value::Array(items) => items.iter().find_map(|item| within("[]", schema.get("items"), item)),
        Value::Object(fields) => {
            let known = schema.get("properties");
            fields.iter().find_map(|(name, value)| within(name, known.and_then(|known| known.get(name)), value))
        }
        _ => None,
    }
}

fn is_write_only(schema: &Value) -> bool {
    let here = schema.get("writeOnly").and_then(Value::as_bool).unwrap_or_default();
    let within = schema.get("anyOf").and_then(Value::as_array);
    here || within.is_some_and(|options| options.iter().any(is_write_only))
}

fn levels(manifest: &Manifest) -> Vec<(Level, Value)> {
    let schemas = &manifest.schemas;
    [(Level::Plugin, &schemas.plugin), (Level::Instance, &schemas.instance), (Level::Product, &schemas.product)]
        .into_iter()
        .filter_map(|(level, schema)| Some((level, schema.as_ref()?.as_value().clone())))
        .collect()
}

fn stored(settings: &SettingValues) -> [(Level, Value); 3] {
    [
        (Level::Plugin, settings.plugin.clone()),
        (Level::Instance, settings.instance.clone()),
        (Level::Product, settings.product.clone()),
    ]
}

fn properties(schema: &Value) -> Map<String, Value> {
    schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default()
}

fn required(schema: &Value) -> Vec<String> {
    let names = schema.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What a property's `$ref` points to.
fn schema_target<'a>(schema: &'a Value, property: &Value) -> Option<&'a Value> {
    let name = property.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
    schema.get("$defs")?.get(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_in_a_plain_field_is_found_at_any_depth() {
        let schema = json!({"properties": {"list": {"type": "array", "items": {"$ref": "#/$defs/Item"}}},
            "$defs": {"Item": {"properties": {"key": {"type": "string", "writeOnly": true}, "note": {"type": "string"}}}}});
        let found = |value: &Value| unmarked(&schema, &schema, value, &["hunter2".to_owned()]);
        assert_eq!(found(&json!({"list": [{"key": "hunter2", "note": "x"}]})), None);
        assert_eq!(found(&json!({"list": [{"key": "x", "note": "hunter2"}]})).unwrap(), "list.[].note");
    }
}
