//! The REST API, from outside.

mod auth;
mod client;
mod document;
mod hostile;
mod idempotency;
mod ownership;
mod paging;
mod problems;
mod shop;
#[path = "../support/mod.rs"]
mod support;
