//! The context of a call: its settings opened, its store and host.

use innkeeper_plugin_api::{PluginCtx, SettingValues};
use schemars::Schema;
use serde_json::Value;
use std::sync::Arc;

use super::{
    host_services::DbHost,
    open,
    store::{Budget, DbStore},
};
use crate::{App, Result};

/// Where a call takes its settings from, besides the plugin's own.
#[derive(Clone, Debug, Default)]
pub struct Place<'a> {
    /// Stored settings of the server.
    pub instance: Option<&'a Value>,
    /// Stored settings of the product.
    pub product: Option<&'a Value>,
    /// Key of the effect; a random one otherwise.
    pub idempotency_key: Option<&'a str>,
}

impl App {
    /// The context of a call to plugin `id`.
    pub async fn plugin_ctx(&self, id: &str, place: Place<'_>) -> Result<PluginCtx> {
        let stored = innkeeper_db::plugins::get(&mut *self.conn().await?, id).await?;
        self.ctx(id, stored.as_ref().map(|row| &row.settings), place)
    }

    /// The context of a question about settings that are not saved yet.
    pub(crate) fn plugin_ctx_with(&self, id: &str, sealed: &Value) -> Result<PluginCtx> {
        self.ctx(id, Some(sealed), Place::default())
    }

    fn ctx(&self, id: &str, stored: Option<&Value>, place: Place<'_>) -> Result<PluginCtx> {
        let schemas = &self.plugins.get(id)?.manifest.schemas;
        let values = SettingValues {
            plugin: self.opened(schemas.plugin.as_ref(), stored)?,
            instance: self.opened(schemas.instance.as_ref(), place.instance)?,
            product: self.opened(schemas.product.as_ref(), place.product)?,
        };
        let key = match place.idempotency_key {
            Some(key) => key.to_owned(),
            None => hex::encode(crate::tokens::random::<16>()?),
        };
        let budget = Budget::of(&*self.lanes.get(id)?);
        let store = DbStore { pool: self.pool.clone(), plugin: id.to_owned(), budget: budget.clone() };
        let host = DbHost { pool: self.pool.clone(), plugin: id.to_owned(), budget };
        let ctx = PluginCtx::new(self.http.clone(), self.now(), key, values, Arc::new(store));
        Ok(ctx.with_host(Arc::new(host)))
    }

    fn opened(&self, schema: Option<&Schema>, stored: Option<&Value>) -> Result<Value> {
        match (schema, stored) {
            (Some(schema), Some(stored)) => open(&self.cipher, schema.as_value(), stored),
            _ => Ok(Value::Null),
        }
    }

    /// Is plugin `id` switched on? One that nobody touched is.
    pub async fn plugin_enabled(&self, id: &str) -> Result<bool> {
        let row = innkeeper_db::plugins::get(&mut *self.conn().await?, id).await?;
        Ok(row.is_none_or(|row| row.enabled))
    }
}
