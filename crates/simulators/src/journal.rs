//! What a simulator was asked to change, so that tests can count effects.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One mutating call, or one item of it where the vendor takes several at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// Position, from 0.
    pub number: usize,
    /// When it was carried out or refused.
    pub at: DateTime<Utc>,
    /// The vendor's name of the call (`Users.create`).
    pub method: String,
    /// What it was about (`alice@example.org`).
    pub subject: String,
    /// Whether anything changed.
    pub outcome: Outcome,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// It was carried out.
    Done,
    /// It was refused and changed nothing.
    Refused {
        /// The vendor's code and text.
        reason: String,
    },
}

/// The journal of one simulator. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Journal(Arc<Mutex<Vec<JournalEntry>>>);

impl Journal {
    /// Adds an entry, dated now.
    pub fn record(&self, method: &str, subject: impl Into<String>, outcome: Outcome) {
        let mut entries = self.lock();
        let number = entries.len();
        entries.push(JournalEntry {
            number,
            at: Utc::now(),
            method: method.to_owned(),
            subject: subject.into(),
            outcome,
        });
    }

    /// All entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> Vec<JournalEntry> {
        self.lock().clone()
    }

    /// How often `method` was carried out (refusals do not count).
    #[must_use]
    pub fn done(&self, method: &str) -> usize {
        self.count(|entry| entry.method == method)
    }

    /// How often `method` was carried out on `subject`.
    #[must_use]
    pub fn done_to(&self, method: &str, subject: &str) -> usize {
        self.count(|entry| entry.method == method && entry.subject == subject)
    }

    /// How many calls changed something.
    #[must_use]
    pub fn effects(&self) -> usize {
        self.count(|_| true)
    }

    fn count(&self, wanted: impl Fn(&JournalEntry) -> bool) -> usize {
        self.lock().iter().filter(|entry| entry.outcome == Outcome::Done && wanted(entry)).count()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<JournalEntry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
