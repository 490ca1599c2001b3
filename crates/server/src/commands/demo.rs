//! `innkeeper demo`: everything on one machine, with one command.

use anyhow::Result;
use clap::Args;
use innkeeper_config::Config;
use std::{net::SocketAddr, path::PathBuf};

use super::{say, serve};
use crate::{
    database::Database,
    demo::{self, Place, Ready},
    node,
};

/// Set up a small host with simulated vendors and serve it.
#[derive(Args)]
pub struct Demo {
    /// Where the site listens [default: 127.0.0.1:8080]; port 0 picks a free one.
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// Where everything is kept [default: ./innkeeper-data].
    #[arg(long, value_name = "DIRECTORY")]
    data_dir: Option<PathBuf>,
    /// Also fill in this many made-up clients, for benchmarks. Done once for a data directory.
    #[arg(long, value_name = "CLIENTS", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    scale: Option<u32>,
}

impl Demo {
    /// Lets the options override the configuration.
    pub fn adjust(&self, config: &mut Config) {
        config.listen = self.listen.unwrap_or(config.listen);
        if let Some(directory) = &self.data_dir {
            config.data_dir.clone_from(directory);
        }
    }
}

/// Runs until asked to end.
pub async fn run(mut config: Config, options: Demo) -> Result<()> {
    let end = node::end()?;
    if !config.listen.ip().is_loopback() {
        tracing::warn!(listen = %config.listen, "the demo's passwords are public: whoever reaches this address can log in");
    }
    // First the port: if it is taken, nothing else was touched.
    let listener = serve::listen(&mut config).await?;
    let place = Place::take(&config.data_dir)?;
    let database = tokio::select! {
        database = Database::open(&config) => database?,
        () = end.cancelled() => return Ok(()),
    };
    let prepared = tokio::select! {
        prepared = demo::prepare(&config, &place, &database, options.scale) => Some(prepared),
        () = end.cancelled() => None,
    };
    let served = match prepared {
        Some(Ok(ready)) => {
            announce(&place, &ready)?;
            let served = serve::serve(&config, &ready.app, listener, end).await;
            ready.vendors.stop().await;
            served
        }
        Some(Err(error)) => Err(error),
        None => Ok(()),
    };
    place.leave();
    database.close().await?;
    served
}

fn announce(place: &Place, ready: &Ready) -> Result<()> {
    let sheet = &ready.sheet;
    place.publish(sheet)?;
    say(format_args!(
        "\nInnkeeper is ready.\n\n\
         \x20 Portal   {base}\n\
         \x20          {}   {}\n\
         \x20 Panel    {base}/admin\n\
         \x20          {}   {}\n\
         \x20 API      {base}/api/v1/openapi.json\n\
         \x20          Authorization: Bearer {}\n\n\
         Everything a script needs is in {}.\n\
         Kerio Connect, DonDominio and the webhook receiver are simulated. Ctrl-C stops it all; the data stays.",
        sheet.client.email,
        sheet.client.password,
        sheet.staff.email,
        sheet.staff.password,
        sheet.api_token,
        place.sheet().display(),
        base = sheet.base_url,
    ));
    Ok(())
}
