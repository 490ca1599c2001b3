use super::*;
use crate::{CATALOGUE, alias};
use serde_json::Value;
use std::collections::HashSet;

#[test]
fn their_lists_are_complete() {
    assert_eq!(System::Whmcs.hooks().len(), 339);
    assert_eq!(System::Clientexec.hooks().len(), 17);
}

#[test]
fn every_foreign_name_is_mapped_exactly_once() {
    for system in System::ALL {
        let known: HashSet<&str> = system.hooks().iter().map(|hook| hook.name).collect();
        assert_eq!(known.len(), system.hooks().len(), "{system:?} lists a name twice");
        let mut mapped = HashSet::new();
        let absent = system.absent().iter().flat_map(|absent| absent.names.iter().copied());
        for name in system.named().map(|named| named.theirs).chain(absent) {
            assert!(known.contains(name), "{system:?} has no {name}");
            assert!(mapped.insert(name), "{name} is mapped twice");
        }
        let missing: Vec<_> = known.difference(&mapped).collect();
        assert!(missing.is_empty(), "{system:?}: {missing:?} are not mapped");
    }
}

#[test]
fn counterparts_exist_and_reasons_are_short() {
    for system in System::ALL {
        for named in system.named() {
            let row = crate::row(named.ours).unwrap_or_else(|| panic!("{} is no row", named.ours));
            if let Some((field, _)) = named.only {
                assert!((row.example)().get(field).is_some(), "{} has no {field}", row.name);
            }
        }
        for absent in system.absent() {
            assert!((10..90).contains(&absent.reason.len()), "{}", absent.reason);
        }
    }
}

#[test]
fn a_name_means_one_hook() {
    let mut seen = HashSet::new();
    for row in CATALOGUE.iter() {
        assert!(seen.insert(row.name), "{} is two rows", row.name);
        // Their name for another row of ours would make `find` ambiguous.
        for system in System::ALL {
            if let Some(Counterpart::Row(named)) = system.counterpart(row.name) {
                assert_eq!(named.ours, row.name);
            }
        }
    }
}

/// The type of a JSON value, in their words.
fn fits(kind: &str, value: &Value) -> bool {
    match kind.trim_end_matches("(deprecated)") {
        "int" => value.is_i64(),
        "float" => value.is_f64(),
        "bool" => value.is_boolean(),
        "string" | "null|string" | "\\datetime" | "\\Carbon" => value.is_string(),
        "array|null" => value.is_array() || value.is_object(),
        kind if kind.starts_with("array") || kind.ends_with("[]") => value.is_array() || value.is_object(),
        "mixed" | "unspecified" | "int|string" => true,
        // Objects of theirs.
        _ => value.is_object(),
    }
}

/// Our example, with nothing left out and on the page or mail that the name stands for.
fn full_example(named: &Named) -> Value {
    let mut example = (crate::row(named.ours).unwrap().example)();
    if let Some((field, value)) = named.only {
        example[field] = value.into();
    }
    example
}

#[test]
fn every_foreign_parameter_is_given_in_its_type_or_said_to_lack() {
    for system in System::ALL {
        for hook in system.hooks() {
            let Some(Counterpart::Row(named)) = system.counterpart(hook.name) else { continue };
            let payload = full_example(named);
            let views = alias::views(system, named.ours, &payload);
            let view = views.iter().find(|view| view.name == hook.name).expect(hook.name);
            let lacks: HashSet<&str> = named.lacks().map(|(name, _)| name).collect();
            let whole = hook.parameters.iter().any(|(name, _)| *name == "*");
            for (name, kind) in &hook.parameters {
                let given = view.parameters.iter().find(|(n, _)| n == name).map(|(_, value)| value);
                let empty =
                    named.gives().any(|(theirs, ours)| theirs == *name && payload.get(ours) == Some(&Value::Null));
                match given {
                    Some(value) => {
                        assert!(fits(kind, value), "{}: {name} is no {kind}: {value}", hook.name);
                        assert!(!lacks.contains(name), "{}: {name} is given and lacking", hook.name);
                    }
                    None if whole => assert!(!view.parameters.is_empty(), "{}", hook.name),
                    None => {
                        assert!(lacks.contains(name) || empty, "{}: {name} is neither given nor lacking", hook.name);
                    }
                }
            }
            let known =
                |name: &str| whole || hook.parameters.is_empty() || hook.parameters.iter().any(|(n, _)| *n == name);
            for (name, _) in named.gives().chain(named.lacks()) {
                assert!(known(alias::head(name).0), "{} has no {name}", hook.name);
            }
            if hook.category == "Addon" {
                let names: Vec<&str> = view.parameters.iter().map(|(name, _)| name.as_str()).collect();
                let theirs: Vec<&str> = hook.parameters.iter().map(|(name, _)| *name).collect();
                assert_eq!(names, theirs, "{}", hook.name);
            }
        }
    }
}

#[test]
fn answers_of_add_ons_are_as_theirs() {
    let add_ons = System::Whmcs.hooks().iter().filter(|hook| hook.category == "Addon");
    for hook in add_ons {
        let row = crate::find(hook.name).unwrap();
        assert_eq!(row.answer.is_some(), hook.answer != "none", "{}", hook.name);
    }
}

#[test]
fn whatever_may_stop_something_there_may_stop_it_here() {
    for hook in System::Whmcs.hooks() {
        let Some(Counterpart::Row(named)) = System::Whmcs.counterpart(hook.name) else { continue };
        let row = crate::row(named.ours).unwrap();
        let mut words = hook.answer.split(' ');
        let skips = ["abortWithSuccess", "abortsend", "abortLogging", "skipProcessing"];
        let stops = ["errors", "abortcmd", "abortWithError", "abortCancel"];
        if words.clone().any(|word| stops.contains(&word) || skips.contains(&word)) {
            assert_eq!(row.kind, crate::Kind::Gate, "{}", hook.name);
        }
        if words.any(|word| skips.contains(&word)) {
            assert!(row.skip.is_some(), "{} cannot be skipped", row.name);
        }
    }
}

#[test]
fn amounts_dates_and_odd_spellings() {
    let payment = (crate::row("AddTransaction").unwrap().example)();
    let view = alias::view(System::Whmcs, "AddTransaction", &payment).unwrap();
    assert_eq!(view.name, "AddTransaction");
    let map = view.into_map();
    assert_eq!(map["amountin"], 25.41);
    assert_eq!(map["invocieid"], 9);
    assert_eq!(map["date"], "2027-03-31");

    let page = (crate::row("ClientAreaPage").unwrap().example)();
    let views = alias::views(System::Whmcs, "ClientAreaPage", &page);
    let names: Vec<_> = views.iter().map(|view| view.name).collect();
    assert_eq!(names, ["ClientAreaPage", "ClientAreaPageProductDetails"]);
    assert_eq!(views[0].clone().into_map()["date_month"], "03");

    let module = (crate::row("AfterModuleCreateFailed").unwrap().example)();
    let map = alias::view(System::Whmcs, "AfterModuleCreateFailed", &module).unwrap().into_map();
    assert_eq!(map["params"]["serviceid"], 31);
    assert_eq!(map["failureResponseMessage"], "the mail domain does not exist");

    let created = (crate::row("Invoice-Create").unwrap().example)();
    let map = alias::view(System::Clientexec, "Invoice-Create", &created).unwrap().into_map();
    assert_eq!(map["invoice"]["balancedue"], "25.41");
    assert!(alias::view(System::Clientexec, "ContactAdd", &created).is_none());
}
