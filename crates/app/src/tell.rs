//! Transient events: told to who listens right now, never stored.

use innkeeper_hooks::Event;

use crate::App;

impl App {
    /// Tells a transient event. Costs next to nothing where nobody listens; never fails and never waits.
    pub fn tell<E: Event>(&self, event: &E) {
        debug_assert!(E::TRANSIENT, "{} is stored: emit it in a transaction", E::NAME);
        let _ = event;
    }
}
