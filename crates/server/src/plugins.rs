//! The one list of plugins. A plugin that is compiled in stands here and nowhere else.

use innkeeper_app::plugins::{DuplicatePlugin, Registry};
use innkeeper_plugin_api::Plugin;

/// The first source of plugins: those that are compiled in.
fn compiled_in() -> [Plugin; 7] {
    [
        innkeeper_server_kerio::plugin(),
        innkeeper_server_powerdns::plugin(),
        innkeeper_server_rabbitmq::plugin(),
        innkeeper_registrar_dondominio::plugin(),
        innkeeper_gateway_offline::plugin(),
        innkeeper_gateway_stripe::plugin(),
        innkeeper_snapin_webhooks::plugin(),
    ]
}

/// The plugins of this build.
pub fn registry() -> Result<Registry, DuplicatePlugin> {
    with(vec![])
}

/// The plugins of this build and those of another source.
pub fn with(others: Vec<Plugin>) -> Result<Registry, DuplicatePlugin> {
    Registry::new(compiled_in().into_iter().chain(others))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn every_folder_of_plugins_is_registered() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plugins");
        let folders: BTreeSet<String> =
            std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        let registered: BTreeSet<String> = super::registry().unwrap().all().map(|p| p.manifest.id.clone()).collect();
        assert_eq!(registered, folders);
    }
}
