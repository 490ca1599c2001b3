//! What scenarios stand on: a small host with real plugins, simulated vendors and a database of its own.

pub mod api;
pub mod naive;
pub mod node;
mod world;

pub use world::{Buyer, World};
