//! Each field of each extension.

use super::{
    extra_fields, questions,
    table::{ALL, Kind, Need, TLDS, of_tld},
};
use crate::{client::Fields, convert::field};
use std::collections::BTreeMap;

type Answers = BTreeMap<String, String>;

fn answers(given: &[(&str, &str)]) -> Answers {
    given.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn sent(tld: &str, given: &Answers) -> Result<Fields, String> {
    extra_fields(tld, given).map_err(|e| e.detail)
}

/// A right answer, and what is sent of it.
fn right(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Text => ("AB-12", "AB-12"),
        Kind::Long => ("For our \"club\"\nand its friends", "For our \"club\"\nand its friends"),
        Kind::Date => ("1980-01-31", "1980-01-31"),
        Kind::Email => ("ada@example.com", "ada@example.com"),
        Kind::Web => ("https://ada.example/", "https://ada.example/"),
        Kind::Flag => ("1", "true"),
        Kind::Year => ("2001", "2001"),
        // Every choice asks for all that can be asked.
        Kind::Choice(_) => ("membership", "membership"),
    }
}

fn wrong(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "two\nlines",
        Kind::Long => "",
        Kind::Date => "31.1.1980",
        Kind::Email => "ada at example",
        Kind::Web => "javascript:alert(1)",
        Kind::Flag => "yes",
        Kind::Year => "01",
        Kind::Choice(_) => "gold",
    }
}

/// All fields of an extension, answered.
fn full(tld: &str) -> Answers {
    of_tld(tld).iter().map(|(extra, _)| (extra.name.to_owned(), right(extra.kind).0.to_owned())).collect()
}

#[test]
fn each_field_is_sent_under_the_vendors_name() {
    let mut seen = std::collections::BTreeSet::new();
    for tld in TLDS {
        let mut expected: Fields =
            of_tld(tld).iter().map(|(extra, _)| field(extra.name, right(extra.kind).1)).collect();
        expected.sort();
        assert!(!expected.is_empty(), "{tld}");
        assert_eq!(sent(tld, &full(tld)), Ok(expected), "{tld}");
        seen.extend(of_tld(tld).iter().map(|(extra, _)| extra.name));
    }
    assert_eq!(seen.len(), ALL.len(), "each field belongs to an extension");
}

#[test]
fn the_labels_of_older_systems_mean_the_same() {
    for tld in TLDS {
        let rows = of_tld(tld);
        let longest = rows.iter().map(|(extra, _)| extra.labels.len()).max().unwrap();
        for at in 0..longest {
            let labelled = rows.iter().map(|(extra, _)| {
                let label = extra.labels.get(at).or(extra.labels.first()).unwrap();
                (label.to_uppercase(), right(extra.kind).0.to_owned())
            });
            assert_eq!(sent(tld, &labelled.collect()), sent(tld, &full(tld)), "{tld}");
        }
    }
}

#[test]
fn each_field_is_refused_with_a_message_of_its_own_when_it_is_wrong() {
    for tld in TLDS {
        for ((extra, need), question) in of_tld(tld).iter().zip(questions(tld)) {
            let mut given = full(tld);
            given.insert(extra.name.to_owned(), wrong(extra.kind).to_owned());
            let refused = sent(tld, &given);
            let may_be_empty = wrong(extra.kind).is_empty() && *need == Need::Never;
            assert_eq!(refused.is_ok(), may_be_empty, "{tld} {}: {refused:?}", extra.name);
            assert!(may_be_empty || refused.is_err_and(|e| e.contains(&question.label)), "{tld} {}", extra.name);

            given.remove(extra.name);
            let missing = sent(tld, &given);
            // Without the class nobody knows whether the id of a member applies.
            assert_eq!(missing.is_ok(), *need == Need::Never, "{tld} {}: {missing:?}", extra.name);
            assert!(*need == Need::Never || missing.is_err_and(|e| e.contains(&question.label)), "{tld}");
        }
    }
}

#[test]
fn an_id_of_a_member_is_for_members() {
    let given = |class, id| answers(&[("xxxClass", class), ("xxxId", id)]);
    assert!(sent("xxx", &given("default", "")).is_ok());
    assert!(sent("xxx", &given("nonResolver", "")).is_ok());
    assert!(sent("xxx", &given("membership", "")).is_err_and(|e| e.contains("Membership id must not be empty")));
    assert!(sent("xxx", &given("default", "7")).is_err_and(|e| e.contains("Membership id does not apply here")));
}

#[test]
fn nothing_else_goes_through() {
    assert!(sent("com", &answers(&[("apipasswd", "x")])).is_err_and(|e| e.contains("apipasswd")));
    assert!(sent("cat", &answers(&[("domainIntendedUse", "A club"), ("aeroId", "1")])).is_err());
    assert_eq!(sent("com", &answers(&[])), Ok(vec![]));
    assert!(questions("com").is_empty());
}

#[test]
fn each_question_is_asked_in_spanish_too() {
    for extra in ALL {
        assert!(!extra.spanish.0.is_empty(), "{}", extra.name);
        assert!(extra.spanish.1.is_empty() || !extra.english.1.is_empty(), "{}", extra.name);
    }
    let aero = questions("aero").remove(1).in_language("es-MX");
    assert_eq!((aero.key.as_str(), aero.label.as_str()), ("aeroPass", "Contraseña Aero"));
}
