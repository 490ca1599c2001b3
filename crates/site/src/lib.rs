//! The site: every door in one router, with what surrounds them, and what a monitor asks.
//!
//! A door is a crate of its own (`portal`, `panel`, `api`), none knows another; what they share is in `web`.
//! The tests of this crate visit the whole site.

mod callbacks;
mod health;
mod metrics;
mod router;

pub use innkeeper_web::{AppState, ProxyTest, WebOptions};
pub use router::router;
