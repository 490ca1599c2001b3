//! One plugin of each kind that uses all that its kind offers, against a vendor that lives in its store.
//! To read beside the guide, to click through in the demo, and for the tests of the host's side. For
//! plugins that speak to real vendors see `plugins/`.

pub mod card;
pub mod certificates;
pub mod cloud;
pub mod club;
pub mod registry;
mod vendor;

use innkeeper_plugin_api::{Implementation, Manifest, Plugin, ProductFilter, Schemas};

/// All of them.
pub fn all() -> Vec<Plugin> {
    vec![
        certificates::plugin(),
        cloud::plugin(),
        registry::plugin(),
        club::plugin(ProductFilter::ServicesOf("server-kerio".into())),
        card::plugin(),
    ]
}

/// A plugin with these texts and settings.
fn plugin(id: &str, name: &str, description: &str, schemas: Schemas, implementation: Implementation) -> Plugin {
    let manifest = Manifest {
        id: id.to_owned(),
        name: name.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        description: description.to_owned(),
        links: vec![],
        schemas,
    };
    Plugin::new(manifest, implementation)
}
