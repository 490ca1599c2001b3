//! The hook catalogue: every event, gate and slot with its name, aliases, payload, schema and example.
//! No dispatch happens here.
//!
//! *How to add a hook*: write the payload struct in `events`, `gates` or `slots` with a `Sample`,
//! add one row to `catalogue.rs`, emit it from the use case, run `cargo xtask codegen`.

mod catalogue;
pub mod events;
pub mod gates;
mod reference;
pub mod slots;

pub use catalogue::{CATALOGUE, Entry, Event, Gate, Kind, Sample, Slot, find};
pub use reference::reference_markdown;
