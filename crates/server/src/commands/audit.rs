//! `innkeeper audit`.

use anyhow::{Result, bail};
use innkeeper_app::{Actor, audit};
use innkeeper_config::Config;

use super::say;
use crate::{database::Database, node};

/// Prints every broken rule; fails if there is one.
pub async fn run(config: Config) -> Result<()> {
    let database = Database::open(&config).await?;
    let app = node::app(&config, &database)?;
    let violations = audit::violations(&app, &Actor::system("audit")).await?;
    for violation in &violations {
        say(format_args!("{}\t{}", violation.rule, violation.detail));
    }
    database.close().await?;
    match violations.len() {
        0 => say("every rule holds"),
        count => bail!("{count} broken rules"),
    }
    Ok(())
}
