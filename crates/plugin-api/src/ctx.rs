//! The context of one call.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;

use innkeeper_domain::{ClientId, DomainId, ServiceId};

use crate::{Host, Http, PluginError, host::NoHost};

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

/// Whose values a part of the store holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A service.
    Service(ServiceId),
    /// A domain.
    Domain(DomainId),
    /// A client.
    Client(ClientId),
}

impl Scope {
    fn key(self, key: &str) -> String {
        match self {
            Self::Service(id) => format!("service/{id}/{key}"),
            Self::Domain(id) => format!("domain/{id}/{key}"),
            Self::Client(id) => format!("client/{id}/{key}"),
        }
    }
}

/// The part of a plugin's store that belongs to one thing.
pub struct ScopedStore<'a> {
    store: &'a dyn Store,
    scope: Scope,
}

impl ScopedStore<'_> {
    /// The value of `key`.
    pub async fn get(&self, key: &str) -> Result<Option<Value>, PluginError> {
        self.store.get(&self.scope.key(key)).await
    }
    /// Sets `key`.
    pub async fn put(&self, key: &str, value: Value) -> Result<(), PluginError> {
        self.store.put(&self.scope.key(key), value).await
    }
    /// Removes `key`.
    pub async fn delete(&self, key: &str) -> Result<(), PluginError> {
        self.store.delete(&self.scope.key(key)).await
    }
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
    /// What the host knows and does for it.
    pub host: Arc<dyn Host>,
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
        let (correlation_id, host) = (idempotency_key.clone(), Arc::new(NoHost));
        Self { http, now, correlation_id, idempotency_key, store, host, settings }
    }

    /// Gives it a host that knows something.
    #[must_use]
    pub fn with_host(mut self, host: Arc<dyn Host>) -> Self {
        self.host = host;
        self
    }

    /// For the host: the same settings for one call, with its own client, number, store and host.
    #[must_use]
    pub fn for_call(self, http: Http, correlation_id: String, store: Arc<dyn Store>, host: Arc<dyn Host>) -> Self {
        Self { http, correlation_id, store, host, ..self }
    }

    /// The part of the store that belongs to `scope`.
    pub fn store_of(&self, scope: Scope) -> ScopedStore<'_> {
        ScopedStore { store: &*self.store, scope }
    }

    /// The settings as they are stored, secrets decrypted: for the host.
    pub fn raw_settings(&self) -> &SettingValues {
        &self.settings
    }

    /// The same with the settings of another product: for changes of plan.
    #[must_use]
    pub fn with_product(mut self, product: Value) -> Self {
        self.settings.product = product;
        self
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
