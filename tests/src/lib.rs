//! What scenarios stand on: a small host with real plugins, simulated vendors and a database of its own.

mod world;

pub use world::{Buyer, World};
