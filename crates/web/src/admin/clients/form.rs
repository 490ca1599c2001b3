//! The fields of a client, as shown and as sent.

use std::collections::BTreeMap;

use innkeeper_app::catalogue;
use innkeeper_app::clients::{ClientField, ClientRow, Details};
use innkeeper_domain::Permission;

use crate::Failure;
use crate::extract::{Posted, Staff};
use crate::view::{Choice, Field, Form};

/// Name and address, as sent.
pub(super) fn details(posted: &Posted) -> Details {
    Details {
        first_name: posted.text("first_name"),
        last_name: posted.text("last_name"),
        company: posted.text("company"),
        email: posted.text("email"),
        phone: posted.text("phone"),
        address1: posted.text("address1"),
        address2: posted.text("address2"),
        city: posted.text("city"),
        region: posted.text("region"),
        postcode: posted.text("postcode"),
        country: posted.text("country"),
        tax_number: posted.text("tax_number"),
        language: posted.text("language"),
    }
}

/// The form with what is stored.
pub(super) fn filled(client: &ClientRow, fields: &[ClientField]) -> Form {
    let form = Form::new()
        .with("first_name", &client.first_name)
        .with("last_name", &client.last_name)
        .with("company", &client.company)
        .with("email", &client.email)
        .with("phone", &client.phone)
        .with("address1", &client.address1)
        .with("address2", &client.address2)
        .with("city", &client.city)
        .with("region", &client.region)
        .with("postcode", &client.postcode)
        .with("country", &client.country)
        .with("tax_number", &client.tax_number)
        .with("language", &client.language)
        .with("currency", client.currency.0.code())
        .with("tax_exempt", client.tax_exempt)
        .with("notes", &client.notes);
    fields.iter().fold(form, |form, field| {
        form.with(&format!("fields.{}", field.key), field.value.as_deref().unwrap_or_default())
    })
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
