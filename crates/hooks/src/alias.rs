//! A payload in another system's words: its names for the parameters, its types, its order.
//!
//! Amounts become decimals, ids stay numbers, objects of theirs become maps of what we have. What is
//! not known in a payload (a visitor has no client) is left out.

use innkeeper_domain::Money;
use serde_json::{Map, Number, Value};

use crate::foreign::{Foreign, Named, System};

/// A payload as another system's plugin expects it.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Their name of the hook.
    pub name: &'static str,
    /// Their parameters, in their order.
    pub parameters: Vec<(String, Value)>,
}

impl View {
    /// The parameters by name.
    pub fn into_map(self) -> Map<String, Value> {
        self.parameters.into_iter().collect()
    }
}

/// The payload of the hook `canonical` as `system` would give it; the first that applies where it has
/// several names for it. None: it has no such hook.
pub fn view(system: System, canonical: &str, payload: &Value) -> Option<View> {
    views(system, canonical, payload).into_iter().next()
}

/// The payload under every name that `system` has for the hook `canonical` and this payload.
pub fn views(system: System, canonical: &str, payload: &Value) -> Vec<View> {
    let applies = |named: &&Named| match named.only {
        Some((field, value)) => field_of(payload, field).as_ref().and_then(Value::as_str) == Some(value),
        None => true,
    };
    let of = |named: &'static Named| {
        let foreign = system.hooks().iter().find(|f| f.name == named.theirs)?;
        Some(View { name: named.theirs, parameters: parameters(named, foreign, payload) })
    };
    system.names_of(canonical).filter(applies).filter_map(of).collect()
}

fn parameters(named: &Named, foreign: &Foreign, payload: &Value) -> Vec<(String, Value)> {
    let mut all: Vec<(String, Value)> = vec![];
    let in_their_order = |name: &str| foreign.parameters.iter().position(|(theirs, _)| *theirs == head(name).0);
    let mut gives: Vec<_> = named.gives().collect();
    gives.sort_by_key(|(theirs, _)| in_their_order(theirs).unwrap_or(usize::MAX));
    for (theirs, ours) in gives {
        let Some(value) = field_of(payload, ours) else { continue };
        match head(theirs) {
            // The whole argument is one object: its fields stand on their own.
            ("*", Some(key)) => all.push((key.to_owned(), plain(value))),
            (name, Some(key)) => nested(&mut all, name).extend([(key.to_owned(), plain(value))]),
            (name, None) => {
                let kind = foreign.parameters.iter().find(|(n, _)| *n == name).map_or("", |(_, kind)| *kind);
                all.extend(convert(kind, value).map(|value| (name.to_owned(), value)));
            }
        }
    }
    all
}

/// `params.pid`: the parameter, and the key in it.
pub(crate) fn head(theirs: &str) -> (&str, Option<&str>) {
    match theirs.split_once('.') {
        Some((name, key)) => (name, Some(key)),
        None => (theirs, None),
    }
}

fn nested<'a>(all: &'a mut Vec<(String, Value)>, name: &str) -> &'a mut Map<String, Value> {
    let at = all.iter().position(|(n, v)| n == name && v.is_object()).unwrap_or_else(|| {
        all.push((name.to_owned(), Value::Object(Map::new())));
        all.len() - 1
    });
    match all.get_mut(at) {
        Some((_, Value::Object(map))) => map,
        _ => unreachable!("an object was found or pushed"),
    }
}

/// The value behind `a.b`, `=text` or `name|sld`; none for what is not known.
fn field_of(payload: &Value, path: &str) -> Option<Value> {
    if let Some(text) = path.strip_prefix('=') {
        return Some(Value::String(text.to_owned()));
    }
    let (path, part) = path.split_once('|').map_or((path, None), |(path, part)| (path, Some(part)));
    let value = path.split('.').try_fold(payload, |value, key| value.get(key)).filter(|value| !value.is_null())?;
    let text = value.as_str().unwrap_or_default();
    let part = match part {
        None => return Some(value.clone()),
        Some("sld") => text.split_once('.')?.0,
        Some("tld") => text.split_once('.')?.1,
        Some("year") => text.get(..4)?,
        Some("month") => text.get(5..7)?,
        Some("day") => text.get(8..10)?,
        Some(_) => return None,
    };
    Some(Value::String(part.to_owned()))
}

fn money(value: &Value) -> Option<Money> {
    value.is_object().then(|| serde_json::from_value(value.clone()).ok()).flatten()
}

/// A value inside a map of theirs: only amounts change.
fn plain(value: Value) -> Value {
    money(&value).map_or(value, |amount| Value::String(amount.to_decimal()))
}

/// A value as the type their list names; none if it cannot be one.
fn convert(kind: &str, value: Value) -> Option<Value> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => money(value).map(Money::to_decimal),
    };
    match kind.trim_end_matches("(deprecated)") {
        "int" => text(&value)?.parse::<i64>().ok().map(Value::from),
        "float" => text(&value)?.parse().ok().and_then(Number::from_f64).map(Value::Number),
        "bool" => text(&value)?.parse::<bool>().ok().map(Value::Bool),
        "string" | "null|string" | "\\datetime" | "\\Carbon" => text(&value).map(Value::String),
        kind if kind.starts_with("array") || kind.ends_with("[]") => {
            (value.is_array() || value.is_object()).then_some(value)
        }
        _ => Some(plain(value)),
    }
}
