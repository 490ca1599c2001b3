//! The program.

use clap::Parser;
use innkeeper_server::{Cli, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => return fail(&e.into()),
    };
    match runtime.block_on(run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => fail(&e),
    }
}

#[expect(clippy::print_stderr, reason = "this is how a program tells that it failed")]
fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("innkeeper: {error:#}");
    ExitCode::FAILURE
}
