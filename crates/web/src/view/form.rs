//! A form: its values, its errors, and the fields drawn from both.

use std::collections::BTreeMap;

use askama::Template;

use super::field::{Choice, Field, Kind};

/// What a form holds while it is shown, sent, refused and shown again.
///
/// A handler makes one with the stored values for GET, and one from the posted
/// pairs when it must show the page again (status 422) with [`Form::fail`].
#[derive(Debug, Clone, Default)]
pub struct Form {
    values: BTreeMap<String, Vec<String>>,
    errors: BTreeMap<String, String>,
}

impl Form {
    /// An empty form.
    pub fn new() -> Self {
        Self::default()
    }

    /// The form as it was sent.
    pub fn posted(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut form = Self::new();
        for (name, value) in pairs {
            form.values.entry(name).or_default().push(value);
        }
        form
    }

    /// Puts a stored value into a field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.values.insert(name.to_owned(), vec![value.to_string()]);
        self
    }

    /// Says what is wrong with a field; an empty name means the whole form.
    pub fn fail(&mut self, name: &str, message: impl Into<String>) {
        self.errors.entry(name.to_owned()).or_insert_with(|| message.into());
    }

    /// Whether nothing was found wrong.
    pub fn is_fine(&self) -> bool {
        self.errors.is_empty()
    }

    /// The first value of a field, or nothing.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// The list of what is wrong, above the fields; nothing if all is fine.
    pub fn summary(&self) -> Summary<'_> {
        Summary { form: self }
    }

    /// A line of text.
    pub fn text(&self, name: &str, label: &str) -> Field {
        self.field(Kind::Input("text"), name, label)
    }

    /// An e-mail address.
    pub fn email(&self, name: &str, label: &str) -> Field {
        self.field(Kind::Input("email"), name, label).autocomplete("email")
    }

    /// A telephone number.
    pub fn tel(&self, name: &str, label: &str) -> Field {
        self.field(Kind::Input("tel"), name, label).autocomplete("tel")
    }

    /// An address on the web.
    pub fn url(&self, name: &str, label: &str) -> Field {
        self.field(Kind::Input("url"), name, label)
    }

    /// A date.
    pub fn date(&self, name: &str, label: &str) -> Field {
        self.field(Kind::Input("date"), name, label)
    }

    /// A date and a time of day; the label says in which zone.
    pub fn date_time(&self, name: &str, label: &str) -> Field {
        self.field(Kind::Input("datetime-local"), name, label)
    }

    /// A whole number.
    pub fn number(&self, name: &str, label: &str) -> Field {
        self.field(Kind::Input("number"), name, label)
    }

    /// A number with decimals, such as an amount: text with a numeric keyboard,
    /// because browsers disagree on decimal signs in number fields.
    pub fn decimal(&self, name: &str, label: &str) -> Field {
        self.field(Kind::Decimal, name, label)
    }

    /// A password to sign in with. Never filled in again.
    pub fn password(&self, name: &str, label: &str) -> Field {
        self.field(Kind::Password, name, label).autocomplete("current-password")
    }

    /// A stored secret such as an API key: what is stored is never shown, and
    /// leaving the field empty keeps it.
    pub fn secret(&self, name: &str, label: &str) -> Field {
        self.field(Kind::Secret, name, label)
    }

    /// Text of several lines.
    pub fn textarea(&self, name: &str, label: &str) -> Field {
        self.field(Kind::Textarea, name, label)
    }

    /// One of several choices, in a list that opens.
    pub fn select(&self, name: &str, label: &str, choices: &[Choice]) -> Field {
        self.field(Kind::Select, name, label).choices(choices)
    }

    /// One of several choices, all in view.
    pub fn radios(&self, name: &str, label: &str, choices: &[Choice]) -> Field {
        self.field(Kind::Radios, name, label).choices(choices)
    }

    /// Any of several choices; the name is sent once for each that is ticked.
    pub fn checks(&self, name: &str, label: &str, choices: &[Choice]) -> Field {
        self.field(Kind::Checks, name, label).choices(choices)
    }

    /// The same for what is kept as one text with a choice on each line.
    pub fn several(&self, name: &str, label: &str, choices: &[Choice]) -> Field {
        let kept = self.values.get(name).into_iter().flatten();
        let values = kept.flat_map(|text| text.lines()).map(str::to_owned).collect();
        let error = self.errors.get(name).cloned();
        Field::new(Kind::Checks, name, label, values, error).choices(choices)
    }

    /// Yes or no; sends `on` or nothing.
    pub fn checkbox(&self, name: &str, label: &str) -> Field {
        self.field(Kind::Checkbox, name, label)
    }

    /// A value that travels along unseen.
    pub fn hidden(&self, name: &str) -> Field {
        self.field(Kind::Hidden, name, "")
    }

    fn field(&self, kind: Kind, name: &str, label: &str) -> Field {
        let values = self.values.get(name).cloned().unwrap_or_default();
        let error = self.errors.get(name).cloned();
        Field::new(kind, name, label, values, error)
    }

    /// What is wrong with a field, or with the whole form if the name is empty.
    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors.get(name).map(String::as_str)
    }

    /// The errors of fields: the id of the field, what it is about, and the error.
    fn problems(&self) -> impl Iterator<Item = (String, String, &str)> {
        self.errors
            .iter()
            .filter(|(name, _)| !name.is_empty())
            .map(|(name, text)| (super::field::id_of(name), spoken(name), text.as_str()))
    }
}

/// The name of a field as words: `field.first_name` is `First name`. Far from its field, "must not be
/// empty" alone says nothing.
fn spoken(name: &str) -> String {
    let start =
        name.rmatch_indices('.').map(|(dot, _)| dot + 1).find(|from| name[*from..].contains(char::is_alphabetic));
    let words = name[start.unwrap_or(0)..].replace(['_', '.'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What is wrong with a form.
#[derive(Debug, Template)]
#[template(path = "components/form_summary.html")]
pub struct Summary<'a> {
    form: &'a Form,
}

component!(Summary<'_>);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::PostButton;

    const HOSTILE: &str = "\"><script>alert(1)</script>";

    #[test]
    fn the_list_of_errors_says_what_each_is_about() {
        let words = ["email", "field.first_name", "nameserver.1", ""].map(spoken);
        assert_eq!(words, ["Email", "First name", "Nameserver 1", ""]);
    }

    #[test]
    fn a_refused_form_keeps_what_was_typed_and_says_what_is_wrong() {
        let mut form = Form::posted([("email".to_owned(), "ada@".to_owned())]);
        form.fail("email", "This is not an e-mail address.");
        let html = form.email("email", "E-mail").to_string();
        assert!(html.contains(r#"value="ada@""#));
        assert!(html.contains(r#"aria-invalid="true""#));
        assert!(html.contains(r#"aria-describedby="f-email-error""#));
        assert!(html.contains("This is not an e-mail address."));
        let summary = form.summary().to_string();
        assert!(summary.contains(r##"href="#f-email""##));
    }

    #[test]
    fn several_choices_are_ticked_whether_kept_or_sent() {
        let choices = ["a", "b", "c"].map(|value| Choice::new(value, value.to_uppercase()));
        let sent = Form::posted([("x".to_owned(), "a".to_owned()), ("x".to_owned(), "c".to_owned())]);
        for form in [Form::new().with("x", "a\nc"), sent] {
            let html = form.several("x", "X", &choices).to_string();
            assert!(html.contains(r#"value="a" checked"#) && html.contains(r#"value="c" checked"#), "{html}");
            assert!(!html.contains(r#"value="b" checked"#), "{html}");
        }
    }

    #[test]
    fn secrets_are_never_sent_back() {
        let form = Form::new().with("key", "s3cret").with("pw", "hunter2");
        let html = format!("{}{}", form.secret("key", "Key"), form.password("pw", "P"));
        assert!(!html.contains("s3cret"));
        assert!(!html.contains("hunter2"));
        assert!(html.contains("Leave empty"));
    }

    #[test]
    fn every_kind_of_field_escapes_what_it_was_given() {
        let mut form = Form::new().with("x", HOSTILE);
        form.fail("x", HOSTILE);
        let choices = [Choice::new(HOSTILE, HOSTILE)];
        let fields = [
            form.text("x", HOSTILE).help(HOSTILE).placeholder(HOSTILE),
            form.textarea("x", HOSTILE),
            form.select("x", HOSTILE, &choices),
            form.radios("x", HOSTILE, &choices),
            form.checks("x", HOSTILE, &choices),
            form.checkbox("x", HOSTILE),
            form.hidden("x"),
            form.decimal("x", HOSTILE).unit(HOSTILE),
        ];
        for field in fields {
            assert!(!field.to_string().contains("<script"), "{field}");
        }
        assert!(!form.summary().to_string().contains("<script"));
        assert!(!PostButton::new(HOSTILE, HOSTILE).to_string().contains("<script"));
    }

    #[test]
    fn the_stored_choice_is_the_selected_one() {
        let form = Form::new().with("cycle", "yearly");
        let choices = [Choice::new("monthly", "Monthly"), Choice::new("yearly", "Yearly")];
        let html = form.select("cycle", "Cycle", &choices).to_string();
        assert!(html.contains(r#"<option value="yearly" selected>"#));
        assert!(html.contains(r#"<option value="monthly">"#));
    }
}
