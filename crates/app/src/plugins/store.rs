//! The key-value store of a plugin, and how much of the database one call may use.

use innkeeper_db::{PgPool, plugins};
use innkeeper_plugin_api::{PluginError, Store, async_trait};
use serde_json::Value;
use sqlx::{Postgres, pool::PoolConnection};
use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};
use tokio::{runtime::Handle, sync::Semaphore};

use super::lane::Lane;

/// Statements that one call may run.
const STATEMENTS: u32 = 1000;
/// Bytes of a stored value.
const VALUE: usize = 1 << 20;

/// A connection that a statement has for itself.
pub(super) type Conn = PoolConnection<Postgres>;

/// How much of the database one call may use: so many statements, few at once. They run where the
/// pool's connections live: a connection must not belong to threads that a plugin can block.
#[derive(Clone)]
pub(super) struct Budget {
    left: Arc<AtomicU32>,
    at_once: Arc<Semaphore>,
    home: Handle,
}

impl Budget {
    /// Of one call, made where the program's own tasks run.
    pub fn of(lane: &Lane) -> Self {
        Self { left: Arc::new(AtomicU32::new(STATEMENTS)), at_once: lane.queries.clone(), home: Handle::current() }
    }

    /// Runs a statement.
    pub async fn run<T: Send + 'static, F>(
        &self,
        pool: &PgPool,
        statement: impl FnOnce(Conn) -> F + Send + 'static,
    ) -> Result<T, PluginError>
    where
        F: Future<Output = Result<T, innkeeper_db::Error>> + Send + 'static,
    {
        let left = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if left.is_err() {
            return Err(PluginError::unknown(format!(
                "the plugin asked the database more than {STATEMENTS} times in one call"
            )));
        }
        let (pool, at_once) = (pool.clone(), self.at_once.clone());
        let ran = self.home.spawn(async move {
            let _permit = at_once.acquire_owned().await.map_err(|_| innkeeper_db::Error::PoolClosed)?;
            statement(pool.acquire().await?).await
        });
        let failed = |e: &dyn std::fmt::Display| PluginError::temporary(format!("the database cannot be reached: {e}"));
        ran.await.map_err(|e| failed(&e))?.map_err(|e| failed(&e))
    }
}

pub(super) struct DbStore {
    pub pool: PgPool,
    pub plugin: String,
    pub budget: Budget,
}

#[async_trait]
impl Store for DbStore {
    async fn get(&self, key: &str) -> Result<Option<Value>, PluginError> {
        let (plugin, key) = (self.plugin.clone(), key.to_owned());
        let read = move |mut conn: Conn| async move { plugins::store_get(&mut conn, &plugin, &key).await };
        self.budget.run(&self.pool, read).await
    }
    async fn put(&self, key: &str, value: Value) -> Result<(), PluginError> {
        let length = value.to_string().len();
        if length > VALUE {
            return Err(PluginError::invalid(format!("a value of {length} bytes is too long for the store")));
        }
        self.write(key, Some(value)).await
    }
    async fn delete(&self, key: &str) -> Result<(), PluginError> {
        self.write(key, None).await
    }
}

impl DbStore {
    async fn write(&self, key: &str, value: Option<Value>) -> Result<(), PluginError> {
        let (plugin, key) = (self.plugin.clone(), key.to_owned());
        let write =
            move |mut conn: Conn| async move { plugins::store_put(&mut conn, &plugin, &key, value.as_ref()).await };
        self.budget.run(&self.pool, write).await
    }
}
