//! The plugin host: who there is, with which settings, and how they are called.

mod host;
mod registry;
mod schema;
mod store;
mod validate;

pub use host::Place;
pub use registry::{DuplicatePlugin, Registry};
pub use schema::{KEPT, mask, open, seal};
pub use validate::{accept, check_settings};
pub(crate) use validate::{mask_instance, mask_product};
