//! Accounts on Scaffold Name, over its HTTP API.

mod api;
mod order;
mod server;
mod settings;

use innkeeper_plugin_api::{Implementation, Manifest, Plugin, Schemas};
use std::sync::Arc;

pub use settings::{PluginSettings, ProductSettings, ServerSettings};

/// The plugin.
pub fn plugin() -> Plugin {
    Plugin::new(
        Manifest {
            id: "server-scaffold-name".to_owned(),
            name: "Scaffold Name".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            description: "Makes accounts on Scaffold Name.".to_owned(),
            links: vec![],
            schemas: Schemas {
                plugin: Schemas::of::<PluginSettings>(),
                instance: Schemas::of::<ServerSettings>(),
                product: Schemas::of::<ProductSettings>(),
            },
        },
        Implementation::Server(Arc::new(server::Accounts)),
    )
}
