//! Is a name to be had?

use innkeeper_domain::Money;
use serde::{Deserialize, Serialize};

/// Is a name to be had?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Availability {
    /// Free.
    Available,
    /// Free at a special yearly price (the registrar's, without our margin).
    Premium {
        /// The registrar's price, if told.
        price: Option<Money>,
    },
    /// Registered by somebody.
    Taken,
    /// The registrar does not sell this extension.
    Unsupported,
    /// The registry could not be asked just now.
    Unreachable,
    /// No valid name.
    Invalid {
        /// Why.
        reason: String,
    },
}

/// A name that the registrar suggests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The name.
    pub name: innkeeper_domain::DomainName,
    /// Is it to be had?
    pub availability: Availability,
}
