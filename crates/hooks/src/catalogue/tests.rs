use super::*;
use serde_json::{Map, Value, json};

#[test]
fn examples_hold_what_their_schema_requires() {
    for row in CATALOGUE.iter() {
        let (schema, example) = ((row.schema)(), (row.example)());
        assert!(example.is_object(), "{}", row.name);
        let required = schema.get("required").and_then(|r| r.as_array()).cloned().unwrap_or_default();
        for key in required {
            assert!(example.get(key.as_str().unwrap()).is_some(), "{} lacks {key}", row.name);
        }
    }
}

#[test]
fn rows_are_whole() {
    for row in CATALOGUE.iter() {
        assert!(row.when().ends_with('.') && row.when().len() > 10, "{}", row.name);
        assert_eq!(row.answer.is_some(), row.kind == Kind::Slot, "{}", row.name);
        assert!(!row.transient || row.kind == Kind::Event, "{}", row.name);
        let fields = (row.example)();
        for field in row.adjustable {
            assert!(fields.get(*field).is_some(), "{} has no {field} to adjust", row.name);
        }
    }
}

#[test]
fn other_systems_names_are_found() {
    assert_eq!(find("InvoicePaid").unwrap().name, "Invoice-Paid");
    assert_eq!(find("Plugin-Action-Create").unwrap().name, "AfterModuleCreate");
    assert!(find("Nonsense").is_none());
}

/// Where the schemas of all payloads are kept, so that a change of one is seen.
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas.json");

fn schemas() -> Value {
    let of = |row: &Entry| json!({ "version": row.version, "kind": row.kind.as_str(), "schema": (row.schema)() });
    CATALOGUE.iter().map(|row| (row.name.to_owned(), of(row))).collect::<Map<_, _>>().into()
}

/// What broke between two schemas: a field that went, changed its type, became required, or may be missing
/// where it never was.
fn breaks(path: &str, old: &Value, new: &Value, found: &mut Vec<String>) {
    for key in ["type", "$ref", "format", "items", "anyOf", "additionalProperties", "enum"] {
        if old.get(key) != new.get(key) {
            found.push(format!("{path}: {key} was {} and is {}", word(old.get(key)), word(new.get(key))));
        }
    }
    let required = |schema: &Value, name: &str| {
        schema["required"].as_array().is_some_and(|all| all.iter().any(|each| each == name))
    };
    for part in ["properties", "$defs"] {
        for (name, before) in old[part].as_object().into_iter().flatten() {
            let path = format!("{path}.{name}");
            match new[part].get(name) {
                Some(after) => breaks(&path, before, after, found),
                None => found.push(format!("{path} is gone")),
            }
            if part == "properties" && required(old, name) && !required(new, name) {
                found.push(format!("{path} may be missing now"));
            }
        }
    }
    // Payloads that were stored before a field came do not have it.
    for name in new["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
        if required(new, name) && !required(old, name) {
            found.push(format!("{path}.{name} is required and was not: make it an Option"));
        }
    }
}

fn word(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), Value::to_string)
}

/// `BLESS=1 cargo test -p innkeeper-hooks` writes the file anew, after the same checks.
#[test]
fn payloads_only_grow_within_a_version() {
    let new = schemas();
    let old: Value = std::fs::read_to_string(GOLDEN).map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
    let mut found = vec![];
    for (name, before) in old.as_object().into_iter().flatten() {
        match new.get(name) {
            None => found.push(format!("{name} is gone: mark it as not fired instead")),
            Some(after) if after["version"].as_i64() > before["version"].as_i64() => {}
            Some(after) => breaks(name, &before["schema"], &after["schema"], &mut found),
        }
    }
    assert!(found.is_empty(), "raise the version of these payloads, or keep what readers know:\n{}", found.join("\n"));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(GOLDEN, format!("{new:#}\n")).unwrap();
    } else {
        assert!(old == new, "payloads grew: BLESS=1 cargo test -p innkeeper-hooks writes schemas.json anew");
    }
}

#[test]
fn the_guard_sees_what_breaks_a_reader() {
    let old = json!({ "type": "object", "properties": { "a": { "type": "integer" }, "b": { "type": "string" } }, "required": ["a", "b"] });
    let judge = |new: Value| {
        let mut found = vec![];
        breaks("X", &old, &new, &mut found);
        found.len()
    };
    let mut grown = old.clone();
    grown["properties"]["c"] = json!({ "type": "string" });
    assert_eq!(judge(grown), 0);
    let mut gone = old.clone();
    gone["properties"].as_object_mut().unwrap().remove("a");
    assert!(judge(gone) > 0);
    let mut changed = old.clone();
    changed["properties"]["a"]["type"] = "string".into();
    assert_eq!(judge(changed), 1);
    let mut optional = old.clone();
    optional["required"] = json!(["a"]);
    assert_eq!(judge(optional), 1);
    let mut demanded = old.clone();
    demanded["properties"]["c"] = json!({ "type": "string" });
    demanded["required"] = json!(["a", "b", "c"]);
    assert_eq!(judge(demanded), 1);
}
