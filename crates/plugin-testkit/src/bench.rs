//! The workbench of one check: a fresh vendor, a store, and contexts to call the plugin with.

use chrono::Utc;
use innkeeper_plugin_api::{Http, Level, PluginCtx, SettingValues};
use serde_json::Value;
use std::{collections::BTreeMap, fmt::Debug, sync::Arc, time::Duration};

use crate::{logs::Logs, store::MemoryStore, vendor::Vendor};

/// How long a call may last, but in checks of slow vendors.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Bench<V> {
    pub vendor: V,
    http: Http,
    store: Arc<MemoryStore>,
    logs: Logs,
}

impl<V: Vendor> Bench<V> {
    pub fn new(vendor: V, logs: Logs) -> Self {
        logs.guard(vendor.secrets());
        Self { vendor, http: Http::new(PATIENCE), store: Arc::default(), logs }
    }

    /// A context with the vendor's working settings.
    pub fn ctx(&self, key: &str) -> PluginCtx {
        self.ctx_with(self.vendor.settings(), key, self.http.clone())
    }

    /// A context that waits for answers only this long.
    pub fn impatient(&self, key: &str, patience: Duration) -> PluginCtx {
        self.ctx_with(self.vendor.settings(), key, Http::new(patience))
    }

    /// A context with other settings.
    pub fn ctx_of(&self, settings: SettingValues) -> PluginCtx {
        self.ctx_with(settings, "settings", self.http.clone())
    }

    /// A context whose clock is ahead.
    pub fn late(&self, key: &str, by: Duration) -> PluginCtx {
        let mut ctx = self.ctx(key);
        ctx.now += by;
        ctx
    }

    fn ctx_with(&self, settings: SettingValues, key: &str, http: Http) -> PluginCtx {
        PluginCtx::new(http, Utc::now(), format!("conformance-{key}"), settings, self.store.clone())
    }

    /// What the plugin keeps in its store.
    pub fn stored(&self) -> BTreeMap<String, Value> {
        self.store.all()
    }

    /// Shows a result to the watch for secrets, and passes it on.
    pub fn seen<T: Debug>(&self, value: T) -> T {
        self.logs.note(&value);
        value
    }

    /// These must not be shown either.
    pub fn guard(&self, secrets: impl IntoIterator<Item = String>) {
        self.logs.guard(secrets);
    }
}

/// `settings` with the value of one level replaced.
pub(crate) fn with_level(settings: &SettingValues, level: Level, value: Value) -> SettingValues {
    let mut changed = settings.clone();
    match level {
        Level::Plugin => changed.plugin = value,
        Level::Instance => changed.instance = value,
        Level::Product => changed.product = value,
    }
    changed
}
