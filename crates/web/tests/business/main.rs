//! The panel's pages of the daily business, visited as staff do.

#[path = "../support/mod.rs"]
mod support;
mod toys;

mod access;
mod clients;
mod domains;
mod house;
mod invoices;
mod orders;
mod services;
mod team;
