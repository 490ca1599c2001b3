//! The hook catalogue: every event, gate and slot with its payload, schema and example; the names that
//! other systems have for them, and their view of the payloads. No dispatch happens here.
//!
//! *How to add a hook*: see [`catalogue`].

pub mod alias;
pub mod catalogue;
pub mod foreign;
mod reference;
pub mod slots;

/// Every payload of an event, question of a gate and context of a slot.
pub mod payloads {
    pub use crate::catalogue::{
        addons::*, billing::*, clients::*, domains::*, orders::*, panel::*, portal::*, services::*, shop::*, staff::*,
        system::*,
    };
}
pub use catalogue::{AREAS, Answered, Area, CATALOGUE, Entry, Event, Gate, Kind, Sample, Slot, find, row};
pub use foreign::System;
pub use reference::reference_markdown;
