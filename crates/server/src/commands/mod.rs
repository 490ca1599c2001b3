//! The subcommands.

pub mod audit;
pub mod demo;
pub mod doctor;
pub mod migrate;
pub mod plugin;
pub mod plugins;
pub mod serve;
pub mod simulate;
pub mod staff;
pub mod task;
pub mod worker;

use std::io::Write as _;

/// A line for the person at the terminal. That nobody reads it (any more) is no reason to fail.
pub fn say(line: impl std::fmt::Display) {
    let _ = std::io::stdout().write_all(format!("{line}\n").as_bytes());
}
