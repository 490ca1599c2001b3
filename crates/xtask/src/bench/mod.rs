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

/// The event bus is measured by a program of its own: this one does not depend on the application.
const BUS: &str = "bus";

pub(crate) async fn run(workspace: &Workspace, filter: Option<&str>, events: u32) -> anyhow::Result<()> {
    let with_bus = filter.is_none_or(|filter| BUS.contains(filter));
    let wanted = BENCHES.iter().filter(|bench| filter.is_none_or(|filter| bench.name.contains(filter)));
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
    if with_bus {
        bus(workspace, events).await?;
    }
    if rows.is_empty() && !with_bus {
        let names: Vec<&str> = BENCHES.iter().map(|bench| bench.name).chain([BUS]).collect();
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

/// Sends events through the real bus, optimised; a report here and in `bench-bus.json`.
async fn bus(workspace: &Workspace, events: u32) -> anyhow::Result<()> {
    let path = workspace.target().join("bench-bus.json");
    fs::create_dir_all(workspace.target())?;
    let mut command = programs::cargo(workspace, &["bench", "--quiet", "--package", "innkeeper-app", "--bench", BUS]);
    command.args(["--", "--events", &events.to_string(), "--json"]).arg(&path);
    programs::run(&mut command).await?;
    println!("written to {}", path.display());
    Ok(())
}
