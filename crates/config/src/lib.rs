//! The configuration: a typed TOML file, overridden by environment variables.
//!
//! `config.example.toml` documents every key. A key or a variable nobody knows is an error, and so
//! is a value that makes no sense: a typing mistake must not become a default.

mod environment;
mod error;
mod key;
mod network;
mod schema;
mod secret;
mod validate;

pub use error::Error;
pub use network::Network;
pub use schema::{Config, Database, Log, LogFormat, Mail, MailTransport, Security, Smtp, Tls, Worker};
pub use secret::Secret;

use std::fs;
use std::path::Path;

impl Config {
    /// Reads `file` (the defaults alone when `None`), then lets the variables in `environment`
    /// (see `std::env::vars`) override it: `INNKEEPER_LISTEN`, `INNKEEPER_DATABASE__URL`.
    ///
    /// # Errors
    /// Names the file and the key, or the variable, that cannot be read, is unknown, or makes no
    /// sense.
    pub fn load(file: Option<&Path>, environment: impl IntoIterator<Item = (String, String)>) -> Result<Config, Error> {
        let mut table = toml::Table::new();
        if let Some(path) = file {
            let text = fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
            let unreadable =
                |error: toml::de::Error| Error::Parse { path: path.to_owned(), message: locate(&error, &text) };
            // Read as a whole first: these errors show the line.
            toml::from_str::<Config>(&text).map_err(unreadable)?;
            table = toml::from_str(&text).map_err(unreadable)?;
        }
        environment::apply(&mut table, environment)?;
        let config: Config = table.try_into().map_err(|error: toml::de::Error| Error::Environment {
            variable: environment::PREFIX.to_owned() + "…",
            reason: error.to_string().trim_end().to_owned(),
        })?;
        config.validate()?;
        Ok(config)
    }
}

/// The message with its line number and key. Not the whole line: its value may be a password.
fn locate(error: &toml::de::Error, text: &str) -> String {
    let message = error.message();
    let Some(before) = error.span().and_then(|span| text.get(..span.start)) else {
        return message.to_owned();
    };
    let index = before.matches('\n').count();
    let line = text.lines().nth(index).unwrap_or_default();
    match line.split_once('=') {
        Some((key, _)) => format!("line {}, {}: {message}", index + 1, key.trim()),
        None => format!("line {}: {message}", index + 1),
    }
}
