//! Every key there is, with its default. `config.example.toml` says what each means.

use crate::network::Network;
use crate::secret::Secret;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// The whole configuration.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the site is served.
    pub listen: SocketAddr,
    /// How the world reaches it, without a slash at the end; see [`Config::base_url`].
    pub base_url: Option<String>,
    /// Where everything that is not in the database lies.
    pub data_dir: PathBuf,
    /// The database.
    pub database: Database,
    /// Keys and proxies.
    pub security: Security,
    /// Outgoing mail.
    pub mail: Mail,
    /// Background jobs.
    pub worker: Worker,
    /// Tax.
    pub tax: Tax,
    /// Currencies.
    pub currencies: Currencies,
    /// What the program says about itself.
    pub log: Log,
}

/// The database.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// Your own PostgreSQL; without it a private one is brought up in `data_dir`.
    pub url: Option<Secret>,
    /// Most connections of this process.
    pub max_connections: u32,
}

/// Keys and proxies.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Security {
    /// 32 bytes that encrypt secrets at rest; see [`Config::key`].
    pub key_file: Option<PathBuf>,
    /// Who may say, in `X-Forwarded-For`, on whose behalf a request is made.
    pub trusted_proxies: Vec<Network>,
}

/// Outgoing mail.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// What becomes of a mail.
    pub transport: MailTransport,
    /// The sender, such as `Example Hosting <billing@example.com>`.
    pub from: String,
    /// Where the transport `file` writes; see [`Config::mail_directory`].
    pub directory: Option<PathBuf>,
    /// The server that the transport `smtp` hands mail to.
    pub smtp: Smtp,
}

/// What becomes of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTransport {
    /// It is handed to an SMTP server.
    Smtp,
    /// It becomes a file.
    File,
    /// It is kept until the program ends.
    Memory,
    /// Its sender, recipient and subject are logged; its text is lost.
    Log,
}

/// An SMTP server.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Smtp {
    /// Its name. Empty unless the transport is `smtp`.
    pub host: String,
    /// Its port; see [`Smtp::port`].
    pub port: Option<u16>,
    /// The account, if it wants one.
    pub username: Option<String>,
    /// The account's password.
    pub password: Option<Secret>,
    /// How the connection is protected.
    pub tls: Tls,
    /// Certificates of authorities to trust beside the system's own.
    pub ca_file: Option<PathBuf>,
}

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// It starts in the clear and must then be encrypted.
    #[default]
    Starttls,
    /// It is encrypted from the first byte.
    Tls,
    /// It is not: only for a server on this machine.
    None,
}

/// Background jobs.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Worker {
    /// Jobs at a time.
    pub concurrency: u16,
    /// Whether `serve` also runs jobs; without it, run `worker` beside it.
    pub run_in_serve: bool,
    /// After this long without a sign of life a job is another worker's.
    pub lease_seconds: u16,
    /// Repeat calls of unknown outcome without asking: see `config.example.toml`.
    pub blind_retry: bool,
}

/// Tax.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tax {
    /// Where VAT numbers are asked after.
    pub vies_url: String,
}

/// Currencies.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Currencies {
    /// Where exchange rates are read.
    pub rates_url: String,
}

/// What the program says about itself.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// How much: a level, or a list such as `info,sqlx=warn`.
    pub level: String,
    /// In which form.
    pub format: LogFormat,
}

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One object per line, for machines.
    Json,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            base_url: None,
            data_dir: PathBuf::from("innkeeper-data"),
            database: Database::default(),
            security: Security::default(),
            mail: Mail::default(),
            worker: Worker::default(),
            tax: Tax::default(),
            currencies: Currencies::default(),
            log: Log::default(),
        }
    }
}

impl Default for Database {
    fn default() -> Database {
        Database { url: None, max_connections: 20 }
    }
}

impl Default for Mail {
    fn default() -> Mail {
        Mail {
            transport: MailTransport::File,
            from: "Innkeeper <innkeeper@localhost>".to_owned(),
            directory: None,
            smtp: Smtp::default(),
        }
    }
}

impl Default for Worker {
    fn default() -> Worker {
        Worker { concurrency: 4, run_in_serve: true, lease_seconds: 30, blind_retry: false }
    }
}

impl Default for Tax {
    fn default() -> Tax {
        Tax { vies_url: "https://ec.europa.eu/taxation_customs/vies/rest-api".to_owned() }
    }
}

impl Default for Currencies {
    fn default() -> Currencies {
        Currencies { rates_url: "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml".to_owned() }
    }
}

impl Default for Log {
    fn default() -> Log {
        Log { level: "info".to_owned(), format: LogFormat::default() }
    }
}

impl Config {
    /// How the world reaches the site, without a slash at the end; `http://` and the address it
    /// listens on unless configured.
    pub fn base_url(&self) -> String {
        match &self.base_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }

    /// Where the transport `file` writes: `mail` in the data directory unless configured.
    pub fn mail_directory(&self) -> PathBuf {
        self.mail.directory.clone().unwrap_or_else(|| self.data_dir.join("mail"))
    }
}

impl Smtp {
    /// The port: 587, 465 or 25, whichever goes with [`Smtp::tls`], unless configured.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.tls {
            Tls::Starttls => 587,
            Tls::Tls => 465,
            Tls::None => 25,
        })
    }
}
