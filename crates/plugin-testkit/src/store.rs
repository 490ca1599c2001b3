//! A plugin store in memory.

use async_trait::async_trait;
use innkeeper_plugin_api::{PluginError, Store};
use serde_json::Value;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, PoisonError},
};

/// Keeps values as long as it lives.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<HashMap<String, Value>>);

impl MemoryStore {
    /// Everything in it.
    pub fn all(&self) -> BTreeMap<String, Value> {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn get(&self, key: &str) -> Result<Option<Value>, PluginError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned())
    }
    async fn put(&self, key: &str, value: Value) -> Result<(), PluginError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), value);
        Ok(())
    }
    async fn delete(&self, key: &str) -> Result<(), PluginError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        Ok(())
    }
}
