//! Tells Scaffold Name what happens here, and has a word in two other places.

mod api;
mod settings;
mod snapin;

use innkeeper_plugin_api::{Implementation, Manifest, Plugin, Schemas};
use std::sync::Arc;

pub use settings::Settings;

/// The plugin.
pub fn plugin() -> Plugin {
    Plugin::new(
        Manifest {
            id: "snapin-scaffold-name".to_owned(),
            name: "Scaffold Name".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            description: "Tells Scaffold Name when an invoice is paid.".to_owned(),
            links: vec![],
            schemas: Schemas { plugin: Schemas::of::<Settings>(), ..Schemas::default() },
        },
        Implementation::Snapin(Arc::new(snapin::Teller)),
    )
}
