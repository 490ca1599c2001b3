//! Long lists, in parts.

/// A part of a long list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Hand it back for the next part; none: this was the last.
    pub next: Option<String>,
}
