//! Who the server runs as. PostgreSQL refuses root, so root drops to another account.

use crate::error::Error;
use nix::errno::Errno;
use nix::unistd::{Gid, Uid, User, chown};
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// An account to drop to. Only root ever has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl Account {
    /// The account to drop to for a cluster in `home`: none unless we are root, else whoever
    /// owns the cluster already, else `postgres`, else `nobody`.
    pub(crate) fn choose(home: &Path) -> Result<Option<Account>, Error> {
        if !Uid::effective().is_root() {
            return Ok(None);
        }
        if let Some(owner) = fs::metadata(home).ok().filter(|found| found.uid() != 0) {
            let name = match User::from_uid(Uid::from_raw(owner.uid())) {
                Ok(Some(user)) => user.name,
                _ => owner.uid().to_string(),
            };
            return Ok(Some(Account { name, uid: owner.uid(), gid: owner.gid() }));
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .map(|user| Account { name: user.name, uid: user.uid.as_raw(), gid: user.gid.as_raw() })
            .map(Some)
            .ok_or(Error::NoAccount)
    }

    /// Gives `path`, and all below it, to this account.
    pub(crate) fn take_over(&self, path: &Path) -> Result<(), Error> {
        self.take_one(path)?;
        let listing = fs::read_dir(path).map_err(Error::io("list", path))?;
        for entry in listing {
            let entry = entry.map_err(Error::io("list", path))?;
            let kind = entry.file_type().map_err(Error::io("inspect", path))?;
            if kind.is_dir() {
                self.take_over(&entry.path())?;
            } else if !kind.is_symlink() {
                self.take_one(&entry.path())?;
            }
        }
        Ok(())
    }

    fn take_one(&self, path: &Path) -> Result<(), Error> {
        chown(path, Some(Uid::from_raw(self.uid)), Some(Gid::from_raw(self.gid)))
            .map_err(|errno: Errno| Error::io("change the owner of", path)(io::Error::from(errno)))
    }
}
