//! What a plugin shows: blocks of plain values. The host draws and escapes them, in the style of its
//! pages; a plugin never writes HTML.

use innkeeper_domain::Scale;
use serde::{Deserialize, Serialize};

use crate::{Field, Secret};

/// A page, a tab or a panel.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// From top to bottom.
    pub blocks: Vec<Block>,
}

/// A part of a [`View`].
#[derive(Clone, Debug)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A note that stands out.
    Notice {
        /// How grave it is.
        tone: Tone,
        /// What it says.
        text: String,
    },
    /// Labels and values.
    Facts(Vec<(String, Value)>),
    /// A table.
    Table {
        /// What it shows, for those who do not see it.
        caption: String,
        /// Column titles.
        head: Vec<String>,
        /// Rows, each as long as `head`.
        rows: Vec<Vec<Value>>,
    },
    /// A bar: how much of a limit is used.
    Meter {
        /// What is measured.
        label: String,
        /// How much is used.
        used: u64,
        /// Of how much; none: unlimited.
        limit: Option<u64>,
        /// Of what.
        unit: Unit,
    },
    /// A form that calls an action of the page.
    Form {
        /// Key of the action.
        action: String,
        /// What is asked.
        fields: Vec<Field>,
        /// Text of the button.
        submit: String,
    },
}

/// How grave a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Good to know.
    Info,
    /// It worked.
    Success,
    /// Look here.
    Warning,
    /// Something is wrong.
    Danger,
}

/// A value.
#[derive(Clone, Debug)]
pub enum Value {
    /// Text.
    Text(String),
    /// A secret: hidden until asked for, never logged.
    Secret(Secret),
    /// A link: an `https:` address or a path of this site.
    Link {
        /// Text.
        text: String,
        /// Where to.
        url: String,
    },
    /// A button that calls an action of the page with these answers. Only pages with actions draw it.
    Button {
        /// Key of the action.
        action: String,
        /// Text of the button.
        label: String,
        /// The answers to the fields of the action, by key.
        input: Vec<(String, String)>,
        /// Asked before; none: it is called at once.
        confirm: Option<String>,
    },
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// What a quantity counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Bytes in steps of 1024: people type and read KiB, MiB, GiB. Disks, memory.
    Bytes,
    /// Bytes in steps of 1000: people type and read kB, MB, GB. Traffic, mostly.
    DecimalBytes,
    /// Single things: accounts, domains, messages.
    Pieces,
    /// Yes (1) or no (0).
    Switch,
}

impl Unit {
    /// The steps in which it is shown, if it counts bytes.
    pub const fn scale(self) -> Option<Scale> {
        match self {
            Self::Bytes => Some(Scale::Binary),
            Self::DecimalBytes => Some(Scale::Decimal),
            Self::Pieces | Self::Switch => None,
        }
    }
}
