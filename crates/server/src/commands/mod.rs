//! The subcommands.

pub mod audit;
pub mod demo;
pub mod doctor;
pub mod migrate;
pub mod plugins;
pub mod serve;
pub mod simulate;
pub mod staff;
pub mod worker;

/// A line for the person at the terminal.
#[expect(clippy::print_stdout, reason = "the output of a command")]
pub fn say(line: impl std::fmt::Display) {
    println!("{line}");
}
