//! How a plugin is called: with its settings opened, in limited time, its panics caught.

use futures_util::FutureExt;
use innkeeper_plugin_api::{PluginCtx, PluginError, SettingValues};
use schemars::Schema;
use serde_json::Value;
use std::{future::Future, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use super::{open, store::DbStore};
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
        let store = DbStore { pool: self.pool.clone(), plugin: id.to_owned() };
        Ok(PluginCtx::new(self.http.clone(), self.now(), key, values, Arc::new(store)))
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

    /// Awaits a plugin's answer for at most `patience`. A call that runs out of time or panics is
    /// `Unknown`: it may have done its work.
    pub async fn call_plugin<T>(
        &self,
        id: &str,
        patience: Duration,
        call: impl Future<Output = std::result::Result<T, PluginError>>,
    ) -> std::result::Result<T, PluginError> {
        let started = std::time::Instant::now();
        let answer = match tokio::time::timeout(patience, AssertUnwindSafe(call).catch_unwind()).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(PluginError::unknown(format!("{id} panicked"))),
            Err(_) => Err(PluginError::unknown(format!("{id} did not answer in {} s", patience.as_secs()))),
        };
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        match &answer {
            Ok(_) => tracing::debug!(plugin = id, ms, "plugin answered"),
            Err(e) => tracing::info!(plugin = id, ms, kind = ?e.kind, error = %e, "plugin call failed"),
        }
        answer
    }
}
