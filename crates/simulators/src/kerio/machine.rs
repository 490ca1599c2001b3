//! The simulated machine: its data, its sessions and what every part of it shares.

use std::{
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    error::{self, RpcError},
    options::Options,
    session::Sessions,
    store::Store,
};
use crate::{chaos::Chaos, journal::Journal};

/// Shared by the API, the webmail form and the control endpoints.
pub struct Machine {
    /// How it was set up.
    pub options: Options,
    /// What it was asked to change.
    pub journal: Journal,
    /// What goes wrong.
    pub chaos: Chaos,
    store: Mutex<Store>,
    sessions: Mutex<Sessions>,
}

impl Machine {
    /// Opens the data.
    ///
    /// # Errors
    /// When the state file cannot be read.
    pub fn open(options: Options) -> io::Result<Self> {
        Ok(Self {
            journal: Journal::default(),
            chaos: Chaos::new(options.seed, options.chaos.clone()),
            store: Mutex::new(Store::open(&options)?),
            sessions: Mutex::new(Sessions::new(options.idle_timeout)),
            options,
        })
    }

    /// The data, locked. Lock it before the sessions where both are needed.
    pub fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sessions, locked.
    pub fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the state file, if there is to be one.
    ///
    /// # Errors
    /// 1000, as a real server whose database cannot be written.
    pub fn persist(&self, store: &Store) -> Result<(), RpcError> {
        let Some(path) = &self.options.state_file else {
            return Ok(());
        };
        store.save(path).map_err(|error| {
            tracing::error!(%error, path = %path.display(), "state file not written");
            RpcError::new(error::FAILED, "Operation failed.")
        })
    }
}
