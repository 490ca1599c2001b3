//! The REST API, from outside.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

mod abilities;
mod auth;
mod client;
mod document;
mod hostile;
mod idempotency;
mod made;
mod mails;
mod ownership;
mod paging;
mod problems;
mod shop;
#[path = "../support/mod.rs"]
mod support;
