//! Every SQL statement, grouped by what it is about. No rules: it stores and fetches. Absence is
//! `Option`; a broken constraint is an error whose name [`conflict`] gives.
//!
//! *How to add a statement*: a function on `&mut PgConnection` in the file of its aggregate, with a
//! `query!` macro; then `cargo xtask sqlx-prepare`.

pub mod addons;
pub mod addresses;
pub mod api_tokens;
pub mod audit;
pub mod autologin;
pub mod billable_items;
pub mod bundles;
pub mod cancellations;
pub mod carts;
pub mod clients;
pub mod collections;
pub mod composed_lines;
pub mod contacts;
pub mod credit;
pub mod credit_adjustments;
pub mod credit_notes;
pub mod currencies;
pub mod custom_fields;
pub mod cycles;
pub mod daily;
pub mod dashboard;
pub mod deliveries;
pub mod disputes;
pub mod doctor;
pub mod domain_imports;
pub mod domain_renewals;
pub mod domains;
pub mod dunning;
pub mod effects;
pub mod events;
pub mod exceptions;
pub mod exchange_rates;
pub mod feed;
pub mod forecast;
pub mod gateway_customers;
pub mod gateway_payments;
pub mod gateway_subscriptions;
pub mod health;
pub mod history;
pub mod idempotency;
pub mod imports;
pub mod invoice_drafts;
pub mod invoices;
pub mod jobs;
pub mod late_domains;
pub mod ledger;
pub mod locks;
pub mod mail_templates;
pub mod mails;
pub mod metrics;
pub mod moved_lines;
pub mod notices;
pub mod number_series;
pub mod option_prices;
pub mod options;
pub mod orders;
pub mod pauses;
pub mod payments;
pub mod plan_changes;
pub mod plugin_calls;
pub mod plugin_tasks;
pub mod plugins;
pub mod price_changes;
pub mod prices;
pub mod pricing;
pub mod products;
pub mod proformas;
pub mod promotions;
pub mod provisioning;
pub mod quotes;
pub mod refunds;
pub mod renewals;
pub mod replays;
pub mod reports;
pub mod scale;
pub mod screening;
pub mod search;
pub mod servers;
pub mod services;
pub mod sessions;
pub mod settings;
pub mod staff;
pub mod storefront;
pub mod subscribers;
pub mod tax_rules;
pub mod taxpayers;
mod text;
pub mod throttle;
pub mod tlds;
pub mod todos;
pub mod usage;
pub mod users;
pub mod vat_numbers;
pub mod why;
pub mod write_offs;

use sqlx::migrate::Migrator;

pub use sqlx::{Error, PgConnection, PgPool, Result};
pub use text::Text;

/// The schema, step by step, as compiled into the program.
pub static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// Gets a new connection of a pool ready. Statements with filters that may be left out have to be
/// planned with their values: one plan for all cases would read whole tables.
pub async fn prepare(conn: &mut PgConnection) -> Result<()> {
    sqlx::raw_sql("SET plan_cache_mode = force_custom_plan").execute(conn).await?;
    Ok(())
}

/// The constraint that refused a write, if that is what happened.
pub fn conflict(error: &Error) -> Option<&str> {
    error.as_database_error().and_then(|e| e.constraint())
}
