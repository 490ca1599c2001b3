//! The catalogue: one row per hook, by area. The canonical name is Clientexec's where it has one, else
//! WHMCS's; which other names stand for a row is said once, in [`crate::foreign`].
//!
//! *How to add a hook*: one row in its area's file (the macro makes the payload's type of it), the
//! names of the other systems in `foreign`, the call in the use case (`tx.emit`, `gates::ask`,
//! `slots::fill`), then `cargo xtask codegen`.

mod row;

pub mod addons;
pub mod billing;
pub mod clients;
pub mod domains;
pub mod orders;
pub mod panel;
pub mod portal;
pub mod services;
pub mod shop;
pub mod staff;
pub mod system;

pub use row::{Answered, Entry, Event, Gate, Kind, Sample, Slot};
use std::sync::LazyLock;

/// The rows of one part of the catalogue, under its heading.
pub struct Area {
    /// Heading in the reference.
    pub title: &'static str,
    /// Its rows.
    pub rows: &'static [Entry],
}

/// Every area, in the order of the reference.
pub static AREAS: &[&Area] = &[
    &clients::CLIENTS,
    &staff::STAFF,
    &orders::ORDERS,
    &billing::BILLING,
    &services::GATES,
    &services::DONE,
    &services::FAILED,
    &services::OTHER,
    &domains::GATES,
    &domains::DONE,
    &domains::FAILED,
    &domains::READS,
    &domains::OTHER,
    &shop::SHOP,
    &system::SYSTEM,
    &system::MAIL,
    &portal::PORTAL,
    &panel::PANEL,
    &addons::ADDONS,
    &addons::LICENSING,
];

/// Every hook, in the order of the reference.
pub static CATALOGUE: LazyLock<Vec<&'static Entry>> =
    LazyLock::new(|| AREAS.iter().flat_map(|area| area.rows).collect());

/// The row of a canonical name.
pub fn row(name: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().copied().find(|entry| entry.name == name)
}

/// The row of a canonical name or of another system's name for it.
pub fn find(name: &str) -> Option<&'static Entry> {
    row(name).or_else(|| crate::foreign::counterpart(name).and_then(row))
}

#[cfg(test)]
mod tests;
