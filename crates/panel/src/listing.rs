//! What the lists of the panel share: the filter in the address, tabs by state, paging by key.

use std::str::FromStr;

use innkeeper_domain::ClientId;
use innkeeper_web::view::{Form, Pager};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

/// Rows on a page.
const ROWS: usize = 50;
/// How many a list asks for: one more than it shows tells whether there are older ones.
pub(super) const LIMIT: i64 = 51;

/// The filter of a list. What makes no sense is left out rather than refused: an old bookmark still
/// shows a list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    q: String,
    state: String,
    client: String,
    before: String,
}

/// A tab above a list.
#[derive(Debug, Clone)]
pub(super) struct Tab {
    pub href: String,
    pub label: String,
    pub current: bool,
}

impl ListQuery {
    /// The words looked for.
    pub fn text(&self) -> Option<String> {
        Some(self.q.trim().to_owned()).filter(|text| !text.is_empty())
    }
    /// The state asked for, if it is one.
    pub fn state<T: FromStr>(&self) -> Option<T> {
        self.state.parse().ok()
    }
    /// The state's word as it was sent.
    pub fn state_word(&self) -> &str {
        &self.state
    }
    /// Whose things.
    pub fn client(&self) -> Option<ClientId> {
        self.client.parse().ok()
    }
    /// The oldest row of the page before.
    pub fn before(&self) -> Option<i64> {
        self.before.parse().ok()
    }
    /// Whether anything is left out of the list.
    pub fn narrows(&self) -> bool {
        !(self.q.is_empty() && self.state.is_empty() && self.client.is_empty())
    }
    /// The filter's fields, filled in.
    pub fn form(&self) -> Form {
        Form::new().with("q", &self.q).with("state", &self.state).with("client", &self.client)
    }
    /// Tabs of state words with their labels; the first is `All`.
    pub fn tabs(&self, states: &[(&str, &str)]) -> Vec<Tab> {
        let known = states.iter().any(|(word, _)| *word == self.state);
        let tab = |(word, label): (&str, &str)| Tab {
            href: self.address(word, None),
            label: label.to_owned(),
            current: if word.is_empty() { !known } else { word == self.state },
        };
        std::iter::once(("", "All")).chain(states.iter().copied()).map(tab).collect()
    }
    /// Cuts the rows down to a page and links the next one.
    pub fn pager<T>(&self, rows: &mut Vec<T>, id: impl Fn(&T) -> i64) -> Pager {
        let more = rows.len() > ROWS;
        rows.truncate(ROWS);
        let older = rows.last().filter(|_| more).map(|row| self.address(&self.state, Some(id(row))));
        let newest = self.before().map(|_| self.address(&self.state, None));
        Pager::from_newest(newest, older)
    }

    /// This list with another state or page.
    fn address(&self, state: &str, before: Option<i64>) -> String {
        let before = before.map(|id| id.to_string()).unwrap_or_default();
        let pairs = [("q", self.q.as_str()), ("state", state), ("client", &self.client), ("before", &before)];
        let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<String> =
            pairs.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))).collect();
        format!("?{}", query.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query() -> ListQuery {
        ListQuery { q: "a&b".into(), state: "paid".into(), client: "7".into(), before: String::new() }
    }

    #[test]
    fn a_tab_keeps_the_words_and_starts_at_the_newest() {
        let tabs = ListQuery { before: "9".into(), ..query() }.tabs(&[("paid", "Paid"), ("void", "Void")]);
        assert_eq!(tabs[2].href, "?q=a%26b&state=void&client=7");
        let current: Vec<bool> = tabs.iter().map(|tab| tab.current).collect();
        assert_eq!(current, [false, true, false]);
    }

    #[test]
    fn a_state_that_is_none_shows_all() {
        let odd = ListQuery { state: "<b>".into(), ..ListQuery::default() };
        assert_eq!(odd.state::<innkeeper_domain::state::OrderState>(), None);
        assert!(odd.tabs(&[("paid", "Paid")])[0].current);
    }

    #[test]
    fn the_next_page_starts_after_the_last_row_shown() {
        let mut rows: Vec<i64> = (1..=51).rev().collect();
        let html = query().pager(&mut rows, |id| *id).to_string();
        assert_eq!(rows.len(), 50);
        assert!(html.contains("before=2"), "{html}");
        assert!(html.contains("state=paid"));
        let mut few = vec![1];
        assert!(!query().pager(&mut few, |id| *id).to_string().contains("before="));
    }
}
