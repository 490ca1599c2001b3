//! The context of one call.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;

use crate::{Http, PluginError};

/// A level of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// Once for the whole plugin.
    Plugin,
    /// Of one server.
    Instance,
    /// Of one product.
    Product,
}

/// The stored settings, secrets decrypted. `Null` where nothing is stored.
#[derive(Clone, Default)]
pub struct SettingValues {
    /// Of the plugin.
    pub plugin: Value,
    /// Of the server.
    pub instance: Value,
    /// Of the product.
    pub product: Value,
}

/// A key-value store that belongs to one plugin.
#[async_trait]
pub trait Store: Send + Sync {
    /// The value of `key`.
    async fn get(&self, key: &str) -> Result<Option<Value>, PluginError>;
    /// Sets `key`.
    async fn put(&self, key: &str, value: Value) -> Result<(), PluginError>;
    /// Removes `key`.
    async fn delete(&self, key: &str) -> Result<(), PluginError>;
}

/// All that a plugin may use during one call.
#[derive(Clone)]
pub struct PluginCtx {
    /// The HTTP client: traced and timed out by the host.
    pub http: Http,
    /// The time of the call.
    pub now: DateTime<Utc>,
    /// The core's key of this effect: the same for every attempt of it. Hand it to vendors that take one.
    pub idempotency_key: String,
    /// Joins the log lines of one call.
    pub correlation_id: String,
    /// The plugin's store.
    pub store: Arc<dyn Store>,
    settings: SettingValues,
}

impl PluginCtx {
    /// A context; made by the host and by test kits.
    pub fn new(
        http: Http,
        now: DateTime<Utc>,
        idempotency_key: String,
        settings: SettingValues,
        store: Arc<dyn Store>,
    ) -> Self {
        Self { http, now, correlation_id: idempotency_key.clone(), idempotency_key, store, settings }
    }

    /// The settings of a level, typed. Fails with `Config` naming what is missing or wrong.
    pub fn settings<T: DeserializeOwned>(&self, level: Level) -> Result<T, PluginError> {
        let (value, of) = match level {
            Level::Plugin => (&self.settings.plugin, "plugin"),
            Level::Instance => (&self.settings.instance, "server"),
            Level::Product => (&self.settings.product, "product"),
        };
        let value = if value.is_null() { Value::Object(serde_json::Map::new()) } else { value.clone() };
        serde_json::from_value(value).map_err(|e| PluginError::config(format!("{of} settings: {e}")))
    }
}
