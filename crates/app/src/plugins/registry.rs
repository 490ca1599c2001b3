//! The plugins of this process. It assumes nothing about where one came from.

use innkeeper_plugin_api::{Gateway, Implementation, Plugin, PluginError, Registrar, ServerPlugin, Snapin};
use std::{collections::BTreeMap, sync::Arc};

use crate::{AppError, Result};

/// Two plugins with one id.
#[derive(Debug, thiserror::Error)]
#[error("two plugins are called {0}")]
pub struct DuplicatePlugin(pub String);

/// All plugins, by id.
#[derive(Clone, Debug, Default)]
pub struct Registry(BTreeMap<String, Plugin>);

impl Registry {
    /// Takes the plugins of all sources.
    pub fn new(plugins: impl IntoIterator<Item = Plugin>) -> std::result::Result<Self, DuplicatePlugin> {
        let mut all = BTreeMap::new();
        for plugin in plugins {
            let id = plugin.manifest.id.clone();
            if all.insert(id.clone(), plugin).is_some() {
                return Err(DuplicatePlugin(id));
            }
        }
        Ok(Self(all))
    }
    /// All, by id.
    pub fn all(&self) -> impl Iterator<Item = &Plugin> {
        self.0.values()
    }
    /// The plugin `id`. The error lists those there are.
    pub fn get(&self, id: &str) -> Result<&Plugin> {
        self.0.get(id).ok_or_else(|| {
            let known: Vec<&str> = self.0.keys().map(String::as_str).collect();
            AppError::External(PluginError::config(format!("there is no plugin {id}; there are: {}", known.join(", "))))
        })
    }
    /// The server plugin `id`.
    pub fn server(&self, id: &str) -> Result<Arc<dyn ServerPlugin>> {
        match &self.get(id)?.implementation {
            Implementation::Server(plugin) => Ok(plugin.clone()),
            _ => Err(wrong_kind(id, "server plugin")),
        }
    }
    /// The registrar `id`.
    pub fn registrar(&self, id: &str) -> Result<Arc<dyn Registrar>> {
        match &self.get(id)?.implementation {
            Implementation::Registrar(plugin) => Ok(plugin.clone()),
            _ => Err(wrong_kind(id, "registrar")),
        }
    }
    /// The gateway `id`.
    pub fn gateway(&self, id: &str) -> Result<Arc<dyn Gateway>> {
        match &self.get(id)?.implementation {
            Implementation::Gateway(plugin) => Ok(plugin.clone()),
            _ => Err(wrong_kind(id, "gateway")),
        }
    }
    /// The snapin `id`.
    pub fn snapin(&self, id: &str) -> Result<Arc<dyn Snapin>> {
        match &self.get(id)?.implementation {
            Implementation::Snapin(plugin) => Ok(plugin.clone()),
            _ => Err(wrong_kind(id, "snapin")),
        }
    }
}

fn wrong_kind(id: &str, wanted: &str) -> AppError {
    AppError::External(PluginError::config(format!("{id} is no {wanted}")))
}
