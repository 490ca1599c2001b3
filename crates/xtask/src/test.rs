//! `cargo xtask test`: everything that must hold before a change is merged.

use crate::database::ThrowAway;
use crate::programs::{self, cargo, find};
use crate::workspace::Workspace;
use crate::{codegen, layers, setup, sqlx_prepare};
use anyhow::{Context, bail};
use clap::ValueEnum;
use std::env;
use std::path::Path;
use std::time::{Duration, Instant};

/// Where the tests find their server (see the testkit).
const TEST_URL: &str = "INNKEEPER_TEST_DATABASE_URL";

/// For every test running at a time, its pool and the nodes it starts.
const CONNECTIONS: u16 = 300;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only this step; may be given several times.
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
    /// Not this step; may be given several times.
    #[arg(long, value_name = "STEP")]
    skip: Vec<Step>,
    /// Handed on to the test runner, such as `-p innkeeper-domain`; replaces `--workspace`.
    #[arg(last = true)]
    runner: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Step {
    /// Install PostgreSQL, Chromium, PowerDNS, RabbitMQ, doubles of vendors, a mail server and the judge of e-invoices if they are missing.
    Setup,
    /// Formatting.
    Fmt,
    /// The rules of the architecture.
    Layers,
    /// Generated documents are up to date.
    Codegen,
    /// The offline metadata of the SQL is up to date.
    Sqlx,
    /// Lints.
    Clippy,
    /// All tests.
    Tests,
    /// The examples in the documentation.
    Doctests,
}

struct Outcome {
    step: Step,
    took: Duration,
    error: Option<anyhow::Error>,
}

pub(crate) async fn run(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut outcomes: Vec<Outcome> = Vec::new();
    for step in Step::value_variants() {
        let wanted = arguments.only.is_empty() || arguments.only.contains(step);
        if !wanted || arguments.skip.contains(step) {
            continue;
        }
        println!("\n── {}", name(*step));
        let started = Instant::now();
        let error = perform(*step, workspace, arguments).await.err();
        if let Some(error) = &error {
            println!("{error:#}");
        }
        let give_up = *step == Step::Setup && error.is_some();
        outcomes.push(Outcome { step: *step, took: started.elapsed(), error });
        if give_up {
            break;
        }
    }
    summarise(&outcomes, begun.elapsed())
}

async fn perform(step: Step, workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<()> {
    let simple = |words: &[&str]| cargo(workspace, words);
    match step {
        Step::Setup => setup::run(workspace).await,
        Step::Fmt => {
            let names_only = ["fmt", "--all", "--", "--check", "-l"];
            let formatted = programs::run(&mut simple(&names_only)).await;
            formatted.context("these files are not formatted; run `cargo fmt --all`")
        }
        Step::Layers => layers::run(workspace).await,
        Step::Codegen => codegen::run(workspace, true),
        Step::Sqlx => sqlx_prepare::run(workspace, true).await,
        Step::Clippy => {
            let words = ["clippy", "--workspace", "--all-targets", "--locked"];
            let mut command = simple(&words);
            command.args(["--", "-D", "warnings"]);
            programs::run(&mut command).await
        }
        Step::Tests => tests(workspace, &arguments.runner).await,
        Step::Doctests => programs::run(&mut simple(&["test", "--workspace", "--doc", "--locked", "--quiet"])).await,
    }
}

async fn tests(workspace: &Workspace, runner: &[String]) -> anyhow::Result<()> {
    let server = ThrowAway::start(CONNECTIONS).await?;
    let mut command = if has_nextest() {
        cargo(workspace, &["nextest", "run", "--locked", "--no-fail-fast"])
    } else {
        cargo(workspace, &["test", "--locked", "--no-fail-fast", "--tests", "--lib", "--bins"])
    };
    if runner.is_empty() {
        command.arg("--workspace");
    }
    command.args(runner).env(TEST_URL, server.url());
    programs::run(&mut command).await
}

fn has_nextest() -> bool {
    let beside_cargo =
        env::var_os("CARGO_HOME").is_some_and(|home| Path::new(&home).join("bin/cargo-nextest").is_file());
    beside_cargo || find(&["cargo-nextest"]).is_some()
}

fn summarise(outcomes: &[Outcome], total: Duration) -> anyhow::Result<()> {
    println!("\n── summary");
    for outcome in outcomes {
        let verdict = if outcome.error.is_none() { "ok" } else { "FAILED" };
        println!("{:<10} {:<7} {:>6} s", name(outcome.step), verdict, tenths(outcome.took));
    }
    println!("{:<10} {:<7} {:>6} s", "total", "", tenths(total));
    let failed: Vec<String> =
        outcomes.iter().filter(|outcome| outcome.error.is_some()).map(|outcome| name(outcome.step)).collect();
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

fn name(step: Step) -> String {
    step.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// Seconds with one decimal.
fn tenths(time: Duration) -> String {
    format!("{}.{}", time.as_secs(), time.subsec_millis() / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failed_step_fails_the_run_and_is_named() {
        let outcome = |step, error: Option<&str>| Outcome {
            step,
            took: Duration::from_millis(1_250),
            error: error.map(|text| anyhow::anyhow!("{text}")),
        };
        let good = [outcome(Step::Fmt, None), outcome(Step::Layers, None)];
        assert!(summarise(&good, Duration::ZERO).is_ok());
        let bad = [outcome(Step::Fmt, None), outcome(Step::Layers, Some("no"))];
        let error = summarise(&bad, Duration::ZERO).unwrap_err();
        assert_eq!(error.to_string(), "failed: layers");
        assert_eq!(tenths(Duration::from_millis(1_250)), "1.2");
    }
}
