//! The panel's pages of the daily business, visited as staff do.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;
mod toys;

mod abilities;
mod access;
mod charges;
mod charging;
mod clients;
mod cloud;
mod domains;
mod exchange;
mod gateway;
mod hooks;
mod house;
mod invoices;
mod late_domains;
mod mails;
mod orders;
mod pages;
mod quotes;
mod recorder;
mod registry;
mod reports;
mod screening;
mod services;
mod statements;
mod tasks;
mod team;
mod together;
