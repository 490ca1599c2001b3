//! The hook reference as Markdown.

use serde_json::{Map, Value};
use std::fmt::Write as _;

use crate::{CATALOGUE, Entry, Kind};

/// `docs/hooks.md`, generated from the catalogue.
pub fn reference_markdown() -> String {
    let mut page = String::from(
        "# Hooks\n\nGenerated from `crates/hooks/src/catalogue.rs` by `cargo xtask codegen`; do not edit.\n\n\
         - An **event** is a fact: it arrives after the change is committed, at least once, in order for one thing.\n\
         - A **gate** is asked before the work and may refuse it with a reason.\n\
         - A **slot** collects an answer of each subscriber; one that fails is left out.\n\n\
         Amounts are integers in the currency's minor unit; dates are civil days of the company's time zone.\n",
    );
    for (kind, title) in [(Kind::Event, "Events"), (Kind::Gate, "Gates"), (Kind::Slot, "Slots")] {
        let rows: Vec<&Entry> = CATALOGUE.iter().filter(|e| e.kind == kind).collect();
        let _ = write!(page, "\n## {title} ({})\n\n| name | also known as | when |\n|---|---|---|\n", rows.len());
        for row in &rows {
            let _ = writeln!(page, "| `{}` | {} | {} |", row.name, codes(row.aliases), row.when);
        }
        for row in rows {
            section(&mut page, row);
        }
    }
    page
}

fn codes(names: &[&str]) -> String {
    names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
}

fn section(page: &mut String, row: &Entry) {
    let _ = write!(
        page,
        "\n### {}\n\n{} Since {}.\n\n| field | type | meaning |\n|---|---|---|\n",
        row.name, row.when, row.since
    );
    let schema = (row.schema)();
    let empty = Map::new();
    let fields = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    for (name, field) in fields {
        let meaning = field.get("description").and_then(Value::as_str).unwrap_or("");
        let _ = writeln!(page, "| `{name}` | {} | {meaning} |", type_of(field));
    }
    let example = serde_json::to_string_pretty(&(row.example)()).unwrap_or_default();
    let _ = write!(page, "\n```json\n{example}\n```\n");
}

fn type_of(field: &Value) -> String {
    let named = |v: &Value| v.get("$ref").and_then(Value::as_str).and_then(|r| r.rsplit('/').next()).map(str::to_owned);
    if let Some(name) = named(field) {
        return name;
    }
    if let Some(options) = field.get("anyOf").and_then(Value::as_array) {
        return options.iter().map(type_of).collect::<Vec<_>>().join(" or ");
    }
    match field.get("type") {
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        Some(Value::String(t)) if t == "array" => {
            format!("list of {}", field.get("items").map_or_else(|| "any".into(), type_of))
        }
        Some(Value::String(t)) => {
            field.get("format").and_then(Value::as_str).map_or_else(|| t.clone(), |f| format!("{t} ({f})"))
        }
        _ => "any".into(),
    }
}
