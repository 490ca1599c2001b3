//! From the outbox to the subscribers: fan-out, then one queue for each subscriber.

mod deliver;
mod subscribers;

pub use deliver::{Pump, drain};
pub use subscribers::sync;
