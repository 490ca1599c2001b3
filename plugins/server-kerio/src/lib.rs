//! Mailboxes on Kerio Connect, one for each service, over its administration API.

mod change;
mod choices;
mod client;
mod convert;
mod mailbox;
mod order;
mod panels;
mod server;
mod settings;
mod wire;

use innkeeper_plugin_api::{Implementation, Manifest, Plugin, Schemas};
use std::sync::Arc;

pub use settings::{KerioPlugin, KerioProduct, KerioServer, TlsPolicy};

/// The plugin.
pub fn plugin() -> Plugin {
    Plugin::new(
        Manifest {
            id: "server-kerio".to_owned(),
            name: "Kerio Connect".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            description: "Creates, suspends and removes mailboxes on Kerio Connect servers.".to_owned(),
            links: vec![(
                "Kerio Connect API".to_owned(),
                "https://manuals.gfi.com/en/kerio/api/connect/admin/reference/".to_owned(),
            )],
            schemas: Schemas {
                plugin: Schemas::of::<KerioPlugin>(),
                instance: Schemas::of::<KerioServer>(),
                product: Schemas::of::<KerioProduct>(),
            },
        },
        Implementation::Server(Arc::new(server::Kerio)),
    )
    .with_choices(Arc::new(server::Kerio))
}
