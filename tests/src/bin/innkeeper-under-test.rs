//! The program as shipped, with one more plugin: the naive one of the storm.

use clap::Parser;
use innkeeper_server::{Cli, run_with};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    run_with(Cli::parse(), vec![innkeeper_tests::naive::plugin()]).await
}
