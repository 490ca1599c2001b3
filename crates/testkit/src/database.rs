//! One database per test, copied from the migrated template, gone when the test ends.

use crate::{server, template};
use anyhow::Context;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};

/// Connections per test. A test that needs more is asking for something unusual.
const CONNECTIONS: u32 = 10;

/// A freshly migrated database that nobody else uses. Dropping it removes it, whatever connections
/// are still open.
#[derive(Debug)]
pub struct TestDb {
    name: String,
    url: String,
    admin: PgConnectOptions,
    pool: PgPool,
}

impl TestDb {
    /// Makes a database from the template; the first caller of a run also starts the server and
    /// makes the template.
    ///
    /// # Panics
    /// When there is no PostgreSQL or a migration fails: no test could go on.
    pub async fn new() -> TestDb {
        match TestDb::create().await {
            Ok(database) => database,
            Err(error) => panic!("no test database: {error:#}"),
        }
    }

    async fn create() -> anyhow::Result<TestDb> {
        let admin = server::shared().await?.clone();
        let mut connection = PgConnection::connect_with(&admin).await.context("connecting to the test server")?;
        let template = template::ensure(&mut connection, &admin).await?;
        let name: String = sqlx::query_scalar("SELECT 'test_' || replace(gen_random_uuid()::text, '-', '')")
            .fetch_one(&mut connection)
            .await?;
        // Copying files beats logging every page when nothing is synced (`cargo xtask bench test-database` shows both).
        let copy = format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy");
        sqlx::query(AssertSqlSafe(copy)).execute(&mut connection).await.context("copying the template")?;
        connection.close().await?;
        let options = admin.clone().database(&name);
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect_with(options.clone()).await?;
        Ok(TestDb { url: server::url_of(&options), name, admin, pool })
    }

    /// Connections to it.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Its URL, for programs under test that connect on their own.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let admin = self.admin.clone();
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // The test's own runtime may be the one that is being torn down.
        let worker = std::thread::spawn(move || -> anyhow::Result<()> {
            tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
                let mut connection = PgConnection::connect_with(&admin).await?;
                sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await?;
                connection.close().await?;
                Ok(())
            })
        });
        // A database left behind is removed by the next start of the server.
        drop(worker.join());
    }
}
