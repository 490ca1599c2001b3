//! `innkeeper doctor`: is everything there, and if not, what is to be done?

mod database;
mod host;
mod vendors;

use anyhow::{Result, bail};
use clap::Args;
use innkeeper_config::Config;
use std::fmt::Display;

use super::say;

/// Check configuration, database, plugins, mail and clock.
#[derive(Args)]
pub struct Doctor {
    /// Also log in to every server and registrar.
    #[arg(long)]
    connect: bool,
}

/// What was found: a line for each thing looked at.
#[derive(Default)]
struct Report {
    to_fix: usize,
}

impl Report {
    fn ok(&self, what: &str, text: impl Display) {
        say(format_args!("OK   {what:<10} {text}"));
    }
    fn fix(&mut self, what: &str, text: impl Display) {
        self.to_fix += 1;
        say(format_args!("FIX  {what:<10} {text}"));
    }
    fn judge(&mut self, what: &str, verdict: Result<String, String>) {
        match verdict {
            Ok(text) => self.ok(what, text),
            Err(text) => self.fix(what, text),
        }
    }
}

/// Looks at everything. Fails if something has to be fixed.
pub async fn run(config: Config, doctor: Doctor) -> Result<()> {
    let mut report = Report::default();
    report.ok("config", "every key is known and makes sense");
    report.judge("base_url", host::base_url(&config));
    report.judge("listen", host::listen(&config).await);
    report.judge("data_dir", host::data_dir(&config));
    report.judge("key", host::key(&config));
    report.judge("mail", host::mail(&config).await);
    if let Some(database) = database::check(&config, &mut report).await {
        let checked = vendors::check(&config, &database, doctor.connect, &mut report).await;
        database.close().await?;
        checked?;
    }
    match report.to_fix {
        0 => say("All is well."),
        1 => bail!("1 thing to fix"),
        count => bail!("{count} things to fix"),
    }
    Ok(())
}
