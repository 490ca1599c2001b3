//! A double of DonDominio's "Simple-API", the domain part of it: a real HTTP
//! server on loopback that takes and refuses the calls the vendor takes and
//! refuses, and keeps an account, its contacts and its domains.
//!
//! Names with a meaning ([`fixtures`]) ask for certain answers. Beside the
//! vendor's paths there are control endpoints under `/_sim` ([`control`]),
//! and trouble on demand ([`crate::chaos`]).
//!
//! What is not simulated: DNS zones (every domain answers "no such service"),
//! hosting, mail and TLS products, real e-mail verification, IDN conversion.

mod actions;
mod contact;
pub mod control;
mod domain;
mod extras;
mod fault;
pub mod fixtures;
mod http;
mod lifecycle;
mod money;
mod params;
mod store;
mod syntax;
mod world;
mod zones;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::{NaiveDate, Utc};

pub use contact::{Contact, ContactData};
pub use domain::{DnssecKey, Domain, GlueRecord, HistoryLine, Roles, Status};
pub use world::{Account, Effects, Pace};

use crate::chaos::{Chaos, ChaosSettings};
use crate::journal::Journal;
use crate::listener::{self, Running};
use http::Shared;
use world::World;

/// How to start a simulator. The default is a rich account on a free port
/// that carries everything out at once.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; port 0 picks a free one.
    pub listen: SocketAddr,
    /// The account's user name.
    pub apiuser: String,
    /// The account's password ("API key").
    pub apipasswd: String,
    /// What the account can spend, in euro cents.
    pub balance: i64,
    /// Below this the account counts as low, in euro cents.
    pub threshold: i64,
    /// Auth codes and lost answers follow from it.
    pub seed: u64,
    /// When orders complete.
    pub pace: Pace,
    /// What goes wrong from the start.
    pub chaos: ChaosSettings,
    /// More calls than this at the same time are refused with 1006.
    pub max_connections: usize,
    /// Where the state survives a restart. A state found there wins over
    /// `balance` and `threshold`; user and password are always the ones here.
    pub state_file: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            apiuser: "12345-SIM".to_owned(),
            apipasswd: "simulated-key".to_owned(),
            balance: 1_000_000,
            threshold: 5_000,
            seed: 1,
            pace: Pace::default(),
            chaos: ChaosSettings::default(),
            max_connections: 3,
            state_file: None,
        }
    }
}

/// A running simulator. It stops when told to, or when the runtime ends.
#[derive(Debug)]
pub struct Simulator {
    shared: Arc<Shared>,
    server: Running,
}

impl Simulator {
    /// Listens and serves until stopped.
    ///
    /// # Errors
    /// When the address is taken, or the state file cannot be read.
    pub async fn start(options: Options) -> std::io::Result<Self> {
        let account = Account {
            user: options.apiuser,
            password: options.apipasswd,
            balance: options.balance,
            threshold: options.threshold,
            refuse_with: None,
            allowed_ips: BTreeSet::new(),
        };
        let mut world = match &options.state_file {
            Some(path) => store::load(path, &account)?,
            None => None,
        }
        .unwrap_or_else(|| World::new(account, options.seed));
        world.pace = options.pace;

        let chaos = Chaos::new(options.seed, options.chaos);
        let shared = Shared::new(world, chaos, options.max_connections, options.state_file);
        let server = listener::serve(options.listen, http::router(&shared), None).await?;
        tracing::info!(addr = %server.addr(), "the DonDominio simulator listens");
        Ok(Self { shared, server })
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.server.addr()
    }

    /// What a client sets as its endpoint, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr())
    }

    /// The calls that changed something or tried to.
    #[must_use]
    pub fn journal(&self) -> Journal {
        self.shared.journal.clone()
    }

    /// The switchboard for trouble.
    #[must_use]
    pub fn chaos(&self) -> Chaos {
        self.shared.chaos.clone()
    }

    /// All domains of the account, by name, as they are at this moment.
    #[must_use]
    pub fn domains(&self) -> Vec<Domain> {
        self.shared.world().domains.values().cloned().collect()
    }

    /// How often something was really done to `name`, over all restarts that
    /// share a state file.
    #[must_use]
    pub fn effects(&self, name: &str) -> Effects {
        let world = self.shared.world();
        world.effects.get(name).copied().unwrap_or_default()
    }

    /// What the account can spend, in euro cents.
    #[must_use]
    pub fn balance(&self) -> i64 {
        self.shared.world().account.balance
    }

    /// Sets what the account can spend, in euro cents.
    pub fn set_balance(&self, cents: i64) {
        let mut world = self.shared.world();
        world.account.balance = cents;
        self.shared.save(&world);
    }

    /// Moves every order one step on and the calendar `days` ahead, as
    /// `POST /_sim/tick` does.
    pub fn tick(&self, days: u32) {
        self.shared.tick(days);
    }

    /// Lets another registrar hold `name` from now on.
    pub fn take(&self, name: &str, authcode: &str) {
        let mut world = self.shared.world();
        let (name, authcode) = (name.to_owned(), authcode.to_owned());
        world.elsewhere.insert(name, authcode);
        self.shared.save(&world);
    }

    /// Lets the account hold active domains that were registered elsewhere: name, owner, last day.
    ///
    /// # Errors
    /// When a name is of no zone that the simulator knows.
    pub fn hold(&self, held: impl IntoIterator<Item = (String, ContactData, NaiveDate)>) -> Result<(), String> {
        let mut world = self.shared.world();
        let now = world.time(Utc::now());
        for (name, owner, expires) in held {
            let zone = zones::of(&name).map_err(|_| format!("{name} is of no known zone"))?;
            let id = world.add_contact(owner);
            let contacts = Roles { owner: id.clone(), admin: id.clone(), tech: id.clone(), billing: id };
            let mut domain = Domain::ordered(&mut world, now, &name, zone, contacts);
            domain.enter(Status::Active, now);
            (domain.created, domain.expires) = (Some(now.date_naive()), Some(expires));
            world.domains.insert(name, domain);
        }
        self.shared.save(&world);
        Ok(())
    }

    /// How many calls of the vendor's API arrived, refused ones included.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.requests.load(Ordering::Relaxed)
    }

    /// Stops: from then on connections are refused.
    pub async fn stop(&self) {
        self.server.stop().await;
    }
}
