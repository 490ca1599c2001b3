//! The hook reference as Markdown.

use serde_json::{Map, Value};
use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    AREAS, Area, CATALOGUE, Entry, Kind, System, alias,
    foreign::{Counterpart, Named},
};

const INTRODUCTION: &str = "# Hooks

Generated from `crates/hooks` by `cargo xtask codegen`; do not edit.

- An **event** is a fact: it arrives after the change is committed, at least once, in order for one thing. A
  *transient* event is told to whoever listens at that moment and never stored: it may be lost, and cannot be
  replayed.
- A **gate** is asked before the work. All keepers of a gate are asked in the order of their priority, lower first,
  then of their ids. An answer that does not come in time, or a panic, counts as a refusal.
- A **slot** collects the answers of its subscribers. One that fails or is late is left out. Answers are text: pages
  escape them, and no markup gets through.

Amounts are integers in the currency's minor unit; dates are civil days of the company's time zone. A payload has a
version: within one, fields are only added. What is marked *not fired yet* has its name, payload and place, but nothing
in the server fires it so far; the reason stands beside it.

## What a gate may answer

| answer | what happens | WHMCS says |
|---|---|---|
| `Allow` | the work goes on | nothing is returned |
| `Adjust { field: value }` | the listed fields are replaced, for later keepers, too; a field that may not be adjusted or does not fit is left as it is, with a warning in the log | a map of overrides |
| `Refuse(reason)` | the work is not done; the reason is shown | `abortcmd`, `abortWithError`, `abortCancel`, a string |
| `RefuseAll([reason])` | the same, with several reasons | a list of strings |
| `Skip` | the work counts as done, but is not done; what that means stands with each gate. A gate that has no such meaning goes on | `abortWithSuccess`, `abortsend`, `abortLogging`, `skipProcessing` |

";

/// `docs/hooks.md`, generated from the catalogue.
pub fn reference_markdown() -> String {
    let mut page = String::from(INTRODUCTION);
    contents(&mut page);
    for system in System::ALL {
        join(&mut page, system);
    }
    for area in AREAS {
        section(&mut page, area);
    }
    page
}

fn contents(page: &mut String) {
    page.push_str("## Contents\n\n");
    for system in System::ALL {
        let _ = writeln!(
            page,
            "- [{0}'s hooks and their counterparts](#names-of-{1})",
            system.name(),
            anchor(system.name())
        );
    }
    for area in AREAS {
        let _ = writeln!(page, "- [{}](#{}) ({})", area.title, anchor(area.title), area.rows.len());
    }
    let count = |kind| CATALOGUE.iter().filter(|row| row.kind == kind).count();
    let pending = CATALOGUE.iter().filter(|row| row.pending.is_some()).count();
    let _ = writeln!(
        page,
        "\n{} rows: {} events, {} gates, {} slots; {pending} of them are not fired yet.",
        CATALOGUE.len(),
        count(Kind::Event),
        count(Kind::Gate),
        count(Kind::Slot)
    );
}

fn anchor(title: &str) -> String {
    let kept = title.to_lowercase().replace(' ', "-");
    kept.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').collect()
}

fn join(page: &mut String, system: System) {
    let hooks = system.hooks();
    let found = hooks.iter().filter(|h| matches!(system.counterpart(h.name), Some(Counterpart::Row(_)))).count();
    let _ = write!(
        page,
        "\n## Names of {}\n\n{found} of {} have a counterpart.\n\n| theirs | part | ours | kind |\n|---|---|---|---|\n",
        system.name(),
        hooks.len()
    );
    for hook in hooks {
        let (ours, kind) = match system.counterpart(hook.name) {
            Some(Counterpart::Row(named)) => ours(named),
            Some(Counterpart::None(reason)) => (format!("none: {reason}"), ""),
            None => Default::default(),
        };
        let _ = writeln!(page, "| `{}` | {} | {ours} | {kind} |", hook.name, hook.category);
    }
}

fn ours(named: &Named) -> (String, &'static str) {
    let row = crate::row(named.ours);
    let mut text = format!("[`{0}`](#{1})", named.ours, anchor(named.ours));
    if let Some((field, value)) = named.only {
        let _ = write!(text, " where `{field}` is `{value}`");
    }
    if row.is_some_and(|row| row.pending.is_some()) {
        text.push_str(", *not fired yet*");
    }
    (text, row.map_or("", |row| row.kind.as_str()))
}

fn section(page: &mut String, area: &Area) {
    let _ = write!(page, "\n## {}\n\n| name | kind | when |\n|---|---|---|\n", area.title);
    for row in area.rows {
        let _ = writeln!(page, "| [`{0}`](#{1}) | {2} | {3} |", row.name, anchor(row.name), kind(row), row.when());
    }
    for row in area.rows {
        entry(page, row);
    }
}

fn kind(row: &Entry) -> String {
    let transient = if row.transient { "transient " } else { "" };
    let pending = if row.pending.is_some() { ", *not fired yet*" } else { "" };
    format!("{transient}{}{pending}", row.kind.as_str())
}

fn entry(page: &mut String, row: &Entry) {
    let _ = write!(
        page,
        "\n### {}\n\n{}, since {}, version {}. {}",
        row.name,
        kind(row),
        row.since,
        row.version,
        row.when()
    );
    if let Some(reason) = row.pending {
        let _ = write!(page, " **Not fired yet**: {reason}.");
    }
    page.push_str("\n\n");
    if row.kind == Kind::Gate {
        answers(page, row);
    }
    if let Some(answer) = row.answer {
        let _ = write!(page, "Each answer: ");
        let schema = answer();
        let fields = properties(&schema);
        let all: Vec<String> = fields.iter().map(|(name, field)| format!("`{name}` ({})", type_of(field))).collect();
        let _ = write!(page, "{}.\n\n", all.join(", "));
    }
    fields(page, row);
    for system in System::ALL {
        for named in system.names_of(row.name) {
            their_parameters(page, system, named);
        }
    }
}

fn answers(page: &mut String, row: &Entry) {
    page.push_str("May answer: allow; refuse");
    if !row.adjustable.is_empty() {
        let fields: Vec<String> = row.adjustable.iter().map(|f| format!("`{f}`")).collect();
        let _ = write!(page, "; adjust {}", fields.join(", "));
    }
    if let Some(skip) = row.skip {
        let _ = write!(page, "; skip: {skip}");
    }
    page.push_str(".\n\n");
}

fn fields(page: &mut String, row: &Entry) {
    let schema = (row.schema)();
    let fields = properties(&schema);
    if fields.is_empty() {
        page.push_str("No fields.\n");
        return;
    }
    page.push_str("| field | type | meaning |\n|---|---|---|\n");
    for (name, field) in &fields {
        let meaning = field.get("description").and_then(Value::as_str).unwrap_or("");
        let _ = writeln!(page, "| `{name}` | {} | {meaning} |", type_of(field));
    }
    let example = serde_json::to_string_pretty(&(row.example)()).unwrap_or_default();
    let _ = write!(page, "\n```json\n{example}\n```\n");
}

fn properties(schema: &schemars::Schema) -> Map<String, Value> {
    schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default()
}

fn their_parameters(page: &mut String, system: System, named: &Named) {
    let only = named.only.map(|(field, value)| format!(" (where `{field}` is `{value}`)")).unwrap_or_default();
    let _ = write!(page, "\n{} `{}`{only}: ", system.name(), named.theirs);
    let mut gives: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (theirs, ours) in named.gives() {
        let (name, key) = alias::head(theirs);
        let ours = ours.strip_prefix('=').map_or_else(|| format!("`{ours}`"), |text| format!("\"{text}\""));
        let key = key.map(|key| format!("{key} = ")).unwrap_or_default();
        gives.entry(name).or_default().push(format!("{key}{ours}"));
    }
    if gives.is_empty() {
        page.push_str("no parameters are filled");
    }
    let all: Vec<String> = gives
        .iter()
        .map(|(name, from)| match from.as_slice() {
            [one] if !one.contains(" = ") => format!("`{name}` = {one}"),
            several => format!("`{name}` {{ {} }}", several.join(", ")),
        })
        .collect();
    let _ = writeln!(page, "{}.", all.join("; "));
    let mut lacks: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, reason) in named.lacks() {
        lacks.entry(reason).or_default().push(format!("`{name}`"));
    }
    for (reason, names) in lacks {
        let _ = writeln!(page, "Absent, since {reason}: {}.", names.join(", "));
    }
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
        Some(Value::String(t)) if t == "object" && field.get("additionalProperties").is_some() => {
            format!("map of {}", field.get("additionalProperties").map_or_else(|| "any".into(), type_of))
        }
        Some(Value::String(t)) => {
            field.get("format").and_then(Value::as_str).map_or_else(|| t.clone(), |f| format!("{t} ({f})"))
        }
        _ => "any".into(),
    }
}
