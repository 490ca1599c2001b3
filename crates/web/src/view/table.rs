//! Label and value pairs, and the values that stand in them.

use std::fmt;

use askama::Template;

use super::action::PostButton;
use super::badge::Badge;
use super::dates::Moment;

/// A value in a list of facts.
#[derive(Debug, Clone)]
pub enum Cell {
    /// Plain text; an empty one shows as a dash.
    Text(String),
    /// Something to copy and paste: a key, a host name, a nameserver.
    Code(String),
    /// A link: address and text.
    Link(String, String),
    /// A state.
    State(Badge),
    /// A moment or a date.
    Time(Moment),
    /// Something to press.
    Button(PostButton),
}

component!(Cell);

#[derive(Template)]
#[template(path = "components/cell.html")]
struct Printed<'a> {
    cell: &'a Cell,
}

impl fmt::Display for Cell {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        Printed { cell: self }.fmt(out)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Self {
        Self::Text(text.unwrap_or_default())
    }
}

impl From<Badge> for Cell {
    fn from(badge: Badge) -> Self {
        Self::State(badge)
    }
}

impl From<Moment> for Cell {
    fn from(moment: Moment) -> Self {
        Self::Time(moment)
    }
}

/// A definition list: what a detail page knows about its subject.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "components/facts.html")]
pub struct Facts {
    rows: Vec<(String, Cell)>,
}

component!(Facts);

impl Facts {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Has it no rows?
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds a row.
    #[must_use]
    pub fn row(mut self, label: impl Into<String>, value: impl Into<Cell>) -> Self {
        self.rows.push((label.into(), value.into()));
        self
    }
}
