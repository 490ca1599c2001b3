//! What every door is made of: requests read, answers written, pages drawn.
//!
//! A door is a crate of its own: `portal` for clients, `panel` for staff, `api` for programs. `site` opens
//! them. Here is what two of them share, and no page of any.
//!
//! *How to add a page*: a handler `extract → one use case → view` in its door, in the folder of its
//! address, a line in that folder's `routes()`, a template of the same name (see `templates/README.md`).

pub mod addons;
pub mod assets;
pub mod auth_code;
#[macro_use]
pub mod view;
pub mod brand;
pub mod charts;
pub mod client_details;
pub mod coming;
mod cookies;
pub mod custom_fields;
pub mod end_service;
pub mod error;
pub mod extract;
mod flash;
pub mod late_domain;
pub mod options;
pub mod places;
pub mod plan_change;
pub mod plugin_action;
pub mod plugin_page;
pub mod plugin_view;
pub mod quantities;
pub mod questions;
pub mod reply;
pub mod reports;
pub mod request;
pub mod security;
pub mod service_billing;
pub mod sessions_list;
mod state;
pub mod subscriptions;
pub mod usage;
pub mod why;

pub use error::Failure;
pub use state::{AppState, ProxyTest, WebOptions};
