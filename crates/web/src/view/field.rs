//! One field of a form, with its label, help and error.

use askama::Template;

/// Which control a field is drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A plain `<input>` of this type.
    Input(&'static str),
    Decimal,
    Password,
    Secret,
    Textarea,
    Select,
    Radios,
    Checks,
    Checkbox,
    Hidden,
}

/// Something to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A line that explains it; shown by radios and checks.
    pub help: String,
}

impl Choice {
    /// A choice without explanation.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), help: String::new() }
    }

    /// Adds a line that explains it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = text.into();
        self
    }
}

/// One field. Made by the methods of [`super::Form`]; the methods here refine
/// it, in the template or in Rust.
#[derive(Debug, Clone, Template)]
#[template(path = "components/field.html")]
pub struct Field {
    kind: Kind,
    id: String,
    name: String,
    label: String,
    values: Vec<String>,
    error: Option<String>,
    help: String,
    placeholder: String,
    autocomplete: String,
    unit: String,
    required: bool,
    readonly: bool,
    /// The name of another field, and its values, separated by `|`.
    when: Option<(String, String)>,
    code: bool,
    focus: bool,
    rows: u8,
    limits: [(&'static str, String); 3],
    choices: Vec<Choice>,
}

component!(Field);

impl Field {
    pub(super) fn new(kind: Kind, name: &str, label: &str, values: Vec<String>, error: Option<String>) -> Self {
        Self {
            kind,
            id: id_of(name),
            name: name.to_owned(),
            label: label.to_owned(),
            values,
            error,
            help: String::new(),
            placeholder: String::new(),
            autocomplete: String::new(),
            unit: String::new(),
            required: false,
            readonly: false,
            code: false,
            focus: false,
            when: None,
            rows: 4,
            limits: [("min", String::new()), ("max", String::new()), ("maxlength", String::new())],
            choices: Vec::new(),
        }
    }

    /// A line below the field that says what belongs into it.
    #[must_use]
    pub fn help(mut self, text: &str) -> Self {
        text.clone_into(&mut self.help);
        self
    }

    /// An example inside the empty field; never the only instruction.
    #[must_use]
    pub fn placeholder(mut self, text: &str) -> Self {
        text.clone_into(&mut self.placeholder);
        self
    }

    /// What a browser may fill in, in HTML's words (`new-password`, `off`).
    #[must_use]
    pub fn autocomplete(mut self, token: &str) -> Self {
        token.clone_into(&mut self.autocomplete);
        self
    }

    /// A unit or currency shown at the end of the field.
    #[must_use]
    pub fn unit(mut self, text: &str) -> Self {
        text.clone_into(&mut self.unit);
        self
    }

    /// The field must not stay empty.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The value is shown and sent but cannot be changed.
    #[must_use]
    pub fn readonly(mut self) -> Self {
        self.readonly = true;
        self
    }

    /// The value is code: fixed width, not corrected by the browser.
    #[must_use]
    pub fn code(mut self) -> Self {
        self.code = true;
        self
    }

    /// Shown only while the field `name` holds one of these values; a ticked
    /// box is `true` or `1`. Without JavaScript it is always shown.
    #[must_use]
    pub fn when(mut self, name: &str, any_of: &[String]) -> Self {
        self.when = Some((name.to_owned(), any_of.join("|")));
        self
    }

    /// The cursor starts here. One per page, and only where the form is all
    /// there is to do.
    #[must_use]
    pub fn focus(mut self) -> Self {
        self.focus = true;
        self
    }

    /// Lines of a text area.
    #[must_use]
    pub fn rows(mut self, lines: u8) -> Self {
        self.rows = lines;
        self
    }

    /// The smallest number or earliest date.
    #[must_use]
    pub fn min(mut self, bound: impl ToString) -> Self {
        self.limits[0].1 = bound.to_string();
        self
    }

    /// The largest number or latest date.
    #[must_use]
    pub fn max(mut self, bound: impl ToString) -> Self {
        self.limits[1].1 = bound.to_string();
        self
    }

    /// The most characters.
    #[must_use]
    pub fn maxlength(mut self, characters: impl ToString) -> Self {
        self.limits[2].1 = characters.to_string();
        self
    }

    pub(super) fn choices(mut self, choices: &[Choice]) -> Self {
        choices.clone_into(&mut self.choices);
        self
    }

    fn value(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    fn holds(&self, value: &str) -> bool {
        self.values.iter().any(|held| held == value)
    }

    fn is_checked(&self) -> bool {
        !matches!(self.value(), "" | "false" | "off" | "0")
    }

    fn input_type(&self) -> &'static str {
        match self.kind {
            Kind::Input(kind) => kind,
            Kind::Password | Kind::Secret => "password",
            _ => "text",
        }
    }

    fn is_group(&self) -> bool {
        matches!(self.kind, Kind::Radios | Kind::Checks)
    }

    /// Whether what was held must not be sent back to the browser.
    fn is_concealed(&self) -> bool {
        matches!(self.kind, Kind::Password | Kind::Secret)
    }

    fn keeps_stored(&self) -> bool {
        self.kind == Kind::Secret && !self.value().is_empty()
    }

    /// The ids of error and help, for `aria-describedby`.
    fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if self.error.is_some() {
            ids.push(format!("{}-error", self.id));
        }
        if !self.help.is_empty() || self.keeps_stored() {
            ids.push(format!("{}-help", self.id));
        }
        ids.join(" ")
    }
}

/// The id of the field of this name: letters, digits and dashes only.
pub(super) fn id_of(name: &str) -> String {
    let safe: String = name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    format!("f-{safe}")
}
