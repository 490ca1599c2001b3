//! `innkeeper plugins …`.

use anyhow::Result;
use clap::Subcommand;

use super::say;
use crate::plugins::registry;

/// Plugins of this build.
#[derive(Subcommand)]
pub enum Plugins {
    /// List them: kind, id, version, name.
    List,
}

/// Runs the command.
pub fn run(Plugins::List: Plugins) -> Result<()> {
    for plugin in registry()?.all() {
        let manifest = &plugin.manifest;
        say(format_args!(
            "{:<10} {:<22} {:<8} {}",
            plugin.kind().as_str(),
            manifest.id,
            manifest.version,
            manifest.name
        ));
    }
    Ok(())
}
