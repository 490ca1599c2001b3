//! Logs.

use anyhow::{Context, Result};
use innkeeper_config::{Config, LogFormat};
use tracing_subscriber::EnvFilter;

/// Sends logs to standard error in the configured form.
pub fn start(config: &Config) -> Result<()> {
    let filter = EnvFilter::try_new(&config.log.level).context("log.level")?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match config.log.format {
        LogFormat::Text => logs.try_init(),
        LogFormat::Json => logs.json().try_init(),
    };
    started.map_err(|e| anyhow::anyhow!("logs cannot be started: {e}"))
}
