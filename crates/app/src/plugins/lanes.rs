//! The threads of all plugins.

use innkeeper_db::PgPool;
use innkeeper_plugin_api::PluginError;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{Registry, lane::Lane};

/// One lane for each plugin.
pub(crate) struct Lanes(BTreeMap<String, Arc<Lane>>);

impl Lanes {
    /// For the plugins of a registry. `patience`: the longest HTTP exchange.
    pub fn new(plugins: &Registry, pool: &PgPool, patience: Duration) -> Self {
        let lane = |id: &String| (id.clone(), Arc::new(Lane::new(id.clone(), pool.clone(), patience)));
        Self(plugins.all().map(|p| lane(&p.manifest.id)).collect())
    }
    /// The lane of a plugin.
    pub fn get(&self, id: &str) -> Result<Arc<Lane>, PluginError> {
        self.0.get(id).cloned().ok_or_else(|| PluginError::config(format!("there is no plugin {id}")))
    }
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Lane>> {
        self.0.values()
    }
}
