//! Logs.

use anyhow::{Context, Result};
use innkeeper_config::{Config, LogFormat};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Sends logs to standard error in the configured form.
pub fn start(config: &Config) -> Result<()> {
    // What the database remarks on repeated migrations is of no use, unless somebody asks for it.
    let level = format!("sqlx::postgres::notice=warn,{}", config.log.level);
    let filter = EnvFilter::try_new(level).context("log.level")?;
    let colours = std::io::stderr().is_terminal();
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr);
    let started = match config.log.format {
        LogFormat::Text => logs.try_init(),
        LogFormat::Json => logs.json().try_init(),
    };
    started.map_err(|e| anyhow::anyhow!("logs cannot be started: {e}"))
}
