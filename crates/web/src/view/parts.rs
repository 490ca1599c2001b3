//! Smaller parts of a page: tiles, empty states, timelines, code.

use askama::Template;

use super::action::Link;
use super::badge::Tone;
use super::icon::{Icon, icon};
use crate::charts::Sparkline;

/// A number that matters, on a dashboard.
#[derive(Debug, Clone, Template)]
#[template(path = "components/stat.html")]
pub struct Stat {
    label: String,
    value: String,
    icon: Icon,
    tone: Tone,
    note: String,
    href: Option<String>,
    trend: Option<Sparkline>,
}

component!(Stat);

impl Stat {
    /// A tile with a finished value (`€1,204.00`, `17`).
    pub fn new(icon_name: &'static str, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
            icon: icon(icon_name),
            tone: Tone::Neutral,
            note: String::new(),
            href: None,
            trend: None,
        }
    }

    /// The colour of the icon.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// A line below the value, for example `3 more than last week`.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.note = text.into();
        self
    }

    /// Where a click on the tile leads.
    #[must_use]
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// A small line of the recent values.
    #[must_use]
    pub fn trend(mut self, line: Sparkline) -> Self {
        self.trend = Some(line);
        self
    }
}

/// What stands where a list would be: says why it is empty and what to do.
#[derive(Debug, Clone, Template)]
#[template(path = "components/empty.html")]
pub struct Empty {
    icon: Icon,
    title: String,
    text: String,
    action: Option<Link>,
}

component!(Empty);

impl Empty {
    /// An empty state with its explanation.
    pub fn new(icon_name: &'static str, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { icon: icon(icon_name), title: title.into(), text: text.into(), action: None }
    }

    /// The way on.
    #[must_use]
    pub fn action(mut self, link: Link) -> Self {
        self.action = Some(link);
        self
    }
}

/// Something that happened, in a [`Timeline`].
#[derive(Debug, Clone)]
pub struct Event {
    /// How it went.
    pub tone: Tone,
    /// Its picture.
    pub icon: Icon,
    /// What happened.
    pub title: String,
    /// A local address that tells more.
    pub href: Option<String>,
    /// Who, or further detail; may be empty.
    pub detail: String,
    /// When.
    pub at: super::Moment,
}

/// Happenings in order, newest first.
#[derive(Debug, Clone, Template)]
#[template(path = "components/timeline.html")]
pub struct Timeline {
    events: Vec<Event>,
}

component!(Timeline);

impl Timeline {
    /// A timeline in the order given.
    pub fn new(events: Vec<Event>) -> Self {
        Self { events }
    }
}

/// A block of code or data with a button that copies it.
#[derive(Debug, Clone, Template)]
#[template(path = "components/code.html")]
pub struct Code {
    label: String,
    text: String,
}

component!(Code);

impl Code {
    /// Text as it is; `label` tells a screen reader what the block holds.
    pub fn text(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self { label: label.into(), text: text.into() }
    }

    /// A JSON value, indented.
    pub fn json(label: impl Into<String>, value: &serde_json::Value) -> Self {
        Self::text(label, format!("{value:#}"))
    }
}
