//! The embedded default database: a private PostgreSQL in Innkeeper's own data directory.
//!
//! With no `database.url` configured, Innkeeper finds the PostgreSQL binaries on the machine
//! ([`Installation`]), creates a cluster below its data directory and runs the server as a child
//! that listens on a unix socket only ([`Embedded`]). Nothing outside the data directory is
//! touched, any number of instances live side by side, and an instance whose parent was killed is
//! stopped cleanly and taken over by the next start.

mod account;
mod bootstrap;
mod command;
mod embedded;
mod error;
mod fetch;
mod install;
mod installation;
mod layout;
mod lock;
mod postmaster;

pub use embedded::{Embedded, Options};
pub use error::Error;
pub use installation::{Installation, MINIMUM_VERSION, NotFound};
