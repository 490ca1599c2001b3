//! Payment by bank transfer: clients are told where to pay, staff record what arrived.

mod gateway;
mod iban;
mod settings;

use innkeeper_plugin_api::{Implementation, Manifest, Plugin, Schemas};
use std::sync::Arc;

pub use settings::{BankTransfer, Line};

/// The plugin.
pub fn plugin() -> Plugin {
    Plugin::new(
        Manifest {
            id: "gateway-offline".to_owned(),
            name: "Bank transfer".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            description: "Shows clients where to transfer the money. Staff record the payments that arrive.".to_owned(),
            links: vec![],
            schemas: Schemas { plugin: Schemas::of::<BankTransfer>(), ..Schemas::default() },
        },
        Implementation::Gateway(Arc::new(gateway::Offline)),
    )
}
