//! What a variable of a text may be, and how each is written.

use chrono::NaiveDate;
use innkeeper_domain::Money;
use minijinja::Value;
use std::collections::BTreeMap;

use crate::mail_templates::language::Style;

/// Most entries of a list; what comes after them is a line of dots.
const MOST: usize = 200;

/// The values of a notice, by name.
pub(crate) type Vars = BTreeMap<&'static str, Value>;

/// What a variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// An amount with its currency, written as its language does.
    Amount,
    /// A day, written as its language does.
    Date,
    Number,
    /// For `{% if … %}`.
    Flag,
    /// Texts, for `{% for … %}`.
    List,
}

impl Kind {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Amount => "amount",
            Self::Date => "date",
            Self::Number => "number",
            Self::Flag => "yes or no",
            Self::List => "list",
        }
    }
}

/// A variable of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    pub name: &'static str,
    pub kind: Kind,
    /// May be empty.
    pub optional: bool,
    /// What it holds, as a phrase.
    pub about: &'static str,
}

/// A Rust type that can be the value of a variable.
pub(crate) trait Worth {
    const KIND: Kind;
    const OPTIONAL: bool = false;
    fn worth(&self, style: Style) -> Value;
}

impl Worth for String {
    const KIND: Kind = Kind::Text;
    fn worth(&self, _: Style) -> Value {
        Value::from(clean(self))
    }
}
impl Worth for Money {
    const KIND: Kind = Kind::Amount;
    fn worth(&self, style: Style) -> Value {
        Value::from(style.amount(*self))
    }
}
impl Worth for NaiveDate {
    const KIND: Kind = Kind::Date;
    fn worth(&self, style: Style) -> Value {
        Value::from(style.date(*self))
    }
}
impl Worth for i64 {
    const KIND: Kind = Kind::Number;
    fn worth(&self, _: Style) -> Value {
        Value::from(*self)
    }
}
impl Worth for bool {
    const KIND: Kind = Kind::Flag;
    fn worth(&self, _: Style) -> Value {
        Value::from(*self)
    }
}
impl Worth for Vec<String> {
    const KIND: Kind = Kind::List;
    fn worth(&self, _: Style) -> Value {
        let more = (self.len() > MOST).then(|| Value::from("…"));
        self.iter().take(MOST).map(|text| Value::from(clean(text))).chain(more).collect()
    }
}
impl<T: Worth> Worth for Option<T> {
    const KIND: Kind = T::KIND;
    const OPTIONAL: bool = true;
    /// What is not there is empty: it prints nothing, and is no in a condition.
    fn worth(&self, style: Style) -> Value {
        self.as_ref().map_or_else(|| Value::from(""), |value| value.worth(style))
    }
}

/// Without what could break a line or a terminal: values come from clients and vendors. Several lines stay.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\n' || *c == '\t').collect()
}
