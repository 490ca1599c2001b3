//! Paging through a list by key.

use askama::Template;

/// Links to the newer and the older page of a list. Lists are read by key, so
/// there are no page numbers: row 900,000 costs as much as row 1.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "components/pager.html")]
pub struct Pager {
    newer: Option<String>,
    older: Option<String>,
    note: String,
    newest: bool,
}

component!(Pager);

impl Pager {
    /// A pager whose links are full local addresses with filters kept, or
    /// `None` at either end of the list.
    pub fn new(newer: Option<String>, older: Option<String>) -> Self {
        Self { newer, older, ..Self::default() }
    }

    /// A pager of a list that is only read forwards: back leads to its newest page.
    pub fn from_newest(newest: Option<String>, older: Option<String>) -> Self {
        Self { newer: newest, older, newest: true, ..Self::default() }
    }

    /// Text between the links, for example `50 of 12,430`.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.note = text.into();
        self
    }
}
