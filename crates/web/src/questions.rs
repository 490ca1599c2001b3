//! Questions of plugins, as forms ask them.

use std::collections::BTreeMap;

use innkeeper_app::{AppError, FieldError};
use innkeeper_plugin_api::{Field as Question, FieldKind, Role};

use crate::extract::Posted;
use crate::view::{Choice, Field, Form};

/// The controls, named `<prefix>.<key>`, so that a question named like a field of ours does no harm.
pub fn controls(form: &Form, prefix: &str, questions: &[Question]) -> Vec<Field> {
    questions.iter().map(|question| control(form, &format!("{prefix}.{}", question.key), question)).collect()
}

fn control(form: &Form, name: &str, question: &Question) -> Field {
    let label = question.label.as_str();
    let control = match &question.kind {
        FieldKind::Text => form.text(name, label).maxlength(200),
        FieldKind::Multiline => form.textarea(name, label),
        FieldKind::Password => form.password(name, label).autocomplete("new-password"),
        FieldKind::Checkbox => form.checkbox(name, label),
        FieldKind::Number { .. } => form.number(name, label),
        FieldKind::Date => form.date(name, label),
        FieldKind::Choice(options) => {
            let none = (!question.required).then(|| Choice::new("", "None"));
            let options = options.iter().map(|(value, label)| Choice::new(value, label));
            form.select(name, label, &none.into_iter().chain(options).collect::<Vec<_>>())
        }
    };
    let control = match question.role {
        Role::Username | Role::Hostname | Role::Domain | Role::SshKey => control.code().autocomplete("off"),
        Role::FirstName => control.autocomplete("given-name"),
        Role::LastName => control.autocomplete("family-name"),
        _ => control,
    };
    // What only counts sometimes cannot be demanded by the browser.
    let control = if question.required && question.when.is_none() { control.required() } else { control };
    match (&question.when, question.help.is_empty()) {
        (None, true) => control,
        _ => control.help(&help(question)),
    }
}

fn help(question: &Question) -> String {
    let when = question
        .when
        .as_ref()
        .map(|when| format!("Only if \u{201c}{}\u{201d} is {}.", when.key, when.any_of.join(" or ")));
    [Some(question.help.clone()).filter(|help| !help.is_empty()), when]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The answers that were given to these questions; a ticked box is `1`.
pub fn answers(posted: &Posted, prefix: &str, questions: &[Question]) -> BTreeMap<String, String> {
    let answer = |question: &Question| {
        let name = format!("{prefix}.{}", question.key);
        match question.kind {
            FieldKind::Checkbox if posted.ticked(&name) => "1".to_owned(),
            FieldKind::Checkbox => String::new(),
            _ => posted.text(&name),
        }
    };
    questions.iter().map(|question| (question.key.clone(), answer(question))).collect()
}

/// Puts what is wrong with an answer at its control.
pub fn at_controls(error: AppError, prefix: &str, questions: &[Question]) -> AppError {
    let AppError::Invalid(errors) = error else { return error };
    let moved = |error: FieldError| {
        let is_question = questions.iter().any(|question| question.key == error.field);
        let field = if is_question { format!("{prefix}.{}", error.field) } else { error.field };
        FieldError { field, ..error }
    };
    AppError::Invalid(errors.into_iter().map(moved).collect())
}
