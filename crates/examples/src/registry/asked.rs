//! What the example's registries want to know, and how they write names.

use innkeeper_plugin_api::{
    Field, FieldKind, PluginError,
    domain::DomainName,
    field::FieldTexts,
    registrar::{ExtraService, Purpose},
};
use std::collections::BTreeMap;

/// `.example` asks who registers; a company for its number, too. `.test` asks nothing.
pub(super) fn attributes(tld: &str, purpose: Purpose) -> Vec<Field> {
    if tld != "example" || purpose == Purpose::Transfer {
        return vec![];
    }
    let forms = [("person", "A person"), ("company", "A company")];
    let forms = forms.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
    let spanish = |label: &str, choices: &[(&str, &str)]| FieldTexts {
        label: label.to_owned(),
        help: String::new(),
        choices: choices.iter().map(|(value, text)| ((*value).to_owned(), (*text).to_owned())).collect(),
    };
    let form = Field::new("registrant_form", "Registered by", FieldKind::Choice(forms))
        .translated("es", spanish("Registrado por", &[("person", "Una persona"), ("company", "Una empresa")]));
    let number = Field::new("registrant_number", "Company number", FieldKind::Text)
        .when("registrant_form", ["company"])
        .help("As the trade register has it.")
        .translated("es", FieldTexts { choices: BTreeMap::new(), ..spanish("Número de la empresa", &[]) });
    vec![form, number]
}

/// A contact in the country, for those who have none.
pub(super) fn services(tld: &str) -> Vec<ExtraService> {
    match tld {
        "example" => {
            vec![ExtraService { code: "LOCAL".to_owned(), label: "Local contact".to_owned(), required: false }]
        }
        _ => vec![],
    }
}

/// The registry takes `ss` for the letter that it does not know, and nothing longer than 40 letters.
pub(super) fn canonical(name: &DomainName) -> Result<DomainName, PluginError> {
    let plain = name.as_str().replace('ß', "ss");
    let name: DomainName = plain.parse().map_err(|e| PluginError::invalid(format!("{plain}: {e}")))?;
    match name.label().chars().count() {
        0..=40 => Ok(name),
        _ => Err(PluginError::invalid("too long").public("This registry takes names of at most 40 letters.")),
    }
}
