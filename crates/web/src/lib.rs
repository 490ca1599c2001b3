//! The site: routes, pages, the REST API.

pub mod assets;
#[macro_use]
pub mod view;
pub mod charts;
pub mod security;
