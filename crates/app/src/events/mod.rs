//! From the outbox to the subscribers. The fan-out gives every event a place in the feed; each subscriber
//! reads it with a cursor, and only what fails leaves a row behind.

mod feed;
mod line;
mod pump;
mod subscribers;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod worker;

pub use pump::{Pump, drain, prune};
pub(crate) use subscribers::subscriber_id;
pub use subscribers::sync;

/// What this node knows of the feed.
#[derive(Default)]
pub(crate) struct Bus {
    pub(crate) feed: feed::Feed,
}
