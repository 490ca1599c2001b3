//! The host's own questions, about clients and about products, as forms ask them.

use std::collections::BTreeMap;

use innkeeper_app::catalogue::OrderForm;
use innkeeper_app::clients::ClientField;
use innkeeper_app::custom_fields::FieldRow;

use crate::extract::Posted;
use crate::view::{Choice, Field, Form};

/// A custom field that nobody answered yet.
pub fn unanswered(field: FieldRow) -> ClientField {
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

/// The host's own questions about a product that its buyer may answer.
pub fn of_product(product: &OrderForm) -> Vec<ClientField> {
    product.custom_fields.iter().cloned().map(unanswered).collect()
}

/// The controls, named `<prefix>.<key>`.
pub fn controls(form: &Form, prefix: &str, fields: &[ClientField]) -> Vec<Field> {
    fields.iter().map(|field| control(form, &format!("{prefix}.{}", field.key), field)).collect()
}

fn control(form: &Form, name: &str, field: &ClientField) -> Field {
    let label = field.label.as_str();
    let control = match field.kind.as_str() {
        "number" => form.decimal(name, label),
        "date" => form.date(name, label),
        "checkbox" => form.checkbox(name, label),
        "choice" => {
            let none = Choice::new("", "Please choose");
            let options = field.options.iter().map(|option| Choice::new(option, option));
            form.select(name, label, &std::iter::once(none).chain(options).collect::<Vec<_>>())
        }
        _ => form.text(name, label),
    };
    let control = if field.required { control.required() } else { control };
    if field.shown_to_client { control } else { control.help("Only staff see it.") }
}

/// The answers. A box that is not ticked sends nothing and means no.
pub fn answers(posted: &Posted, prefix: &str, fields: &[ClientField]) -> BTreeMap<String, String> {
    let answer = |field: &ClientField| {
        let name = format!("{prefix}.{}", field.key);
        match field.kind.as_str() {
            "checkbox" => posted.ticked(&name).to_string(),
            _ => posted.text(&name),
        }
    };
    fields.iter().map(|field| (field.key.clone(), answer(field))).collect()
}
