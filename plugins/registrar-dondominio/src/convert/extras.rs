//! The extra fields some extensions ask for: which, how they are asked, and how they are sent.

mod table;
#[cfg(test)]
mod tests;

use innkeeper_plugin_api::{Field, FieldKind, PluginError, field::FieldTexts};
use std::collections::BTreeMap;

use super::{correct, field};
use crate::client::Fields;
use table::{Extra, Kind, Need, of_tld};

/// What is asked before a domain below `tld` is ordered, under the vendor's names.
pub(crate) fn questions(tld: &str) -> Vec<Field> {
    of_tld(tld).iter().map(|(extra, need)| question(extra, *need)).collect()
}

fn question(extra: &Extra, need: Need) -> Field {
    let (label, help) = extra.english;
    let (spanish, spanish_help) = extra.spanish;
    let choices = |at: usize| extra.kind.choices().iter().map(move |row| (row[0].to_owned(), row[at].to_owned()));
    let kind = match extra.kind {
        Kind::Text => FieldKind::Text,
        Kind::Long => FieldKind::Multiline,
        Kind::Date => FieldKind::Date,
        Kind::Email => FieldKind::Email,
        Kind::Web => FieldKind::Web,
        Kind::Flag => FieldKind::Checkbox,
        Kind::Year => FieldKind::Number { min: 1900, max: 2100 },
        Kind::Choice(_) => FieldKind::Choice(choices(1).collect()),
    };
    let texts = FieldTexts { label: spanish.into(), help: spanish_help.into(), choices: choices(2).collect() };
    let asked = Field::new(extra.name, label, kind).help(help).translated("es", texts);
    match need {
        Need::Always => asked,
        Need::With(key, value) => asked.when(key, [value]),
        Need::Never => asked.optional(),
    }
}

/// The vendor's name for what an order calls `key`: that name itself, or the label of older systems' order forms.
fn known(tld: &str, key: &str) -> Option<&'static Extra> {
    let is = |name: &str| name.eq_ignore_ascii_case(key);
    let all = of_tld(tld).iter().map(|(extra, _)| *extra);
    all.into_iter().find(|extra| is(extra.name) || extra.labels.iter().any(|label| is(label)))
}

/// The extras as they are sent: only fields that the extension has (so that no order can smuggle in another parameter),
/// under the vendor's names. `Invalid` if one is unknown or wrong, or a required one is missing.
pub(crate) fn extra_fields(tld: &str, extra: &BTreeMap<String, String>) -> Result<Fields, PluginError> {
    let mut given = BTreeMap::new();
    for (key, value) in extra.iter().filter(|(_, value)| !value.trim().is_empty()) {
        let found = known(tld, key.trim())
            .ok_or_else(|| PluginError::invalid(format!("the registrar knows no extra field {key} of .{tld}")))?;
        given.insert(found.name.to_owned(), value.trim().to_owned());
    }
    let questions = questions(tld);
    let faults = innkeeper_plugin_api::field::faults(&questions, &given);
    if faults.is_empty() {
        return Ok(given.into_iter().map(|(name, value)| sent(tld, name, value)).collect());
    }
    let label = |key: &str| questions.iter().find(|q| q.key == key).map_or(key.to_owned(), |q| q.label.clone());
    let all: Vec<String> = faults.iter().map(|(key, fault)| format!("{} {fault}", label(key))).collect();
    Err(correct(format!("Details of .{tld} domains: {}.", all.join("; "))))
}

/// Flags are words on the wire.
fn sent(tld: &str, name: String, value: String) -> (String, String) {
    match known(tld, &name).map(|extra| extra.kind) {
        Some(Kind::Flag) => field(name, "true"),
        _ => field(name, value),
    }
}
