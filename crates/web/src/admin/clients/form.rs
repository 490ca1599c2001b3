//! The fields of a client, as shown and as sent.

use std::collections::BTreeMap;

use innkeeper_app::catalogue;
use innkeeper_app::clients::{ClientField, ClientRow};
use innkeeper_domain::Permission;

use crate::extract::{Posted, Staff};
use crate::view::{Choice, Field, Form};
use crate::{Failure, client_details};

/// The form with what is stored, staff's own fields included.
pub(super) fn filled(client: &ClientRow, fields: &[ClientField]) -> Form {
    client_details::form(client, fields)
        .with("currency", client.currency.0.code())
        .with("tax_exempt", client.tax_exempt)
        .with("notes", &client.notes)
}

/// The custom fields, drawn.
pub(super) fn custom(form: &Form, fields: &[ClientField]) -> Vec<Field> {
    fields.iter().map(|field| one(form, field)).collect()
}

fn one(form: &Form, field: &ClientField) -> Field {
    let name = format!("fields.{}", field.key);
    let drawn = match field.kind.as_str() {
        "number" => form.decimal(&name, &field.label),
        "date" => form.date(&name, &field.label),
        "checkbox" => return form.checkbox(&name, &field.label),
        "choice" => {
            let none = Choice::new("", "–");
            let options = field.options.iter().map(|option| Choice::new(option, option));
            form.select(&name, &field.label, &std::iter::once(none).chain(options).collect::<Vec<_>>())
        }
        _ => form.text(&name, &field.label),
    };
    let drawn = if field.required { drawn.required() } else { drawn };
    if field.shown_to_client { drawn } else { drawn.help("Only staff see it.") }
}

/// The custom fields, as sent. A box that is not ticked sends nothing and means no.
pub(super) fn values(posted: &Posted, fields: &[ClientField]) -> BTreeMap<String, String> {
    let value = |field: &ClientField| {
        let name = format!("fields.{}", field.key);
        match field.kind.as_str() {
            "checkbox" => posted.ticked(&name).to_string(),
            _ => posted.text(&name),
        }
    };
    fields.iter().map(|field| (field.key.clone(), value(field))).collect()
}

/// The currencies to choose from. Who may not see the catalogue keeps what is set.
pub(super) async fn currencies(staff: &Staff, held: Option<&str>) -> Result<Vec<Choice>, Failure> {
    let enabled = if staff.may(Permission::CatalogueRead) {
        catalogue::list_currencies(&staff.app, &staff.actor)
            .await?
            .into_iter()
            .filter(|row| row.enabled)
            .map(|row| row.code.0)
            .collect()
    } else {
        match held.and_then(|code| code.parse().ok()) {
            Some(held) => vec![held],
            None => vec![catalogue::default_currency(&staff.app).await?],
        }
    };
    Ok(enabled
        .into_iter()
        .map(|currency| Choice::new(currency.code(), format!("{} – {}", currency.code(), currency.name())))
        .collect())
}
