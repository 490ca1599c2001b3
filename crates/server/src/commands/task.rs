//! `innkeeper run TASK`.

use anyhow::{Context, Result};
use chrono::NaiveDate;
use clap::Args;
use innkeeper_app::{
    Actor, calendar,
    daily::{self, Mode},
};
use innkeeper_config::Config;

use super::say;
use crate::{database::Database, node};

/// Runs one of the daily tasks now.
#[derive(Args)]
pub struct RunTask {
    /// Which; `list` names them.
    task: String,
    /// For which day; none: today.
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<NaiveDate>,
    /// Do everything, count it, and undo it.
    #[arg(long)]
    dry_run: bool,
}

/// Runs the task and prints what it did.
pub async fn run(config: Config, command: RunTask) -> Result<()> {
    if command.task == "list" {
        daily::tasks().for_each(|(key, title)| say(format_args!("{key:<16} {title}")));
        return Ok(());
    }
    let database = Database::open(&config).await?;
    let app = node::app(&config, &database)?;
    let date = match command.date {
        Some(date) => date,
        None => calendar::today(&app).await?,
    };
    let mode = if command.dry_run { Mode::Dry } else { Mode::Real };
    let counts = daily::run(&app, &Actor::system("run"), &command.task, date, mode)
        .await
        .with_context(|| format!("{} on {date} (`innkeeper run list` names the tasks)", command.task))?;
    database.close().await?;
    let verb = if command.dry_run { "would do" } else { "did" };
    say(format_args!("{} on {date} {verb}:", command.task));
    if counts.is_empty() {
        say("  nothing: nothing is due");
    }
    for (name, count) in counts {
        say(format_args!("  {count} {name}"));
    }
    Ok(())
}
