//! What scenarios stand on: a small host with real plugins, simulated vendors and a database of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

pub mod api;
mod browser;
pub mod chance;
mod demo;
pub mod hooks;
pub mod naive;
pub mod node;
mod world;

pub use browser::Browser;
pub use demo::Demo;
pub use world::{Buyer, World};
