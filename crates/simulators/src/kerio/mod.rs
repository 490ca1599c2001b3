//! Kerio Connect's administration API: JSON-RPC over HTTPS with a self-signed certificate,
//! cookie and token sessions, roles, licence seats, password policy, and partial failures.
//!
//! Two ports: the vendor's API over TLS, and plain HTTP control endpoints under `/_sim`.
//! Assumed where the vendor's behaviour is not documented: a failed log-in and a weak
//! password are code 1000, an incomplete nested value is refused, units count in 1024s, and
//! names compare without regard to case. `Batch.run` is not there.

mod control;
mod domains;
mod error;
mod fields;
mod machine;
mod options;
mod password;
mod policy;
mod query;
mod rpc;
mod session;
mod shape;
mod store;
#[cfg(test)]
mod tests;
mod transport;
mod users;

use std::{io, net::SocketAddr, sync::Arc};

use self::machine::Machine;
pub use self::{
    control::{Mailbox, Usage},
    options::{DomainOptions, Options},
};
use crate::{
    chaos::Chaos,
    journal::Journal,
    listener::{self, Running},
};

/// A running simulator. It stops when told to, or when the runtime ends.
pub struct Simulator {
    machine: Arc<Machine>,
    api: Running,
    control: Running,
    certificate: String,
}

impl Simulator {
    /// Starts both servers on the current runtime.
    ///
    /// # Errors
    /// When a port is taken, or the state file cannot be read or written.
    pub async fn start(options: Options) -> io::Result<Self> {
        let machine = Arc::new(Machine::open(options)?);
        let (certificate, tls) = {
            let mut store = machine.store();
            let certificate = transport::ensure_certificate(&mut store)?;
            if let Some(path) = &machine.options.state_file {
                store.save(path)?;
            }
            (certificate, transport::tls_config(&store)?)
        };
        let router = transport::router(Arc::clone(&machine));
        let api = listener::serve(machine.options.listen, router, Some(tls)).await?;
        let routes = control::routes(Arc::clone(&machine), certificate.clone());
        let control = listener::serve(machine.options.control_listen, routes, None).await?;
        Ok(Self { machine, api, control, certificate })
    }

    /// Where the HTTPS API listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.api.addr()
    }

    /// Where the plain HTTP control endpoints listen.
    #[must_use]
    pub fn control_addr(&self) -> SocketAddr {
        self.control.addr()
    }

    /// The self-signed certificate, for clients that pin it.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        &self.certificate
    }

    /// What the server was asked to change.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.machine.journal
    }

    /// The switchboard of trouble.
    #[must_use]
    pub fn chaos(&self) -> &Chaos {
        &self.machine.chaos
    }

    /// All mailboxes, in order of creation.
    #[must_use]
    pub fn users(&self) -> Vec<Mailbox> {
        control::mailboxes(&self.machine)
    }

    /// Whether someone can log in to the webmail with this address and password.
    #[must_use]
    pub fn accepts_password(&self, address: &str, password: &str) -> bool {
        let store = self.machine.store();
        let user = store.user_by_login(address);
        user.is_some_and(|user| user.is_enabled() && user.has_password(password))
    }

    /// Makes a mailbox behind the API's back (the journal does not show it): somebody else's.
    ///
    /// # Errors
    /// When there is no such domain, or the address is taken.
    pub fn add_mailbox(&self, address: &str, full_name: &str) -> io::Result<()> {
        let mut store = self.machine.store();
        store.add_user(address, full_name, &store::random_hex(16), "UserRole").ok_or_else(|| no_room(address))
    }

    /// Makes a user with one of Kerio's roles (`Auditor`, `AccountAdmin`, `FullAdmin`).
    ///
    /// # Errors
    /// When there is no such domain, or the address is taken.
    pub fn add_administrator(&self, address: &str, role: &str, password: &str) -> io::Result<()> {
        self.machine.store().add_user(address, role, password, role).ok_or_else(|| no_room(address))
    }

    /// Sets what a mailbox holds; false when there is no such mailbox.
    pub fn set_usage(&self, address: &str, usage: &Usage) -> bool {
        control::apply_usage(&self.machine, address, usage)
    }

    /// Ends all sessions, as a restart of the server would; returns how many there were.
    pub fn expire_sessions(&self) -> usize {
        self.machine.sessions().expire_all()
    }

    /// Stops both servers: from then on connections are refused.
    pub async fn stop(&self) {
        self.api.stop().await;
        self.control.stop().await;
    }
}

fn no_room(address: &str) -> io::Error {
    io::Error::other(format!("{address} is taken or has no domain here"))
}
