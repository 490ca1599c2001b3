//! The command line.

use anyhow::Result;
use clap::{Parser, Subcommand};
use innkeeper_config::Config;
use innkeeper_plugin_api::Plugin;
use std::path::PathBuf;

use crate::{commands, plugins, telemetry};

/// Billing and provisioning for web hosts.
#[derive(Parser)]
#[command(name = "innkeeper", version, propagate_version = true)]
pub struct Cli {
    /// The configuration file; without it the defaults and INNKEEPER_… variables count.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Set up a small host with simulated vendors and serve it.
    Demo(commands::demo::Demo),
    /// Serve the site (and, unless configured otherwise, run jobs).
    Serve,
    /// Run jobs only, beside `serve` on this or another machine.
    Worker,
    /// Bring the database schema up to date.
    Migrate,
    /// Check configuration, database, plugins, mail and clock; say what to fix.
    Doctor(commands::doctor::Doctor),
    /// Ask the database for broken rules. Succeeds only if there are none.
    Audit,
    /// Run one of the daily tasks now.
    Run(commands::task::RunTask),
    /// Members of staff.
    #[command(subcommand)]
    Staff(commands::staff::Staff),
    /// Plugins of this build.
    #[command(subcommand)]
    Plugins(commands::plugins::Plugins),
    /// For authors of plugins.
    #[command(subcommand)]
    Plugin(commands::plugin::Plugin),
    /// Run the double of a vendor's API.
    #[command(subcommand)]
    Simulate(commands::simulate::Simulate),
}

/// Runs the command with the plugins that are compiled in.
pub async fn run(cli: Cli) -> Result<()> {
    run_with(cli, vec![]).await
}

/// Runs the command; `serve` also has the plugins of another source.
pub async fn run_with(cli: Cli, others: Vec<Plugin>) -> Result<()> {
    use_ring();
    if let Command::Simulate(command) = cli.command {
        telemetry::start(&Config::default())?;
        return commands::simulate::run(command).await;
    }
    if let Command::Plugins(command) = cli.command {
        return commands::plugins::run(command);
    }
    if let Command::Plugin(command) = cli.command {
        return commands::plugin::run(command);
    }
    let mut config = Config::load(cli.config.as_deref(), std::env::vars())?;
    if let Command::Demo(demo) = &cli.command {
        demo.adjust(&mut config);
    }
    telemetry::start(&config)?;
    match cli.command {
        Command::Demo(demo) => commands::demo::run(config, demo).await,
        Command::Serve => commands::serve::run(config, plugins::with(others)?).await,
        Command::Worker => commands::worker::run(config).await,
        Command::Migrate => commands::migrate::run(config).await,
        Command::Doctor(doctor) => commands::doctor::run(config, doctor).await,
        Command::Audit => commands::audit::run(config).await,
        Command::Run(command) => commands::task::run(config, command).await,
        Command::Staff(command) => commands::staff::run(config, command).await,
        Command::Plugin(_) | Command::Plugins(_) | Command::Simulate(_) => Ok(()),
    }
}

/// Chooses who does TLS for this process.
pub fn use_ring() {
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        tracing::debug!("a TLS provider was installed before");
    }
}
