//! Name and address of a client, between form and command.

use innkeeper_app::clients::{ClientField, ClientRow, Details};
use innkeeper_app::custom_fields::FieldRow;

use crate::extract::Posted;
use crate::view::{Choice, Field, Form};

/// What was filled in.
pub(super) fn read(posted: &Posted) -> Details {
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

/// What is stored.
pub(super) fn form(client: &ClientRow, fields: &[ClientField]) -> Form {
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
        .with("language", &client.language);
    fields.iter().fold(form, |form, field| {
        form.with(&format!("fields.{}", field.key), field.value.as_deref().unwrap_or_default())
    })
}

/// A custom field that nobody answered yet.
pub(super) fn unanswered(field: FieldRow) -> ClientField {
    ClientField {
        id: field.id,
        key: field.key,
        label: field.label,
        kind: field.kind.to_string(),
        options: field.options,
        required: field.required,
        shown_to_client: field.shown_to_client,
        value: None,
    }
}

/// The controls of custom fields.
pub(super) fn controls(form: &Form, fields: &[ClientField]) -> Vec<Field> {
    let control = |field: &ClientField| {
        let (name, label) = (format!("fields.{}", field.key), field.label.as_str());
        let control = match field.kind.as_str() {
            "number" => form.decimal(&name, label),
            "date" => form.date(&name, label),
            "checkbox" => form.select(&name, label, &[Choice::new("false", "No"), Choice::new("true", "Yes")]),
            "choice" => {
                let none = Choice::new("", "Please choose");
                let options = field.options.iter().map(|option| Choice::new(option, option));
                form.select(&name, label, &std::iter::once(none).chain(options).collect::<Vec<_>>())
            }
            "textarea" => form.textarea(&name, label),
            _ => form.text(&name, label),
        };
        if field.required { control.required() } else { control }
    };
    fields.iter().map(control).collect()
}
