//! `cargo xtask`: the chores of the workspace. Every check that `.ci/run` makes can be run alone.

#![expect(clippy::print_stdout, reason = "a command line program speaks on stdout")]

mod bench;
mod capabilities;
mod codegen;
mod database;
mod hooks;
mod layers;
mod programs;
mod seeds;
mod setup;
mod sqlx_prepare;
mod test;
mod workspace;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use workspace::Workspace;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The chores of the Innkeeper workspace")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Set up what tests need, then run every check and every test.
    Test(test::Arguments),
    /// Check that no lower layer reaches up, and the other rules of the architecture.
    Layers,
    /// Write the offline metadata of the checked SQL into `.sqlx/`.
    SqlxPrepare {
        /// Change nothing; fail when the metadata is out of date.
        #[arg(long)]
        check: bool,
    },
    /// Write the documents that are generated from the code.
    Codegen {
        /// Change nothing; fail when a document is out of date.
        #[arg(long)]
        check: bool,
    },
    /// Count the hooks and their counterparts in other systems.
    Hooks {
        /// Compare the add-on hooks with this copy of their documentation instead.
        #[arg(long)]
        seed: Option<PathBuf>,
    },
    /// Run the benchmarks: a table here, JSON in `target/bench.json`.
    Bench {
        /// Only the benchmarks whose name contains this.
        filter: Option<String>,
        /// How many events `bus` sends, and for how many services `billing` runs at most.
        #[arg(long, default_value_t = 1_000_000)]
        size: u32,
    },
    /// Bring up a migrated throw-away database and print its URL; stays up until Ctrl-C.
    DevDb {
        /// Where it lives. Its contents are replaced on every start.
        #[arg(long, default_value = "target/dev-db")]
        data_dir: PathBuf,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match perform(Arguments::parse().chore).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn perform(chore: Chore) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    // Registered once, Ctrl-C no longer ends us at once: the programs we run get it themselves,
    // and the databases we started are stopped on the way out.
    let _interrupted = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
    match chore {
        Chore::Test(arguments) => test::run(&workspace, &arguments).await,
        Chore::Layers => layers::run(&workspace).await,
        Chore::SqlxPrepare { check } => sqlx_prepare::run(&workspace, check).await,
        Chore::Codegen { check } => codegen::run(&workspace, check),
        Chore::Hooks { seed } => hooks::run(seed.as_deref()),
        Chore::Bench { filter, size } => bench::run(&workspace, filter.as_deref(), size).await,
        Chore::DevDb { data_dir } => database::serve_for_developers(&workspace, &data_dir).await,
    }
}
