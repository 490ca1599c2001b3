//! `innkeeper migrate`.

use anyhow::Result;
use innkeeper_config::Config;

use super::say;
use crate::database::Database;

/// Brings the schema up to date.
pub async fn run(config: Config) -> Result<()> {
    let database = Database::open(&config).await?;
    database.migrate().await?;
    say("the schema is up to date");
    database.close().await
}
