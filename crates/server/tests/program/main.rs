//! The program itself, run as people run it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

mod demo;
mod guide;
mod mistakes;
mod running;
mod scaffold;
