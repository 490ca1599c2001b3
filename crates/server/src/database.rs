//! The database: the configured one, else a private one in the data directory.

use anyhow::{Context, Result};
use innkeeper_config::Config;
use innkeeper_db::{MIGRATOR, PgPool};
use innkeeper_postgres::{Embedded, Installation, Options};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::{str::FromStr, time::Duration};

/// An open database. Keep it as long as the pool is used: dropping it stops a private server.
pub struct Database {
    /// Connections.
    pub pool: PgPool,
    embedded: Option<Embedded>,
}

impl Database {
    /// Connects. A private server is brought up first; its binaries are installed if they may be.
    pub async fn open(config: &Config) -> Result<Self> {
        match &config.database.url {
            Some(url) => {
                Ok(Self { pool: connect(url.expose(), config).await.context("database.url")?, embedded: None })
            }
            None => Self::open_embedded(config).await,
        }
    }

    async fn open_embedded(config: &Config) -> Result<Self> {
        std::fs::create_dir_all(&config.data_dir).with_context(|| format!("data_dir {}", config.data_dir.display()))?;
        let fetched = config.data_dir.join("postgres-programs");
        // It may take minutes and blocks the thread.
        let find = move || Installation::find_or_fetch(&fetched, |line| tracing::info!("{line}"));
        let installation = tokio::task::spawn_blocking(find).await??;
        let connections = u16::try_from(config.database.max_connections).unwrap_or(100).saturating_add(20).max(100);
        let options = Options { max_connections: connections, ..Options::default() };
        let embedded = Embedded::start(installation, &config.data_dir.join("postgres"), options).await?;
        let pool = connect(embedded.url(), config).await?;
        Ok(Self { pool, embedded: Some(embedded) })
    }

    /// Brings the schema up to date. Several nodes may try at once: one does it.
    pub async fn migrate(&self) -> Result<()> {
        MIGRATOR.run(&self.pool).await.context("the schema cannot be brought up to date")
    }

    /// Closes the connections and stops a private server.
    pub async fn close(self) -> Result<()> {
        self.pool.close().await;
        if let Some(embedded) = self.embedded {
            embedded.stop().await?;
        }
        Ok(())
    }
}

async fn connect(url: &str, config: &Config) -> Result<PgPool> {
    let options = PgConnectOptions::from_str(url)?.application_name("innkeeper");
    let pool = PgPoolOptions::new()
        .max_connections(config.database.max_connections)
        .acquire_timeout(Duration::from_secs(10))
        .after_connect(|connection, _| Box::pin(innkeeper_db::prepare(connection)))
        .connect_with(options)
        .await
        .context("the database cannot be reached")?;
    Ok(pool)
}
