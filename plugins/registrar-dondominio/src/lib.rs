//! Domains through DonDominio (also known as MrDomain). See the README beside this crate.

mod abilities;
mod client;
mod codes;
mod convert;
mod ident;
mod registrar;
mod replies;
mod settings;

use std::sync::Arc;

use innkeeper_plugin_api::{Implementation, Manifest, Plugin, Schemas};

pub use settings::{Settings, TransferMail};

/// The plugin, ready to be registered.
pub fn plugin() -> Plugin {
    Plugin::new(
        Manifest {
            id: "registrar-dondominio".into(),
            name: "DonDominio".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            description: "Registers, renews and transfers domains through DonDominio (MrDomain).".into(),
            links: vec![("DonDominio API".to_owned(), "https://dev.dondominio.com/api/docs/api/".to_owned())],
            schemas: Schemas { plugin: Schemas::of::<Settings>(), ..Schemas::default() },
        },
        Implementation::Registrar(Arc::new(registrar::DonDominio::default())),
    )
}
