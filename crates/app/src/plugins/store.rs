//! The key-value store of a plugin.

use innkeeper_db::{PgPool, plugins};
use innkeeper_plugin_api::{PluginError, Store, async_trait};
use serde_json::Value;

pub(super) struct DbStore {
    pub pool: PgPool,
    pub plugin: String,
}

fn failed(e: innkeeper_db::Error) -> PluginError {
    PluginError::temporary(format!("the plugin store cannot be reached: {e}"))
}

#[async_trait]
impl Store for DbStore {
    async fn get(&self, key: &str) -> Result<Option<Value>, PluginError> {
        let mut conn = self.pool.acquire().await.map_err(failed)?;
        plugins::store_get(&mut conn, &self.plugin, key).await.map_err(failed)
    }
    async fn put(&self, key: &str, value: Value) -> Result<(), PluginError> {
        let mut conn = self.pool.acquire().await.map_err(failed)?;
        plugins::store_put(&mut conn, &self.plugin, key, Some(&value)).await.map_err(failed)
    }
    async fn delete(&self, key: &str) -> Result<(), PluginError> {
        let mut conn = self.pool.acquire().await.map_err(failed)?;
        plugins::store_put(&mut conn, &self.plugin, key, None).await.map_err(failed)
    }
}
