//! Questions of plugins, as forms ask them.

use std::collections::BTreeMap;

use innkeeper_app::{AppError, FieldError};
use innkeeper_plugin_api::{Field as Question, FieldKind, Role};

use crate::extract::Posted;
use crate::view::{Choice, Field, Form};

/// The controls, named `<prefix>.<key>`, so that a question named like a field of ours does no harm. Their texts are
/// in `language` where the plugin has them in it.
pub fn controls(form: &Form, prefix: &str, questions: &[Question], language: &str) -> Vec<Field> {
    let questions: Vec<Question> = questions.iter().map(|question| question.clone().in_language(language)).collect();
    let one = |question: &Question| {
        let drawn = control(form, &format!("{prefix}.{}", question.key), question);
        let other = |key: &str| questions.iter().find(|other| other.key == key);
        match &question.when {
            Some(when) => {
                let drawn = drawn.when(&format!("{prefix}.{}", when.key), &when.any_of);
                drawn.help(help(question, other(&when.key)).trim())
            }
            None => drawn.help(&question.help),
        }
    };
    questions.iter().map(one).collect()
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
        FieldKind::Email => form.email(name, label).maxlength(254),
        FieldKind::Web => form.url(name, label).maxlength(200),
        FieldKind::Choice(options) => {
            let none = (!question.required).then(|| Choice::new("", "None"));
            let options = options.iter().map(|(value, label)| Choice::new(value, label));
            form.select(name, label, &none.into_iter().chain(options).collect::<Vec<_>>())
        }
        FieldKind::Several(options) => {
            let options: Vec<Choice> = options.iter().map(|(value, label)| Choice::new(value, label)).collect();
            form.several(name, label, &options)
        }
    };
    let control = match question.role {
        Role::Username | Role::Hostname | Role::Domain | Role::SshKey => control.code().autocomplete("off"),
        Role::FirstName => control.autocomplete("given-name"),
        Role::LastName => control.autocomplete("family-name"),
        _ => control,
    };
    // What only counts sometimes cannot be demanded by the browser.
    if question.required && question.when.is_none() { control.required() } else { control }
}

/// The help of a question that only counts sometimes, for those who see it all the time.
fn help(question: &Question, other: Option<&Question>) -> String {
    let (Some(when), Some(other)) = (&question.when, other) else { return question.help.clone() };
    let spoken = |value: &String| match &other.kind {
        FieldKind::Choice(options) | FieldKind::Several(options) => {
            options.iter().find(|(v, _)| v == value).map_or(value, |(_, label)| label).clone()
        }
        _ => value.clone(),
    };
    let answers: Vec<String> = when.any_of.iter().map(spoken).collect();
    let when = match other.kind {
        FieldKind::Checkbox => format!("Only with \u{201c}{}\u{201d}.", other.label),
        _ => format!(
            "Only if \u{201c}{}\u{201d} is \u{201c}{}\u{201d}.",
            other.label,
            answers.join("\u{201d} or \u{201c}")
        ),
    };
    format!("{} {when}", question.help)
}

/// A form that holds answers given before.
pub fn filled(prefix: &str, given: &BTreeMap<String, String>) -> Form {
    given.iter().fold(Form::new(), |form, (key, answer)| form.with(&format!("{prefix}.{key}"), answer))
}

/// The answers that were given to these questions; a ticked box is `1`.
pub fn answers(posted: &Posted, prefix: &str, questions: &[Question]) -> BTreeMap<String, String> {
    let answer = |question: &Question| {
        let name = format!("{prefix}.{}", question.key);
        match question.kind {
            FieldKind::Checkbox if posted.ticked(&name) => "1".to_owned(),
            FieldKind::Checkbox => String::new(),
            FieldKind::Several(_) => posted.all(&name).join("\n"),
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

#[cfg(test)]
mod tests {
    use super::*;
    use innkeeper_plugin_api::field::FieldTexts;

    fn questions() -> Vec<Question> {
        let choices = |words: &[(&str, &str)]| words.iter().map(|(v, l)| ((*v).to_owned(), (*l).to_owned())).collect();
        let texts = |label: &str, help: &str| FieldTexts {
            label: label.to_owned(),
            help: help.to_owned(),
            choices: [("firm".to_owned(), "Empresa".to_owned())].into(),
        };
        let form = FieldKind::Choice(choices(&[("person", "Person"), ("firm", "Company")]));
        let days = FieldKind::Several(choices(&[("mon", "Monday"), ("tue", "Tuesday")]));
        vec![
            Question::new("form", "Registered by", form).translated("es", texts("Registrado por", "")),
            Question::new("number", "Number", FieldKind::Text)
                .help("Of the register.")
                .when("form", ["firm"])
                .translated("es", texts("Número", "Del registro.")),
            Question::new("days", "Days", days).optional(),
        ]
    }

    fn drawn(form: &Form, language: &str) -> String {
        controls(form, "q", &questions(), language).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn questions_are_asked_in_the_language_of_who_looks() {
        for language in ["es", "es-MX"] {
            let spanish = drawn(&Form::new(), language);
            for text in ["Registrado por", "Empresa", "Número", "Del registro.", "Person", "Days", "value=\"firm\""] {
                assert!(spanish.contains(text), "{text} in {spanish}");
            }
            assert!(!spanish.contains("Registered by"), "{spanish}");
        }
        for language in ["en", "de", ""] {
            let english = drawn(&Form::new(), language);
            assert!(english.contains("Registered by") && english.contains("Of the register."), "{english}");
            assert!(!english.contains("Registrado"), "{english}");
        }
    }

    #[test]
    fn several_answers_are_read_and_ticked_again() {
        let posted = Posted::of(&[("q.form", "firm"), ("q.number", "7"), ("q.days", "mon"), ("q.days", "tue")]);
        let given = answers(&posted, "q", &questions());
        assert_eq!(given["days"], "mon\ntue");
        assert_eq!(innkeeper_plugin_api::field::faults(&questions(), &given), []);
        for form in [posted.form(), filled("q", &given)] {
            let html = drawn(&form, "en");
            assert!(html.contains(r#"value="mon" checked"#) && html.contains(r#"value="tue" checked"#), "{html}");
        }
        assert_eq!(answers(&Posted::of(&[]), "q", &questions())["days"], "", "none is chosen");
    }
}
