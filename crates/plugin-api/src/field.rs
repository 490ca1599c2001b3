//! Questions to people: at an order, before an action, on a page of a snapin.

use innkeeper_domain::EmailAddress;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use url::Url;

/// What an answer means, so that the core and other plugins need no names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The account's user name.
    Username,
    /// The account's initial password: stored encrypted.
    Password,
    /// First name of the account's user.
    FirstName,
    /// Last name of the account's user.
    LastName,
    /// The domain that the account is for.
    Domain,
    /// A host name.
    Hostname,
    /// The operating system or image to install.
    OperatingSystem,
    /// Where the machine stands.
    Location,
    /// A public SSH key.
    SshKey,
    /// Data for the first start of a machine, such as cloud-init.
    UserData,
    /// Anything else.
    Other,
}

/// How a field is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "of", rename_all = "snake_case")]
pub enum FieldKind {
    /// One line of text.
    Text,
    /// Several lines.
    Multiline,
    /// A password: never shown again.
    Password,
    /// A box to tick; the answer is `1`, or empty.
    Checkbox,
    /// A whole number within these limits.
    Number {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// A day; the answer is `YYYY-MM-DD`.
    Date,
    /// An e-mail address.
    Email,
    /// A web address, with `http` or `https`.
    Web,
    /// One of these (value, label).
    Choice(Vec<(String, String)>),
    /// Any of these (value, label); the answer holds the values chosen, one on each line.
    Several(Vec<(String, String)>),
}

/// When a field counts: only if another one has one of these answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Key of the other field.
    pub key: String,
    /// Any of these answers.
    pub any_of: Vec<String>,
}

/// The texts of a field in another language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldTexts {
    /// Label.
    pub label: String,
    /// Help below the field; may be empty.
    pub help: String,
    /// Labels of choices, by value; those left out keep theirs.
    pub choices: BTreeMap<String, String>,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Key of the answer.
    pub key: String,
    /// What it means.
    pub role: Role,
    /// Label.
    pub label: String,
    /// Help below the field; may be empty.
    pub help: String,
    /// Must be answered, if it counts at all.
    pub required: bool,
    /// How it is asked.
    pub kind: FieldKind,
    /// Counts only then; none: always.
    pub when: Option<Condition>,
    /// Other languages, by tag such as `es`.
    pub translations: BTreeMap<String, FieldTexts>,
}

impl Field {
    /// A required field without help that always counts.
    pub fn new(key: impl Into<String>, label: impl Into<String>, kind: FieldKind) -> Self {
        Self {
            key: key.into(),
            role: Role::Other,
            label: label.into(),
            help: String::new(),
            required: true,
            kind,
            when: None,
            translations: BTreeMap::new(),
        }
    }
    /// Says what the answer means.
    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }
    /// Adds help below the field.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
    /// May be left empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }
    /// Counts only if the field `key` has one of these answers.
    #[must_use]
    pub fn when(mut self, key: impl Into<String>, any_of: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.when = Some(Condition { key: key.into(), any_of: any_of.into_iter().map(Into::into).collect() });
        self
    }
    /// Adds the texts of another language.
    #[must_use]
    pub fn translated(mut self, language: impl Into<String>, texts: FieldTexts) -> Self {
        self.translations.insert(language.into(), texts);
        self
    }
    /// Does it count, given these answers?
    pub fn counts(&self, answers: &BTreeMap<String, String>) -> bool {
        self.when.as_ref().is_none_or(|when| {
            let given = answers.get(&when.key).map_or("", String::as_str);
            when.any_of.iter().any(|one| one == given || given.lines().any(|line| line == one))
        })
    }
    /// Its texts in a language, if it has them; `es-MX` falls back to `es`.
    pub fn texts(&self, language: &str) -> Option<&FieldTexts> {
        let short = language.split(['-', '_']).next().unwrap_or(language);
        self.translations.get(language).or_else(|| self.translations.get(short))
    }
    /// The same question in the words of a language. What it does not say there stays as it was written, which
    /// is English. This is the one way in which questions are translated.
    #[must_use]
    pub fn in_language(mut self, language: &str) -> Self {
        let Some(texts) = self.texts(language).cloned() else { return self };
        let put = |old: &mut String, new: String| {
            if !new.is_empty() {
                *old = new;
            }
        };
        put(&mut self.label, texts.label);
        put(&mut self.help, texts.help);
        if let FieldKind::Choice(choices) | FieldKind::Several(choices) = &mut self.kind {
            for (value, label) in choices {
                put(label, texts.choices.get(value).cloned().unwrap_or_default());
            }
        }
        self
    }
    /// What is wrong with an answer, for the person who gave it; none: it is good.
    pub fn fault(&self, answer: &str) -> Option<String> {
        if answer.trim().is_empty() {
            return self.required.then(|| "must not be empty".to_owned());
        }
        match &self.kind {
            FieldKind::Text | FieldKind::Password if answer.contains(['\n', '\r']) => {
                Some("must be one line".to_owned())
            }
            FieldKind::Text | FieldKind::Password | FieldKind::Multiline => None,
            FieldKind::Checkbox => (answer != "1").then(|| "must be 1 or empty".to_owned()),
            FieldKind::Number { min, max } => match answer.trim().parse::<i64>() {
                Ok(number) if (*min..=*max).contains(&number) => None,
                _ => Some(format!("must be a whole number from {min} to {max}")),
            },
            FieldKind::Date => chrono::NaiveDate::parse_from_str(answer.trim(), "%Y-%m-%d")
                .is_err()
                .then(|| "must be a day, such as 2027-03-31".to_owned()),
            FieldKind::Email => answer.parse::<EmailAddress>().err().map(|e| e.to_string()),
            FieldKind::Web => {
                let is_web = Url::parse(answer.trim()).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
                (!is_web).then(|| "must be a web address, such as https://example.com".to_owned())
            }
            FieldKind::Choice(choices) => {
                (!is_among(choices, answer)).then(|| format!("must be one of: {}", values(choices)))
            }
            FieldKind::Several(choices) => {
                let lines: Vec<&str> = answer.lines().collect();
                let twice = lines.iter().enumerate().any(|(at, line)| lines[..at].contains(line));
                let fits = !twice && lines.iter().all(|line| is_among(choices, line));
                (!fits).then(|| format!("must be any of these, each once: {}", values(choices)))
            }
        }
    }
}

fn is_among(choices: &[(String, String)], answer: &str) -> bool {
    choices.iter().any(|(value, _)| value == answer)
}

fn values(choices: &[(String, String)]) -> String {
    choices.iter().map(|(value, _)| value.as_str()).collect::<Vec<_>>().join(", ")
}

/// What is wrong with the answers to `fields`, as (key, fault); answers to fields that do not count and
/// to none at all are faults too.
pub fn faults(fields: &[Field], answers: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = vec![];
    for field in fields {
        let answer = answers.get(&field.key).map_or("", String::as_str);
        let fault = match field.counts(answers) {
            true => field.fault(answer),
            false => (!answer.is_empty()).then(|| "does not apply here".to_owned()),
        };
        out.extend(fault.map(|fault| (field.key.clone(), fault)));
    }
    let unknown = answers.keys().filter(|key| !fields.iter().any(|field| field.key == **key));
    out.extend(unknown.map(|key| (key.clone(), "is not asked for".to_owned())));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn a_condition_decides_whether_an_answer_is_needed() {
        let choice = FieldKind::Choice(vec![("person".into(), "Person".into()), ("firm".into(), "Firm".into())]);
        let fields = [
            Field::new("form", "Form", choice),
            Field::new("number", "Number", FieldKind::Text).when("form", ["firm"]),
        ];
        assert_eq!(faults(&fields, &answers(&[("form", "person")])), []);
        assert_eq!(faults(&fields, &answers(&[("form", "firm")])), [("number".into(), "must not be empty".into())]);
        let needless = faults(&fields, &answers(&[("form", "person"), ("number", "1")]));
        assert_eq!(needless, [("number".into(), "does not apply here".into())]);
    }

    #[test]
    fn wrong_answers_are_named() {
        let fields = [
            Field::new("n", "N", FieldKind::Number { min: 1, max: 3 }),
            Field::new("d", "D", FieldKind::Date).optional(),
            Field::new("c", "C", FieldKind::Checkbox).optional(),
            Field::new("e", "E", FieldKind::Email).optional(),
            Field::new("w", "W", FieldKind::Web).optional(),
        ];
        let wrong = [("n", "4"), ("d", "31.3.2027"), ("c", "yes"), ("e", "ada"), ("w", "javascript:x"), ("x", "1")];
        let wrong = faults(&fields, &answers(&wrong));
        let keys: Vec<&str> = wrong.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["n", "d", "c", "e", "w", "x"]);
        assert_eq!(faults(&fields, &answers(&[("n", "1"), ("e", "a@b.example"), ("w", "https://b.example")])), []);
        assert_eq!(faults(&fields, &answers(&[("n", "3"), ("d", "2027-03-31"), ("c", "1")])), []);
    }

    #[test]
    fn several_may_be_chosen_each_once_and_a_condition_sees_each() {
        let days = ["mon", "tue", "wed"].map(|day| (day.to_owned(), day.to_uppercase())).to_vec();
        let days = Field::new("days", "Days", FieldKind::Several(days));
        let fields = [days, Field::new("hour", "Hour", FieldKind::Text).when("days", ["tue"])];
        assert_eq!(faults(&fields, &answers(&[("days", "mon\ntue"), ("hour", "9")])), []);
        assert_eq!(faults(&fields, &answers(&[("days", "wed")])), []);
        for (wrong, key) in [("", "days"), ("mon\nmon", "days"), ("mon,tue", "days"), ("sun", "days"), ("tue", "hour")]
        {
            let keys: Vec<String> = faults(&fields, &answers(&[("days", wrong)])).into_iter().map(|f| f.0).collect();
            assert_eq!(keys, [key], "{wrong:?}");
        }
    }

    #[test]
    fn what_a_language_does_not_say_is_said_in_english() {
        let choices = || FieldKind::Choice(vec![("a".into(), "One".into()), ("b".into(), "Two".into())]);
        let texts = FieldTexts {
            label: "Nombre".into(),
            help: String::new(),
            choices: [("b".to_owned(), "Dos".to_owned())].into(),
        };
        let field = Field::new("name", "Name", choices()).help("As on paper.").translated("es", texts);
        for (language, label, second) in [("es-MX", "Nombre", "Dos"), ("de", "Name", "Two"), ("", "Name", "Two")] {
            let said = field.clone().in_language(language);
            assert_eq!((said.label.as_str(), said.help.as_str()), (label, "As on paper."), "{language}");
            let kind = FieldKind::Choice(vec![("a".into(), "One".into()), ("b".into(), second.into())]);
            assert_eq!((said.kind, said.key.as_str()), (kind, "name"), "values and keys stay: {language}");
        }
    }

    #[test]
    fn a_language_falls_back_to_its_root() {
        let texts = FieldTexts { label: "Nombre".into(), ..FieldTexts::default() };
        let field = Field::new("name", "Name", FieldKind::Text).translated("es", texts);
        assert_eq!(field.texts("es-MX").map(|t| t.label.as_str()), Some("Nombre"));
        assert!(field.texts("de").is_none());
    }
}
