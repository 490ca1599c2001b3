//! Settings against their JSON Schema: as much of it as schemas made from settings structs use.

use innkeeper_plugin_api::Schemas;
use schemars::Schema;
use serde_json::{Map, Value};

use super::schema::{came_from, kept_index, mask, resolve, seal};
use crate::{App, Checks, Result, secrets::Cipher};

/// Checks new settings and seals their secrets. Refused fields are called `<prefix>.<path>`; the result
/// counts only if `checks` stays clean. A plugin without settings at this level takes none.
pub fn accept(
    cipher: &Cipher,
    schema: Option<&Schema>,
    new: Value,
    old: &Value,
    prefix: &str,
    checks: &mut Checks,
) -> Result<Value> {
    let new = if new.is_null() { Value::Object(Map::new()) } else { new };
    let Some(schema) = schema.map(Schema::as_value) else {
        let empty = new.as_object().is_some_and(Map::is_empty);
        checks.require(empty, prefix, "must be empty: the plugin has no settings here");
        return Ok(Value::Object(Map::new()));
    };
    check_settings(schema, &new, old, prefix, checks);
    seal(cipher, schema, new, old)
}

/// Checks settings that are to replace `old`: types, required fields, choices, limits, unknown fields.
pub fn check_settings(schema: &Value, new: &Value, old: &Value, prefix: &str, checks: &mut Checks) {
    Check { root: schema, checks }.value(schema, new, old, prefix, true);
}

struct Check<'a> {
    root: &'a Value,
    checks: &'a mut Checks,
}

impl Check<'_> {
    fn value(&mut self, schema: &Value, new: &Value, old: &Value, path: &str, required: bool) {
        let optional = accepts_null(self.root, schema);
        let schema = resolve(self.root, schema);
        if schema.get("format").and_then(Value::as_str) == Some("password") {
            return self.secret(new, old, path, required && !optional);
        }
        if new.is_null() {
            self.checks.require(optional || !required, path, "must not be empty");
            return;
        }
        if let Some(choices) = choices(schema) {
            let list = choices.iter().map(text).collect::<Vec<_>>().join(", ");
            self.checks.require(choices.contains(new), path, format_args!("must be one of: {list}"));
            return;
        }
        match kind(schema) {
            Some("object") => self.object(schema, new, old, path),
            Some("array") => self.array(schema, new, old, path),
            Some("string") => self.string(schema, new, path, required && !optional),
            Some("integer") => {
                self.checks.require(new.is_i64() || new.is_u64(), path, "must be a whole number");
                self.range(schema, new, path);
            }
            Some("number") => {
                self.checks.require(new.is_number(), path, "must be a number");
                self.range(schema, new, path);
            }
            Some("boolean") => self.checks.require(new.is_boolean(), path, "must be true or false"),
            _ => {}
        }
    }

    fn secret(&mut self, new: &Value, old: &Value, path: &str, required: bool) {
        let kept = match new.as_str() {
            Some(text) => text.is_empty() || kept_index(text).is_some(),
            None if new.is_null() => true,
            None => return self.checks.require(false, path, "must be text"),
        };
        let was_set = old.as_str().is_some_and(|s| !s.is_empty());
        self.checks.require(!required || !kept || was_set, path, "must not be empty");
    }

    fn object(&mut self, schema: &Value, new: &Value, old: &Value, path: &str) {
        let Some(fields) = new.as_object() else {
            return self.checks.require(false, path, "must be an object");
        };
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            return;
        };
        for name in fields.keys().filter(|name| !properties.contains_key(*name)) {
            let known = properties.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            let text = format!("is not a known setting; there are: {known}");
            self.checks.require(false, &format!("{path}.{name}"), text);
        }
        let needed: Vec<&str> =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in properties {
            let given = fields.get(name);
            let required = needed.contains(&name.as_str());
            if given.is_some() || required {
                let was = old.get(name).unwrap_or(&Value::Null);
                self.value(property, given.unwrap_or(&Value::Null), was, &format!("{path}.{name}"), required);
            }
        }
    }

    fn array(&mut self, schema: &Value, new: &Value, old: &Value, path: &str) {
        let Some(items) = new.as_array() else {
            return self.checks.require(false, path, "must be a list");
        };
        let limit = |name: &str| schema.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        if let Some(least) = limit("minItems") {
            self.checks.require(items.len() >= least, path, format_args!("must have at least {least} entries"));
        }
        if let Some(most) = limit("maxItems") {
            self.checks.require(items.len() <= most, path, format_args!("must have at most {most} entries"));
        }
        if let Some(inner) = schema.get("items") {
            for (i, item) in items.iter().enumerate() {
                self.value(inner, item, came_from(item, old), &format!("{path}.{i}"), true);
            }
        }
    }

    fn string(&mut self, schema: &Value, new: &Value, path: &str, required: bool) {
        let Some(text) = new.as_str() else {
            return self.checks.require(false, path, "must be text");
        };
        let limit = |name: &str| schema.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let length = text.chars().count();
        self.checks.require(!required || !text.trim().is_empty(), path, "must not be empty");
        if let Some(least) = limit("minLength").filter(|least| length > 0 && length < *least) {
            self.checks.require(false, path, format_args!("must have at least {least} characters"));
        }
        let most = limit("maxLength").unwrap_or(20_000);
        self.checks.require(length <= most, path, format_args!("must have at most {most} characters"));
    }

    fn range(&mut self, schema: &Value, new: &Value, path: &str) {
        let Some(number) = new.as_f64() else { return };
        if let Some(least) = schema.get("minimum").filter(|least| least.as_f64().is_some_and(|least| number < least)) {
            self.checks.require(false, path, format_args!("must be at least {least}"));
        }
        if let Some(most) = schema.get("maximum").filter(|most| most.as_f64().is_some_and(|most| number > most)) {
            self.checks.require(false, path, format_args!("must be at most {most}"));
        }
    }
}

/// Masked settings of a product, for forms and the audit log.
pub(crate) fn mask_product(app: &App, plugin: Option<&str>, stored: &Value) -> Result<Value> {
    masked(app, plugin, stored, |schemas| schemas.product.as_ref())
}

/// Masked settings of a server, for forms and the audit log.
pub(crate) fn mask_instance(app: &App, plugin: &str, stored: &Value) -> Result<Value> {
    masked(app, Some(plugin), stored, |schemas| schemas.instance.as_ref())
}

/// What no schema describes (the plugin is gone) is not shown at all.
fn masked(app: &App, plugin: Option<&str>, stored: &Value, of: fn(&Schemas) -> Option<&Schema>) -> Result<Value> {
    let plugin = plugin.and_then(|id| app.plugins.get(id).ok());
    match plugin.and_then(|p| of(&p.manifest.schemas)) {
        Some(schema) => mask(schema.as_value(), stored),
        None => Ok(Value::Object(Map::new())),
    }
}

/// The values of a plain list of choices, or of one whose choices have descriptions.
pub(super) fn choices(schema: &Value) -> Option<Vec<Value>> {
    if let Some(plain) = schema.get("enum").and_then(Value::as_array) {
        return Some(plain.clone());
    }
    let described = schema.get("oneOf").and_then(Value::as_array)?;
    let mut all = vec![];
    for branch in described {
        all.extend(branch.get("const").cloned());
        all.extend(branch.get("enum").and_then(Value::as_array).cloned().unwrap_or_default());
    }
    Some(all)
}

/// The type that is not null.
pub(super) fn kind(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(one) => Some(one),
        Value::Array(several) => several.iter().filter_map(Value::as_str).find(|t| *t != "null"),
        _ => None,
    }
}

fn accepts_null(root: &Value, schema: &Value) -> bool {
    let is_null = |t: &Value| t.as_str() == Some("null");
    let listed = |s: &Value| match s.get("type") {
        Some(Value::Array(several)) => several.iter().any(is_null),
        Some(one) => is_null(one),
        None => false,
    };
    let branches = schema.get("anyOf").and_then(Value::as_array);
    listed(schema) || listed(resolve(root, schema)) || branches.is_some_and(|b| b.iter().any(listed))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AppError;
    use schemars::{JsonSchema, schema_for};
    use serde_json::json;

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is used")]
    struct Settings {
        host: String,
        #[schemars(range(min = 1, max = 65535))]
        port: u16,
        #[serde(default)]
        tls: Tls,
        note: Option<String>,
        #[serde(default)]
        quick: bool,
        key: innkeeper_plugin_api::Secret,
        #[serde(default)]
        endpoints: Vec<Endpoint>,
    }
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is used")]
    struct Endpoint {
        url: String,
        secret: innkeeper_plugin_api::Secret,
    }
    /// How.
    #[derive(Default, JsonSchema)]
    #[expect(dead_code, reason = "only its schema is used")]
    #[serde(rename_all = "snake_case")]
    enum Tls {
        /// Checked.
        #[default]
        Strict,
        /// Not checked.
        Insecure,
    }

    fn wrong(new: Value, old: Value) -> Vec<String> {
        let mut checks = Checks::default();
        check_settings(schema_for!(Settings).as_value(), &new, &old, "settings", &mut checks);
        match checks.finish() {
            Err(AppError::Invalid(fields)) => {
                fields.into_iter().map(|f| format!("{} {}", f.field, f.message)).collect()
            }
            _ => vec![],
        }
    }

    #[test]
    fn good_settings_pass() {
        let whole = json!({"host": "h", "port": 1, "tls": "insecure", "note": null, "quick": true, "key": "k",
            "endpoints": [{"url": "u", "secret": "s"}]});
        assert_eq!(wrong(whole, Value::Null), Vec::<String>::new());
        assert_eq!(
            wrong(json!({"host": "h", "port": 1, "key": "••••••••"}), json!({"key": "v1:x"})),
            Vec::<String>::new()
        );
    }

    #[test]
    fn every_wrong_field_is_named() {
        let bad = json!({"host": " ", "port": 0, "tls": "none", "note": 3, "quick": "yes", "hots": "h",
            "endpoints": [{"url": "u", "secret": "•••••••• 0"}]});
        assert_eq!(
            wrong(bad, Value::Null),
            [
                "settings.hots is not a known setting; there are: endpoints, host, key, note, port, quick, tls",
                "settings.endpoints.0.secret must not be empty",
                "settings.host must not be empty",
                "settings.key must not be empty",
                "settings.note must be text",
                "settings.port must be at least 1",
                "settings.quick must be true or false",
                "settings.tls must be one of: strict, insecure",
            ]
        );
    }
}
