//! A clock that is turned back to let a past happen.

use chrono::{DateTime, Utc};
use innkeeper_app::clock::Clock;
use std::sync::{PoisonError, RwLock};

/// Shows what it was set to; before that, the time.
#[derive(Default)]
pub struct SetClock(RwLock<Option<DateTime<Utc>>>);

impl SetClock {
    /// Sets it, but never ahead of the time.
    pub fn set(&self, to: DateTime<Utc>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(to.min(Utc::now()));
    }
}

impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).unwrap_or_else(Utc::now)
    }
}
