//! A vendor that lives in the store of its plugin: one value, read and written whole.

use innkeeper_plugin_api::{PluginCtx, PluginError};
use serde::{Serialize, de::DeserializeOwned};
use std::marker::PhantomData;
use tokio::sync::Mutex;

const KEY: &str = "vendor";

/// A vendor whose whole state is an `S`.
pub(crate) struct Vendor<S> {
    /// One change at a time. Enough for one process, which is all that an example needs.
    turn: Mutex<()>,
    state: PhantomData<fn() -> S>,
}

impl<S> Default for Vendor<S> {
    fn default() -> Self {
        Self { turn: Mutex::default(), state: PhantomData }
    }
}

impl<S: Default + Serialize + DeserializeOwned> Vendor<S> {
    /// Looks at the state, or changes it. Nothing is kept if `f` fails.
    pub async fn with<T>(
        &self,
        ctx: &PluginCtx,
        f: impl FnOnce(&mut S) -> Result<T, PluginError>,
    ) -> Result<T, PluginError> {
        let broken = |e: serde_json::Error| PluginError::config(format!("the example's store is broken: {e}"));
        let _turn = self.turn.lock().await;
        let mut state = match ctx.store.get(KEY).await? {
            Some(value) => serde_json::from_value(value).map_err(broken)?,
            None => S::default(),
        };
        let answer = f(&mut state)?;
        ctx.store.put(KEY, serde_json::to_value(&state).map_err(broken)?).await?;
        Ok(answer)
    }
}
