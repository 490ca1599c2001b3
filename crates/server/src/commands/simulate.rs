//! `innkeeper simulate …`: doubles of vendor APIs, for tests and for people who write plugins.

use anyhow::Result;
use clap::{Args, Subcommand};
use innkeeper_simulators::{dondominio, kerio, receiver};
use std::{net::SocketAddr, path::PathBuf};

use super::say;
use crate::node;

/// Run the double of a vendor's API.
#[derive(Subcommand)]
pub enum Simulate {
    /// Kerio Connect's administration API, over HTTPS with a certificate of its own.
    Kerio(Place),
    /// DonDominio's API.
    Dondominio(Place),
    /// A receiver of signed webhooks.
    Webhooks(Place),
}

/// Where and how.
#[derive(Args)]
pub struct Place {
    /// Where the API listens; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Where control endpoints that have a port of their own listen.
    #[arg(long, default_value = "127.0.0.1:0")]
    control: SocketAddr,
    /// Keeps what was made over a restart.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
}

/// Runs until asked to end. Prints one line of JSON that says where it is and how to log in.
pub async fn run(command: Simulate) -> Result<()> {
    let end = node::end()?;
    match command {
        Simulate::Kerio(place) => {
            let options = kerio::Options {
                listen: place.listen,
                control_listen: place.control,
                state_file: place.state,
                ..kerio::Options::default()
            };
            let (user, password) = (options.admin_user.clone(), options.admin_password.clone());
            let simulator = kerio::Simulator::start(options).await?;
            say(serde_json::json!({
                "api": format!("https://{}/admin/api/jsonrpc/", simulator.addr()),
                "control": format!("http://{}/_sim/", simulator.control_addr()),
                "user": user, "password": password, "certificate": simulator.certificate_pem(),
            }));
            end.cancelled().await;
            simulator.stop().await;
        }
        Simulate::Dondominio(place) => {
            let options =
                dondominio::Options { listen: place.listen, state_file: place.state, ..dondominio::Options::default() };
            let (user, password) = (options.apiuser.clone(), options.apipasswd.clone());
            let simulator = dondominio::Simulator::start(options).await?;
            let base = simulator.base_url();
            say(serde_json::json!({
                "api": base, "control": format!("{base}/_sim/"), "user": user, "password": password,
            }));
            end.cancelled().await;
            simulator.stop().await;
        }
        Simulate::Webhooks(place) => {
            let options = receiver::Options {
                listen: place.listen,
                control_listen: place.control,
                ..receiver::Options::default()
            };
            let secret = options.secret.clone();
            let simulator = receiver::Receiver::start(options).await?;
            say(serde_json::json!({
                "url": simulator.url(), "control": format!("http://{}/_sim/", simulator.control_addr()), "secret": secret,
            }));
            end.cancelled().await;
            simulator.stop().await;
        }
    }
    Ok(())
}
