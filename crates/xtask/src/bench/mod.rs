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

/// What is measured by a program of its own, because this one does not depend on the application: its name, and
/// how it is told how much to do.
const PROGRAMS: [(&str, &str); 2] = [("bus", "--events"), ("billing", "--services")];

pub(crate) async fn run(workspace: &Workspace, filter: Option<&str>, size: u32) -> anyhow::Result<()> {
    let named = |name: &str| filter.is_none_or(|filter| name.contains(filter));
    let programs: Vec<_> = PROGRAMS.into_iter().filter(|(name, _)| named(name)).collect();
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
    for (name, how_many) in &programs {
        program(workspace, name, how_many, size).await?;
    }
    if rows.is_empty() && programs.is_empty() {
        let names: Vec<&str> = BENCHES.iter().map(|bench| bench.name).chain(PROGRAMS.map(|(name, _)| name)).collect();
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
async fn program(workspace: &Workspace, name: &str, how_many: &str, size: u32) -> anyhow::Result<()> {
    let path = workspace.target().join(format!("bench-{name}.json"));
    fs::create_dir_all(workspace.target())?;
    let mut command = programs::cargo(workspace, &["bench", "--quiet", "--package", "innkeeper-app", "--bench", name]);
    command.args(["--", how_many, &size.to_string(), "--json"]).arg(&path);
    programs::run(&mut command).await?;
    println!("written to {}", path.display());
    Ok(())
}
