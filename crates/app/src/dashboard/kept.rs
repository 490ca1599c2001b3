//! Figures that took long are shown again for a while: a large business spends no more than a tenth of its time on them.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::Dashboard;

/// What is faster is always fresh.
const SLOW: Duration = Duration::from_millis(200);

/// Figures by the number of their days, and until when they are shown.
#[derive(Debug, Default)]
pub(crate) struct Kept(Mutex<HashMap<u16, (Instant, Dashboard)>>);

impl Kept {
    /// Those of so many days, while they last.
    pub fn get(&self, days: u16) -> Option<Dashboard> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&days).filter(|(until, _)| Instant::now() < *until).map(|(_, figures)| figures.clone())
    }
    /// Keeps what took so long for ten times that.
    pub fn put(&self, days: u16, took: Duration, figures: &Dashboard) {
        if took > SLOW {
            let until = Instant::now() + took * 10;
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(days, (until, figures.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_slow_is_shown_again() {
        let (kept, figures) = (Kept::default(), Dashboard::default());
        kept.put(7, SLOW, &figures);
        assert!(kept.get(7).is_none());
        kept.put(7, Duration::from_secs(60), &figures);
        assert!(kept.get(7).is_some() && kept.get(30).is_none());
    }
}
