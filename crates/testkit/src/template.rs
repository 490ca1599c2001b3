//! The template database: migrated once for every state of the migrations.

use anyhow::Context;
use innkeeper_db::MIGRATOR;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Any number, as long as it is always the same: the lock that makers of a template queue at.
const LOCK: i64 = 0x1_4414;

/// The name of the template for the migrations compiled into this test.
pub(crate) fn name() -> String {
    let mut hasher = DefaultHasher::new();
    for migration in MIGRATOR.iter() {
        migration.version.hash(&mut hasher);
        migration.checksum.hash(&mut hasher);
    }
    format!("template_{:016x}", hasher.finish())
}

/// Makes the template unless it is there, and gives its name.
pub(crate) async fn ensure(connection: &mut PgConnection, server: &PgConnectOptions) -> anyhow::Result<String> {
    let name = name();
    if exists(connection, &name).await? {
        return Ok(name);
    }
    sqlx::query("SELECT pg_advisory_lock($1)").bind(LOCK).execute(&mut *connection).await?;
    // Someone else may have made it while we queued.
    if !exists(connection, &name).await? {
        make(connection, server, &name).await?;
    }
    sqlx::query("SELECT pg_advisory_unlock($1)").bind(LOCK).execute(&mut *connection).await?;
    Ok(name)
}

async fn exists(connection: &mut PgConnection, name: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(name)
        .fetch_one(connection)
        .await
}

/// Under another name until it is whole: a maker that dies halfway leaves no half template.
async fn make(connection: &mut PgConnection, server: &PgConnectOptions, name: &str) -> anyhow::Result<()> {
    let unfinished = format!("{name}_unfinished");
    run(connection, format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await?;
    run(connection, format!("CREATE DATABASE {unfinished}")).await?;
    let mut inside = PgConnection::connect_with(&server.clone().database(&unfinished)).await?;
    MIGRATOR.run(&mut inside).await.context("migrating the template")?;
    inside.close().await?;
    run(connection, format!("ALTER DATABASE {unfinished} RENAME TO {name}")).await
}

/// Removes what earlier runs left: databases of tests that were killed, and old templates. Only
/// for a server that nobody else uses yet.
pub(crate) async fn sweep(connection: &mut PgConnection) -> anyhow::Result<()> {
    let leftovers: Vec<String> = sqlx::query_scalar(
        r"SELECT datname::text FROM pg_database
          WHERE (datname LIKE 'test\_%' OR datname LIKE 'template\_%') AND datname <> $1",
    )
    .bind(name())
    .fetch_all(&mut *connection)
    .await?;
    for leftover in leftovers {
        run(connection, format!("DROP DATABASE {leftover} WITH (FORCE)")).await?;
    }
    Ok(())
}

async fn run(connection: &mut PgConnection, sql: String) -> anyhow::Result<()> {
    sqlx::query(AssertSqlSafe(sql.clone())).execute(connection).await.with_context(|| sql)?;
    Ok(())
}
