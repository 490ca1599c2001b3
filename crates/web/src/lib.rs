//! The site: routes, pages, the REST API.
//!
//! *How to add a page*: a handler `extract → one use case → view` in the folder of its address, a
//! line in that folder's `routes()`, a template of the same name (see `templates/README.md`).

pub mod assets;
#[macro_use]
pub mod view;
mod admin;
mod api;
mod brand;
pub mod charts;
mod client_details;
mod cookies;
mod custom_fields;
mod error;
mod extract;
mod flash;
mod health;
mod metrics;
mod portal;
mod reply;
mod request;
mod router;
pub mod security;
mod state;

pub use api::openapi;
pub use error::Failure;
pub use router::router;
pub use state::{AppState, ProxyTest, WebOptions};
