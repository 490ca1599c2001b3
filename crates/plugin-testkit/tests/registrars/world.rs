//! A registrar's books, in memory.

use chrono::{Months, NaiveDate};
use innkeeper_plugin_api::{Contacts, PluginError};
use std::collections::{BTreeMap, HashMap};

/// The key that the books are opened with.
pub const KEY: &str = "paper-registrar-key";

#[derive(Clone)]
pub struct Entry {
    pub ours: bool,
    pub live: bool,
    pub expires_on: NaiveDate,
    pub nameservers: Vec<String>,
    pub contacts: Contacts,
}

/// What is wrong with the line.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Line {
    #[default]
    Good,
    Down,
    LosesNextChange,
    Slow,
}

#[derive(Default)]
pub struct World {
    pub domains: BTreeMap<String, Entry>,
    pub effects: HashMap<&'static str, usize>,
    pub requests: u64,
    pub line: Line,
}

impl World {
    /// A call that asks.
    pub fn ask(&mut self, key: &str) -> Result<(), PluginError> {
        if self.line == Line::Down {
            return Err(PluginError::temporary("connection refused"));
        }
        self.requests += 1;
        if key == KEY { Ok(()) } else { Err(PluginError::config("the key is refused")) }
    }

    /// Counts an effect; says whether its answer arrives.
    pub fn changed(&mut self, what: &'static str) -> Result<(), PluginError> {
        *self.effects.entry(what).or_default() += 1;
        match self.line {
            Line::LosesNextChange => {
                self.line = Line::Good;
                Err(PluginError::unknown("the connection broke"))
            }
            Line::Slow => Err(PluginError::unknown("no answer in time")),
            Line::Good | Line::Down => Ok(()),
        }
    }
}

/// A year later.
pub fn renewed(expires_on: NaiveDate, years: u8) -> NaiveDate {
    expires_on.checked_add_months(Months::new(12 * u32::from(years))).unwrap()
}
