//! DNS hosting on PowerDNS, one zone for each service, over its HTTP API.

mod actions;
mod client;
mod content;
mod convert;
mod inventory;
mod order;
mod panels;
mod plan;
mod records;
mod server;
mod settings;
mod suspension;
mod wire;
mod zones;

use innkeeper_plugin_api::{Implementation, Manifest, Plugin, Schemas};
use std::sync::Arc;

pub use settings::{PowerDnsPlugin, PowerDnsProduct, PowerDnsServer, SerialPolicy, ZoneKind};

/// The plugin.
pub fn plugin() -> Plugin {
    Plugin::new(
        Manifest {
            id: "server-powerdns".to_owned(),
            name: "PowerDNS".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            description: "Hosts DNS zones on PowerDNS Authoritative servers.".to_owned(),
            links: vec![(
                "PowerDNS HTTP API".to_owned(),
                "https://doc.powerdns.com/authoritative/http-api/index.html".to_owned(),
            )],
            schemas: Schemas {
                plugin: Schemas::of::<PowerDnsPlugin>(),
                instance: Schemas::of::<PowerDnsServer>(),
                product: Schemas::of::<PowerDnsProduct>(),
            },
        },
        Implementation::Server(Arc::new(server::PowerDns)),
    )
}
