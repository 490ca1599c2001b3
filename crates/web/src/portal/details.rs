//! The custom fields of a client, as the portal asks for them.

use innkeeper_app::clients::ClientField;
use innkeeper_app::custom_fields::FieldRow;

use crate::view::{Choice, Field, Form};

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
