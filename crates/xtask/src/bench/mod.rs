//! The benchmarks: a list, a table for people, JSON for machines.
//!
//! To add one: a function that records samples, and a row in [`BENCHES`].

mod postgres;
mod samples;

use crate::{programs, workspace::Workspace};
use anyhow::{Context, bail};
use samples::{Row, Samples};
use std::fs;
use std::future::Future;
use std::pin::Pin;

type Running<'a> = Pin<Box<dyn Future<Output = anyhow::Result<()>> + 'a>>;

/// One benchmark.
struct Bench {
    name: &'static str,
    /// Measures, and records every sample.
    run: for<'a> fn(&'a Workspace, &'a mut Samples) -> Running<'a>,
}

const BENCHES: &[Bench] = &[
    Bench { name: "embedded-database", run: |_, samples| Box::pin(postgres::lifecycle(samples)) },
    Bench { name: "test-database", run: |workspace, samples| Box::pin(postgres::copies(workspace, samples)) },
];

/// What is measured by a program of its own, because this one does not depend on the application.
struct Program {
    package: &'static str,
    name: &'static str,
    /// How it is told how much to do.
    how_many: &'static str,
}

const PROGRAMS: [Program; 3] = [
    Program { package: "innkeeper-app", name: "bus", how_many: "--events" },
    Program { package: "innkeeper-app", name: "billing", how_many: "--services" },
    Program { package: "innkeeper-site", name: "pages", how_many: "--clients" },
];

pub(crate) async fn run(workspace: &Workspace, filter: Option<&str>, size: u32) -> anyhow::Result<()> {
    let named = |name: &str| filter.is_none_or(|filter| name.contains(filter));
    let programs: Vec<_> = PROGRAMS.iter().filter(|program| named(program.name)).collect();
    let wanted = BENCHES.iter().filter(|bench| named(bench.name));
    let mut rows: Vec<Row> = Vec::new();
    for bench in wanted {
        let mut samples = Samples::default();
        (bench.run)(workspace, &mut samples).await.with_context(|| bench.name)?;
        for row in samples.rows(bench.name) {
            if rows.is_empty() {
                println!("{}", Row::heading());
            }
            println!("{row}");
            rows.push(row);
        }
    }
    for program in &programs {
        run_program(workspace, program, size).await?;
    }
    if rows.is_empty() && programs.is_empty() {
        let names: Vec<&str> =
            BENCHES.iter().map(|bench| bench.name).chain(PROGRAMS.iter().map(|program| program.name)).collect();
        bail!("no such benchmark; there are: {}", names.join(", "));
    }
    if rows.is_empty() {
        return Ok(());
    }
    let path = workspace.target().join("bench.json");
    fs::create_dir_all(workspace.target())?;
    fs::write(&path, serde_json::to_string_pretty(&rows)?)?;
    println!("\nwritten to {}", path.display());
    Ok(())
}

/// Runs a benchmark of the application, optimised; a report here and in `bench-NAME.json`.
async fn run_program(workspace: &Workspace, program: &Program, size: u32) -> anyhow::Result<()> {
    let Program { package, name, how_many } = program;
    let path = workspace.target().join(format!("bench-{name}.json"));
    fs::create_dir_all(workspace.target())?;
    let mut command = programs::cargo(workspace, &["bench", "--quiet", "--package", package, "--bench", name]);
    command.args(["--", how_many, &size.to_string(), "--json"]).arg(&path);
    programs::run(&mut command).await?;
    println!("written to {}", path.display());
    Ok(())
}
