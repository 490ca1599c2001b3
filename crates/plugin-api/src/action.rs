//! Actions of a plugin's own, beyond those that every plugin has: reboot, rebuild, rescue mode, resend.

use serde::{Deserialize, Serialize};

use crate::{Field, Protection, view::Value};

/// Who may run an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Staff alone.
    Staff,
    /// Staff, and the client whose thing it is.
    Client,
}

/// An action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Its key, stable.
    pub key: String,
    /// Text of the button: a verb.
    pub label: String,
    /// Who may run it.
    pub audience: Audience,
    /// Asked before it runs; none: it runs at once.
    pub confirm: Option<String>,
    /// Destroys data: shown so, and asks for confirmation in any case.
    pub destructive: bool,
    /// What is asked before it runs. Answers with [`crate::FieldKind::Password`] are stored encrypted.
    pub fields: Vec<Field>,
    /// What keeps it from acting twice.
    pub protection: Protection,
}

/// What an action did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// A line for people.
    pub message: String,
    /// What it brought to light, as (label, value); secrets are stored encrypted and shown to who ran it.
    pub data: Vec<(String, Value)>,
}

impl Report {
    /// Just a line.
    pub fn message(text: impl Into<String>) -> Self {
        Self { message: text.into(), data: vec![] }
    }
}
