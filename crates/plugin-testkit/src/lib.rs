//! The conformance kit: what every plugin of a kind must do, run against the vendor's simulator.
//!
//! *How to use it*: implement the fixture of your kind ([`ServerFixture`], [`RegistrarFixture`],
//! [`GatewayFixture`] or [`SnapinFixture`]) in `tests/conformance.rs` and end the test with
//! `conformance::server(&fixture).await.assert_clean()`. Run it on a single-threaded runtime
//! (`#[tokio::test]`): the kit watches that thread's log lines for secrets.
//!
//! What the kit asks beyond the traits' own words: settings with a missing, misspelt or mistyped
//! field are `Config` before anything is sent (so `#[serde(deny_unknown_fields)]`); every setting
//! has a doc comment, because forms show it; every secret is a `Secret`.
//!
//! A vendor whose software can be installed needs no double: [`Daemon`] runs the real thing as a child
//! of the test, and a [`Relay`] in front of it loses answers, is slow, or is down.
//!
//! The checks look at effects (what changed at the vendor), never at how a plugin goes about it.

mod bench;
mod connection;
mod daemon;
mod expect;
mod gateway;
mod host;
mod logs;
mod registrar;
mod relay;
mod report;
mod server;
mod settings;
mod snapin;
mod store;
mod vendor;

pub use daemon::{Daemon, free_ports, installed};
pub use gateway::{GatewayFixture, GatewayVendor, Paper};
pub use registrar::{RegistrarFixture, RegistrarVendor};
pub use relay::{Exchange, Relay};
pub use report::Report;
pub use server::{Orphan, ServerFixture, ServerVendor};
pub use snapin::{SnapinFixture, SnapinVendor};
pub use store::MemoryStore;
pub use vendor::Vendor;

/// One function for each kind of plugin.
pub mod conformance {
    pub use crate::{gateway::gateway, registrar::registrar, server::server, snapin::snapin};
}
