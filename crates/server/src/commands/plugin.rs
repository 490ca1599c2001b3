//! `innkeeper plugin …`: for authors of plugins.

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use std::env;

use super::say;
use crate::{
    plugins::registry,
    scaffold::{Kind, Name, Plan},
};

/// For authors of plugins.
#[derive(Subcommand)]
pub enum Plugin {
    /// Make a plugin to start from: it compiles, passes the conformance kit, and shows in the panel.
    New(New),
}

/// What kind, and for whom.
#[derive(Args)]
pub struct New {
    /// What it does.
    kind: Kind,
    /// The vendor's name in small letters, digits and hyphens, such as `acme`.
    name: Name,
    /// Change nothing; say what would be done.
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command in the checkout that the working directory is in.
pub fn run(Plugin::New(new): Plugin) -> Result<()> {
    let mut taken: Vec<String> = registry()?.all().map(|plugin| plugin.manifest.id.clone()).collect();
    taken.extend(innkeeper_examples::all().into_iter().map(|plugin| plugin.manifest.id));
    let start = env::current_dir().context("finding out where we are")?;
    let plan = Plan::new(&start, new.kind, &new.name, &taken)?;
    if !new.dry_run {
        plan.carry_out()?;
    }
    for line in plan.lines() {
        say(line);
    }
    if new.dry_run {
        say("\nNothing was changed.");
        return Ok(());
    }
    say(format_args!(
        "\n{id} is there. Next:\n\n\
         \x20 cargo test -p innkeeper-{id}  # the conformance kit\n\
         \x20 cargo run -p innkeeper-server -- plugins list  # it is in the list\n\
         \x20 cargo run -p innkeeper-server -- demo  # and in the panel, under Plugins\n\n\
         Then open plugins/{id}/src/api.rs, and docs/plugins.md.",
        id = plan.id(),
    ));
    Ok(())
}
