//! What scenarios stand on: a small host with real plugins, simulated vendors and a database of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

pub mod api;
pub mod naive;
pub mod node;
mod world;

pub use world::{Buyer, World};
