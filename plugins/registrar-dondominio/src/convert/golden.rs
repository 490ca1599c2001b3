//! Golden files: `tests/golden/<case>.json` is what goes in, `<case>.txt` what must come out. After a wanted change
//! of the mapping, `UPDATE_GOLDEN=1 cargo test -p innkeeper-registrar-dondominio` writes the second anew; the diff is
//! then read by a person.

use innkeeper_plugin_api::{Contacts, DomainRef, PluginError, Registration};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::{from_vendor, info, nameserver_field, order_fields, prices, wire_name};
use crate::client::Fields;
use crate::replies::{ContactsInfo, StatusInfo, Zones};
use crate::settings::Settings;

/// What a case is about.
#[derive(Deserialize)]
#[serde(tag = "case", rename_all = "snake_case", deny_unknown_fields)]
enum Case {
    Order {
        name: String,
        #[serde(default)]
        settings: serde_json::Map<String, Value>,
        #[serde(default)]
        nameservers: Vec<String>,
        contacts: Contacts,
        #[serde(default)]
        extra: BTreeMap<String, String>,
    },
    Status {
        answer: StatusInfo,
    },
    Contact {
        answer: ContactsInfo,
    },
    Prices {
        answer: Zones,
        currency: String,
    },
}

fn run(case: Case) -> String {
    match case {
        Case::Order { name, settings, nameservers, contacts, extra } => {
            let mut all = serde_json::Map::from_iter([
                ("api_user".to_owned(), Value::from("12345-ABC")),
                ("api_key".to_owned(), Value::from("hunter2")),
            ]);
            all.extend(settings);
            let settings: Settings = serde_json::from_value(Value::Object(all)).unwrap();
            let domain = DomainRef {
                reference: "ref-1".into(),
                domain_id: 1.into(),
                name: name.parse().unwrap(),
                remote_id: None,
                pending: None,
            };
            let order = Registration { nameservers, extra, ..Registration::new(domain, 1, contacts) };
            written(&fields(&settings, &order))
        }
        Case::Status { answer } => format!("{:#?}\n", info(answer)),
        Case::Contact { answer } => {
            let roles = [Some(answer.contact_owner), answer.contact_admin, answer.contact_tech, answer.contact_billing];
            roles.iter().fold(String::new(), |mut text, role| {
                writeln!(text, "{:#?}", role.as_ref().map(from_vendor)).unwrap();
                text
            })
        }
        Case::Prices { answer, currency } => format!("{:#?}\n", prices(answer.zones, &currency)),
    }
}

fn fields(settings: &Settings, order: &Registration) -> Result<Fields, PluginError> {
    let mut fields = vec![super::field("domain", wire_name(&order.domain.name)?)];
    fields.push(nameserver_field(&order.nameservers, "parking")?);
    fields.extend(order_fields(settings, order)?);
    Ok(fields)
}

fn written(result: &Result<Fields, PluginError>) -> String {
    match result {
        Ok(fields) => fields.iter().fold(String::new(), |mut text, (key, value)| {
            writeln!(text, "{key}={value:?}").unwrap();
            text
        }),
        Err(e) => format!("{:?}\nstaff: {}\nclient: {:?}\n", e.kind, e.detail, e.public),
    }
}

#[test]
fn every_case_comes_out_as_written_down() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    cases.sort();
    assert!(cases.len() >= 10, "the golden cases are gone");
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
