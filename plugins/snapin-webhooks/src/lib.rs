//! Outgoing webhooks: chosen events are sent to URLs, signed by the Standard Webhooks
//! specification.

mod message;
mod settings;
mod sign;
mod snapin;
mod target;

use innkeeper_plugin_api::{Implementation, Manifest, Plugin, Schemas};
use std::sync::Arc;

pub use settings::{Endpoint, Webhooks};

/// The plugin.
pub fn plugin() -> Plugin {
    Plugin::new(
        Manifest {
            id: "snapin-webhooks".to_owned(),
            name: "Webhooks".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            description: "Sends events to URLs of your choice, signed so that receivers can trust them.".to_owned(),
            links: vec![("Standard Webhooks".to_owned(), "https://www.standardwebhooks.com/".to_owned())],
            schemas: Schemas { plugin: Schemas::of::<Webhooks>(), ..Schemas::default() },
        },
        Implementation::Snapin(Arc::new(snapin::Sender)),
    )
}
