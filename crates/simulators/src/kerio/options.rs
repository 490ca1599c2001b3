//! How a simulated Kerio Connect is set up.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use crate::chaos::ChaosSettings;

/// Everything that can be chosen at the start; `Options::default()` is a small working server
/// on ephemeral ports of 127.0.0.1.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the HTTPS API listens; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Where the plain HTTP control endpoints listen.
    pub control_listen: SocketAddr,
    /// Name of the built-in administrator.
    pub admin_user: String,
    /// Its password.
    pub admin_password: String,
    /// The mail domains; the first is the primary one.
    pub domains: Vec<DomainOptions>,
    /// User templates ("classes of service"): a name and a quota in megabytes.
    pub templates: Vec<(String, u32)>,
    /// How many enabled users the licence allows; `None` is unlimited.
    pub seats: Option<usize>,
    /// After this long without a call a session is gone.
    pub idle_timeout: Duration,
    /// Where users and the certificate are kept over a restart; `None` keeps nothing.
    pub state_file: Option<PathBuf>,
    /// Seed of the chaos.
    pub seed: u64,
    /// Trouble from the first request on.
    pub chaos: ChaosSettings,
}

/// One mail domain and its password policy.
#[derive(Clone, Debug)]
pub struct DomainOptions {
    /// `example.org`
    pub name: String,
    /// Whether passwords must be complex.
    pub complex_passwords: bool,
    /// The shortest password allowed when they must.
    pub minimum_password_length: u32,
    /// How many of the last passwords may not be used again; 0 is none.
    pub password_history: u32,
    /// The most enabled users in this domain; `None` is unlimited.
    pub maximum_users: Option<u32>,
}

impl DomainOptions {
    /// A domain with Kerio's default policy: complex passwords of at least 8 characters.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            complex_passwords: true,
            minimum_password_length: 8,
            password_history: 0,
            maximum_users: None,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            listen: any_port,
            control_listen: any_port,
            admin_user: "admin".to_owned(),
            admin_password: "Kerio-Admin-1".to_owned(),
            domains: vec![DomainOptions::named("example.org")],
            templates: vec![
                ("Basic".to_owned(), 1024),
                ("Standard".to_owned(), 5 * 1024),
                ("Business".to_owned(), 25 * 1024),
            ],
            seats: None,
            idle_timeout: Duration::from_secs(120),
            state_file: None,
            seed: 1,
            chaos: ChaosSettings::default(),
        }
    }
}
