//! Golden files: `tests/golden/<case>.json` is what Stripe says, `<case>.txt` what the host is told. After a wanted
//! change of the mapping, `UPDATE_GOLDEN=1 cargo test -p innkeeper-gateway-stripe` writes the second anew; the diff
//! is then read by a person.

use serde::Deserialize;
use std::path::{Path, PathBuf};

use super::{intent_of, payment, refund, stored};
use crate::wire::{Dispute, Event, Intent, Method, Refund};

/// What a case is about.
#[derive(Deserialize)]
#[serde(tag = "case", rename_all = "snake_case", deny_unknown_fields)]
enum Case {
    Payment {
        intent: Box<Intent>,
        #[serde(default)]
        disputes: Vec<Dispute>,
    },
    Method {
        method: Method,
    },
    Refund {
        refund: Refund,
    },
    Event {
        event: Event,
    },
}

fn run(case: Case) -> String {
    match case {
        Case::Payment { intent, disputes } => format!("{:#?}\n", payment(&intent, &disputes)),
        Case::Method { method } => format!("{:#?}\n", stored(method)),
        Case::Refund { refund: told } => format!("{:#?}\n", refund(told)),
        Case::Event { event } => format!("{:#?}\n", intent_of(&event)),
    }
}

#[test]
fn every_case_comes_out_as_written_down() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    cases.sort();
    assert!(cases.len() >= 12, "the golden cases are gone");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    for path in cases {
        let text = std::fs::read_to_string(&path).unwrap();
        let case: Case = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let came_out = run(case);
        let expected = path.with_extension("txt");
        if update {
            std::fs::write(&expected, &came_out).unwrap();
        }
        assert_eq!(came_out, std::fs::read_to_string(&expected).unwrap_or_default(), "{}", path.display());
    }
}
