//! Settings of a plugin as form fields, drawn from their JSON Schema, and read back into JSON.
//!
//! A field is called by its path: `settings.endpoints.0.url`. A list of objects is a fieldset for
//! each entry and an empty one more; entries left empty or ticked for removal are dropped.

use askama::Template;
use innkeeper_app::plugin_settings::VendorChoices;
use innkeeper_app::plugins::KEPT;
use innkeeper_web::extract::Posted;
use innkeeper_web::view::{Choice, Field, Form};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

use super::schema::{Kind, Property, properties};

/// The fields of a level of settings.
#[derive(Template)]
#[template(path = "admin/parts/schema_form.html")]
pub(super) struct SchemaForm {
    pieces: Vec<Piece>,
}

innkeeper_web::component!(SchemaForm);

enum Piece {
    One(Field),
    /// A stored secret's marker, beside its field.
    Kept(Field),
    List(List),
}

struct List {
    id: String,
    label: String,
    help: String,
    error: Option<String>,
    entries: Vec<Entry>,
}

struct Entry {
    legend: String,
    fields: Vec<Piece>,
    remove: Option<Field>,
}

impl SchemaForm {
    /// Fields for `values` (secrets masked); `form` says what was refused, `vendor` what the vendor has to choose from.
    pub fn new(schema: &Value, prefix: &str, values: &Value, form: &Form, vendor: &VendorChoices) -> Self {
        Self { pieces: pieces(&Draw { root: schema, form, vendor }, schema, prefix, values, false) }
    }

    /// The values that were typed. What is no number stays text, for the schema check to refuse.
    pub fn read(schema: &Value, prefix: &str, posted: &Posted) -> Value {
        read_object(schema, schema, prefix, posted)
    }
}

/// What all fields of a form are drawn from.
#[derive(Clone, Copy)]
struct Draw<'a> {
    root: &'a Value,
    form: &'a Form,
    vendor: &'a VendorChoices,
}

fn pieces(draw: &Draw<'_>, schema: &Value, path: &str, values: &Value, blank: bool) -> Vec<Piece> {
    let mut out = vec![];
    for property in properties(draw.root, schema) {
        let name = format!("{path}.{}", property.key);
        let value = values.get(&property.key).or(property.default.as_ref()).cloned().unwrap_or_default();
        match &property.kind {
            Kind::Objects(inner) => out.push(Piece::List(list(draw, inner, &name, &property, &value))),
            Kind::Object(inner) => out.extend(pieces(draw, inner, &name, &value, blank)),
            _ => out.extend(leaf(draw, path, &property, &value, blank)),
        }
    }
    out
}

fn leaf(draw: &Draw<'_>, path: &str, property: &Property, value: &Value, blank: bool) -> Vec<Piece> {
    let (form, name) = (draw.form, format!("{path}.{}", property.key));
    let (name, vendor) = (name.as_str(), draw.vendor.get(&property.key));
    let mut one = Form::new().with(name, text(value));
    if let Some(error) = form.error(name) {
        one.fail(name, error);
    }
    let label = property.label.as_str();
    let kept = text(value).starts_with(KEPT);
    let field = match &property.kind {
        Kind::Secret if kept => one.secret(name, label),
        Kind::Secret => {
            // What was typed is not sent back, so nothing is stored as far as the field knows.
            let mut fresh = Form::new();
            if let Some(error) = form.error(name) {
                fresh.fail(name, error);
            }
            fresh.secret(name, label)
        }
        Kind::Choice(words) => {
            let mut choices: Vec<Choice> = words.iter().map(|w| Choice::new(w, spoken(w))).collect();
            if !property.required && property.default.is_none() {
                choices.insert(0, Choice::new("", "Not set"));
            }
            one.select(name, label, &choices)
        }
        Kind::Several(words) => {
            one.several(name, label, &words.iter().map(|w| Choice::new(w, spoken(w))).collect::<Vec<_>>())
        }
        Kind::Text if matches!(vendor, Some(Ok(_))) => {
            let mut choices = from_vendor(vendor, value);
            choices.insert(0, Choice::new("", "Choose one"));
            one.select(name, label, &choices)
        }
        Kind::Lines if matches!(vendor, Some(Ok(_))) => one.several(name, label, &from_vendor(vendor, value)),
        Kind::Bool => one.checkbox(name, label),
        Kind::Integer => one.number(name, label).min(bound(property.minimum)).max(bound(property.maximum)),
        Kind::Number => one.decimal(name, label),
        Kind::Lines => one.textarea(name, label),
        Kind::LongText => one.textarea(name, label).rows(6).code(),
        Kind::Text | Kind::Objects(_) | Kind::Object(_) => one.text(name, label),
    };
    let help = match property.kind {
        Kind::Lines if !matches!(vendor, Some(Ok(_))) => format!("{} One on each line.", property.help),
        _ => property.help.clone(),
    };
    let help = match vendor {
        Some(Err(why)) if property.kind == Kind::Lines => {
            format!("{help} The vendor's list cannot be had ({why}): type the values.")
        }
        Some(Err(why)) => format!("{help} The vendor's list cannot be had ({why}): type the value."),
        _ => help,
    };
    let field = field.help(help.trim());
    let field = property.when.iter().fold(field, |field, (key, any)| field.when(&format!("{path}.{key}"), any));
    let must = property.required && !blank && !kept && property.kind != Kind::Bool;
    let mut out = vec![Piece::One(if must { field.required() } else { field })];
    if kept {
        let marker = marker_name(name);
        out.push(Piece::Kept(Form::new().with(&marker, text(value)).hidden(&marker)));
    }
    out
}

/// What the vendor offers; what is set now stays to choose from even if it is gone there.
fn from_vendor(offered: Option<&Result<Vec<(String, String)>, String>>, value: &Value) -> Vec<Choice> {
    let offered: Vec<(String, String)> = offered.and_then(|o| o.as_ref().ok()).cloned().unwrap_or_default();
    let now = text(value);
    let gone = now.lines().filter(|set| !set.is_empty() && !offered.iter().any(|(known, _)| known == set));
    let gone = gone.map(|set| Choice::new(set, format!("{set} (no longer offered)")));
    gone.chain(offered.iter().map(|(value, label)| Choice::new(value, label))).collect()
}

fn bound(limit: Option<i64>) -> String {
    limit.map(|n| n.to_string()).unwrap_or_default()
}

fn list(draw: &Draw<'_>, inner: &Value, name: &str, property: &Property, value: &Value) -> List {
    let entries = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut drawn: Vec<Entry> = entries.iter().enumerate().map(|(i, item)| entry(draw, inner, name, i, item)).collect();
    let next = format!("{name}.{}", entries.len());
    let blank = Draw { form: &Form::new(), ..*draw };
    let fields = pieces(&blank, inner, &next, &Value::Null, true);
    drawn.push(Entry { legend: "One more".to_owned(), fields, remove: None });
    List {
        id: format!("f-{}", name.replace('.', "-")),
        label: property.label.clone(),
        help: property.help.clone(),
        error: draw.form.error(name).map(str::to_owned),
        entries: drawn,
    }
}

fn entry(draw: &Draw<'_>, inner: &Value, name: &str, i: usize, item: &Value) -> Entry {
    let path = format!("{name}.{i}");
    let called = item.get("name").or_else(|| item.get("label")).and_then(Value::as_str).unwrap_or_default();
    let legend = if called.is_empty() { format!("Number {}", i + 1) } else { called.to_owned() };
    let remove = Form::new().checkbox(&format!("{path}.remove"), "Remove");
    Entry { legend, fields: pieces(draw, inner, &path, item, false), remove: Some(remove) }
}

fn read_object(root: &Value, schema: &Value, path: &str, posted: &Posted) -> Value {
    let mut object = Map::new();
    for property in properties(root, schema) {
        let name = format!("{path}.{}", property.key);
        let value = match &property.kind {
            Kind::Objects(inner) => Some(Value::Array(read_list(root, inner, &name, posted))),
            Kind::Object(inner) => Some(read_object(root, inner, &name, posted)),
            _ => read_leaf(&property, &name, posted),
        };
        if let Some(value) = value {
            object.insert(property.key, value);
        }
    }
    Value::Object(object)
}

/// None for an optional field that was left empty: the plugin's default counts.
fn read_leaf(property: &Property, name: &str, posted: &Posted) -> Option<Value> {
    let typed = posted.text(name);
    match &property.kind {
        Kind::Bool => return Some(Value::Bool(posted.ticked(name))),
        Kind::Secret if typed.is_empty() => {
            let marker = posted.get(&marker_name(name));
            return (property.required || !marker.is_empty()).then(|| Value::String(marker.to_owned()));
        }
        // Not trimmed: a password may begin with a space.
        Kind::Secret => return Some(Value::String(posted.get(name).to_owned())),
        // Typed into one field on a line each, or ticked: then each is a field of its own.
        Kind::Lines | Kind::Several(_) => {
            let sent = posted.all(name);
            let lines = sent.iter().flat_map(|text| text.lines()).map(str::trim).filter(|line| !line.is_empty());
            return Some(Value::Array(lines.map(Value::from).collect()));
        }
        _ => {}
    }
    if typed.is_empty() {
        return property.required.then(|| Value::String(String::new()));
    }
    let as_number = match property.kind {
        Kind::Integer => typed.parse::<i64>().ok().map(Value::from),
        Kind::Number => typed.replace(',', ".").parse::<serde_json::Number>().ok().map(Value::Number),
        _ => None,
    };
    Some(as_number.unwrap_or(Value::String(typed)))
}

fn read_list(root: &Value, inner: &Value, name: &str, posted: &Posted) -> Vec<Value> {
    let prefix = format!("{name}.");
    let numbers: BTreeSet<usize> =
        posted.group(&prefix).keys().filter_map(|key| key.split('.').next()?.parse().ok()).collect();
    let kept = numbers
        .into_iter()
        .map(|i| format!("{name}.{i}"))
        .filter(|path| !posted.ticked(&format!("{path}.remove")) && !is_blank(root, inner, path, posted));
    kept.map(|path| read_object(root, inner, &path, posted)).collect()
}

/// Nothing was typed: boxes and lists of choices do not count, they always hold something.
fn is_blank(root: &Value, inner: &Value, path: &str, posted: &Posted) -> bool {
    properties(root, inner).iter().all(|property| {
        let name = format!("{path}.{}", property.key);
        let default = property.default.as_ref().map(text).unwrap_or_default();
        match property.kind {
            Kind::Bool | Kind::Choice(_) => true,
            Kind::Secret => posted.text(&name).is_empty() && posted.get(&marker_name(&name)).is_empty(),
            _ => posted.text(&name).is_empty() || posted.text(&name) == default,
        }
    })
}

/// The field that carries the marker of a stored secret.
fn marker_name(name: &str) -> String {
    format!("{name}.kept")
}

/// A value as its field holds it.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().map(text).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}

/// `round_robin` → `Round robin`.
fn spoken(word: &str) -> String {
    let words = word.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
#[path = "schema_form_tests.rs"]
mod tests;
