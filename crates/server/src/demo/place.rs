//! The data directory of a demo: held by one process, with the sheet for scripts in it.

use anyhow::{Context, Result, bail};
use nix::fcntl::{Flock, FlockArg};
use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use super::Sheet;

/// A data directory that is ours until the process ends.
pub struct Place {
    directory: PathBuf,
    _held: Flock<File>,
}

impl Place {
    /// Takes it, and removes the sheet of an earlier run: it appears again when all is ready.
    pub fn take(directory: &Path) -> Result<Self> {
        fs::create_dir_all(directory).with_context(|| format!("data_dir {}", directory.display()))?;
        let directory = fs::canonicalize(directory)?;
        let path = directory.join("demo.lock");
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
        let file = file.with_context(|| path.display().to_string())?;
        let Ok(held) = Flock::lock(file, FlockArg::LockExclusiveNonblock) else {
            bail!("another demo runs in {}: stop it, or choose another --data-dir", directory.display());
        };
        let place = Self { directory, _held: held };
        place.remove_sheet()?;
        Ok(place)
    }

    /// The directory, absolute.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where the sheet is.
    pub fn sheet(&self) -> PathBuf {
        self.directory.join("demo.json")
    }

    /// Puts the sheet there, whole.
    pub fn publish(&self, sheet: &Sheet) -> Result<()> {
        write_private(&self.sheet(), &serde_json::to_vec_pretty(sheet)?)
    }

    /// Takes the sheet away: nobody is there any more.
    pub fn leave(&self) {
        if let Err(error) = self.remove_sheet() {
            tracing::warn!(%error, "demo.json is left behind");
        }
    }

    fn remove_sheet(&self) -> Result<()> {
        match fs::remove_file(self.sheet()) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error).context("demo.json"),
            _ => Ok(()),
        }
    }
}

/// Writes a file for our eyes only, that appears with its whole content or not at all.
pub fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    let unfinished = path.with_extension("unfinished");
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&unfinished, path).with_context(|| path.display().to_string())
}
