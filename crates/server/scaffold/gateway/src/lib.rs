//! Payments at Scaffold Name, over its HTTP API.

mod api;
mod gateway;
mod settings;

use innkeeper_plugin_api::{Implementation, Manifest, Plugin, Schemas};
use std::sync::Arc;

pub use settings::Settings;

/// The plugin.
pub fn plugin() -> Plugin {
    Plugin::new(
        Manifest {
            id: "gateway-scaffold-name".to_owned(),
            name: "Scaffold Name".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            description: "Takes payments through Scaffold Name.".to_owned(),
            links: vec![],
            schemas: Schemas { plugin: Schemas::of::<Settings>(), ..Schemas::default() },
        },
        Implementation::Gateway(Arc::new(gateway::Checkout)),
    )
}
