//! Message-broker accounts on RabbitMQ, a virtual host and its user for each service, over the
//! management plugin's HTTP API.

mod accounts;
mod actions;
mod change;
mod client;
mod inventory;
mod measure;
mod names;
mod panels;
mod password;
mod server;
mod settings;
mod wire;

use innkeeper_plugin_api::{Implementation, Manifest, Plugin, Schemas};
use std::sync::Arc;

pub use settings::{RabbitPlugin, RabbitProduct, RabbitServer};

/// The plugin.
pub fn plugin() -> Plugin {
    Plugin::new(
        Manifest {
            id: "server-rabbitmq".to_owned(),
            name: "RabbitMQ".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            description: "Sells message queues on RabbitMQ brokers: a virtual host and its user for each service."
                .to_owned(),
            links: vec![("RabbitMQ management".to_owned(), "https://www.rabbitmq.com/docs/management".to_owned())],
            schemas: Schemas {
                plugin: Schemas::of::<RabbitPlugin>(),
                instance: Schemas::of::<RabbitServer>(),
                product: Schemas::of::<RabbitProduct>(),
            },
        },
        Implementation::Server(Arc::new(server::RabbitMq)),
    )
}
