//! One plugin of each kind that uses all that its kind offers, against a vendor that lives in its memory.
//! To read beside the guide, to click through in the demo, and for the tests of the host's side. For
//! plugins that speak to real vendors see `plugins/`.

use innkeeper_plugin_api::{Implementation, Manifest, Plugin, Schemas};

/// All of them.
pub fn all() -> Vec<Plugin> {
    vec![]
}

/// A plugin with these texts and settings.
#[expect(dead_code, reason = "the first example takes it into use")]
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
