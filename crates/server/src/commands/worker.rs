//! `innkeeper worker`: jobs without the site.

use anyhow::Result;
use innkeeper_config::Config;

use crate::{database::Database, node};

/// Works until asked to end; then finishes what is under way.
pub async fn run(config: Config) -> Result<()> {
    let end = node::end()?;
    let database = Database::open(&config).await?;
    database.migrate().await?;
    let app = node::app(&config, &database)?;
    let background = node::Background::start(&app, &config).await?;
    end.cancelled().await;
    background.stop().await;
    database.close().await
}
