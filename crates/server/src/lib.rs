//! The binary: reads the configuration, chooses the plugins, wires everything, and offers the
//! subcommands. No business logic.

mod cli;
mod commands;
mod database;
mod demo;
mod node;
mod plugins;
mod scaffold;
mod telemetry;

pub use cli::{Cli, run, run_with};
