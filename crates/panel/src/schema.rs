//! What a settings schema says about each field: as much of JSON Schema as settings structs use.

use serde_json::Value;

/// One field.
pub(super) struct Property {
    pub key: String,
    pub label: String,
    pub help: String,
    pub kind: Kind,
    /// Must be given.
    pub required: bool,
    pub default: Option<Value>,
    pub minimum: Option<i64>,
    pub maximum: Option<i64>,
    /// Shown only while this other field has one of these values.
    pub when: Option<(String, Vec<String>)>,
}

/// How a field is asked.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Text,
    /// Several lines of one value.
    LongText,
    Secret,
    Integer,
    Number,
    Bool,
    /// One of these words.
    Choice(Vec<String>),
    /// Any of these words.
    Several(Vec<String>),
    /// Several short texts.
    Lines,
    /// Several entries of this schema.
    Objects(Value),
    /// A group of fields of this schema.
    Object(Value),
}

/// The fields of an object, in the order of its struct as far as the schema keeps it, required ones first.
pub(super) fn properties(root: &Value, schema: &Value) -> Vec<Property> {
    let schema = resolve(root, schema);
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let Some(all) = schema.get("properties").and_then(Value::as_object) else { return vec![] };
    let mut out: Vec<Property> =
        all.iter().map(|(key, inner)| property(root, key, inner, required.contains(&key.as_str()))).collect();
    out.sort_by_key(|p| required.iter().position(|key| *key == p.key).unwrap_or(required.len()));
    out
}

fn property(root: &Value, key: &str, outer: &Value, required: bool) -> Property {
    let inner = resolve(root, outer);
    let word = |name: &str| outer.get(name).or_else(|| inner.get(name)).and_then(Value::as_str);
    let number =
        |name: &str| inner.get(name).and_then(Value::as_f64).map(|n| format!("{n:.0}")).and_then(|n| n.parse().ok());
    // The name of an inner type is no label.
    let label = outer.get("title").and_then(Value::as_str).map_or_else(|| spoken(key), str::to_owned);
    Property {
        key: key.to_owned(),
        label,
        help: word("description").unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ").replace('`', ""),
        kind: kind(root, inner, outer),
        required,
        default: outer.get("default").filter(|value| !value.is_null()).cloned(),
        minimum: number("minimum"),
        maximum: number("maximum"),
        when: outer.get("x-when").and_then(when),
    }
}

/// `{ "key": "reseller", "any_of": ["true"] }`
fn when(condition: &Value) -> Option<(String, Vec<String>)> {
    let words = condition.get("any_of")?.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    Some((condition.get("key")?.as_str()?.to_owned(), words))
}

fn kind(root: &Value, schema: &Value, outer: &Value) -> Kind {
    let format = schema.get("format").or_else(|| outer.get("format")).and_then(Value::as_str).unwrap_or_default();
    if let Some(words) = choices(schema) {
        return Kind::Choice(words);
    }
    match (type_of(schema), format) {
        (_, "password") => Kind::Secret,
        (_, "multiline") => Kind::LongText,
        ("integer", _) => Kind::Integer,
        ("number", _) => Kind::Number,
        ("boolean", _) => Kind::Bool,
        ("object", _) => Kind::Object(schema.clone()),
        ("array", _) => {
            let items = resolve(root, schema.get("items").unwrap_or(&Value::Null));
            match choices(items) {
                _ if type_of(items) == "object" => Kind::Objects(items.clone()),
                Some(words) => Kind::Several(words),
                None => Kind::Lines,
            }
        }
        _ => Kind::Text,
    }
}

fn choices(schema: &Value) -> Option<Vec<String>> {
    let words = |list: &Value| {
        list.as_array().map(|all| all.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>())
    };
    if let Some(plain) = schema.get("enum").and_then(words) {
        return Some(plain);
    }
    let described = schema.get("oneOf").and_then(Value::as_array)?;
    let constant = |branch: &Value| branch.get("const").and_then(Value::as_str).map(|w| vec![w.to_owned()]);
    Some(described.iter().filter_map(|b| constant(b).or_else(|| b.get("enum").and_then(words))).flatten().collect())
}

/// The type that is not null.
fn type_of(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(one)) => one,
        Some(Value::Array(several)) => {
            several.iter().filter_map(Value::as_str).find(|t| *t != "null").unwrap_or_default()
        }
        _ => "",
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

fn spoken(key: &str) -> String {
    let words = key.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
