//! One process per data directory: an advisory lock that dies with its holder.

use crate::error::Error;
use nix::fcntl::{Flock, FlockArg};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

/// Held as long as the directory is ours; the system lets go of it when we die.
#[derive(Debug)]
pub(crate) struct DirectoryLock {
    _held: Flock<File>,
}

impl DirectoryLock {
    /// Takes the lock of `directory` or says at once who has it.
    pub(crate) fn take(directory: &Path) -> Result<DirectoryLock, Error> {
        let path = directory.join("lock");
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(Error::io("open", &path))?;
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(mut held) => {
                held.set_len(0).map_err(Error::io("write", &path))?;
                writeln!(held, "{}", std::process::id()).map_err(Error::io("write", &path))?;
                Ok(DirectoryLock { _held: held })
            }
            Err((mut file, _)) => {
                let mut text = String::new();
                let pid = match file.read_to_string(&mut text) {
                    Ok(_) => text.trim().parse().ok(),
                    Err(_) => None,
                };
                Err(Error::InUse { directory: directory.to_owned(), pid })
            }
        }
    }
}
