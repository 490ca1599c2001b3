//! Where things lie.
//!
//! ```text
//! <directory>/lock           who uses it
//! <directory>/postgres.log   what the server says
//! <directory>/cluster/       owned by the account the server runs as, closed to others;
//!                            a link when that account could not reach it here
//! <directory>/cluster/data/  the files of the database
//! <directory>/cluster/run/   the unix socket, unless its path would be too long
//! ```

use crate::account::Account;
use crate::command::prepare;
use crate::error::Error;
use crate::installation::Installation;
use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

/// A unix socket's path has room for 107 bytes; the server appends `/.s.PGSQL.5432`.
const LONGEST_SOCKET_DIRECTORY: usize = 107 - "/.s.PGSQL.5432".len();

/// Beginning of the socket directories made outside the data directory.
const SHORT_PREFIX: &str = "/tmp/innkeeper-";

/// The cluster's place and the account that owns it.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) directory: PathBuf,
    pub(crate) cluster: PathBuf,
    pub(crate) account: Option<Account>,
}

impl Layout {
    /// Makes (or finds) the cluster's directory below `directory`, which must exist and be locked
    /// by us, such that the account PostgreSQL runs as can work in it.
    pub(crate) fn settle(directory: &Path, installation: &Installation, shelter: &Path) -> Result<Layout, Error> {
        let here = directory.join("cluster");
        let existed = here.symlink_metadata().is_ok();
        if !existed {
            private_directory(&here)?;
        } else if let (Ok(target), false) = (fs::read_link(&here), here.exists()) {
            return Err(Error::Dangling { link: here, target });
        }
        let mut layout = Layout {
            directory: directory.to_owned(),
            cluster: fs::canonicalize(&here).map_err(Error::io("resolve", &here))?,
            account: Account::choose(&here)?,
        };
        layout.check_owner()?;
        layout.hand_over()?;
        if layout.reachable(installation)? {
            return Ok(layout);
        }
        if existed {
            return Err(layout.unreachable());
        }
        fs::remove_dir(&here).map_err(Error::io("remove", &here))?;
        layout.move_to(shelter, &here)?;
        if layout.reachable(installation)? {
            return Ok(layout);
        }
        Err(layout.unreachable())
    }

    /// The files of the database.
    pub(crate) fn data(&self) -> PathBuf {
        self.cluster.join("data")
    }

    /// The server's log.
    pub(crate) fn log(&self) -> PathBuf {
        self.directory.join("postgres.log")
    }

    /// A fresh directory for the socket: in the cluster if its path is short and plain enough for
    /// the server and for a URL, else a short one of its own.
    pub(crate) fn fresh_socket_directory(&self) -> Result<PathBuf, Error> {
        let inside = self.cluster.join("run");
        let directory = if is_plain(&inside) {
            match fs::remove_dir_all(&inside) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(Error::io("remove", &inside)(error));
                }
                _ => inside,
            }
        } else {
            PathBuf::from(format!("{SHORT_PREFIX}{}", random_name()?))
        };
        private_directory(&directory)?;
        if let Some(account) = &self.account {
            account.take_over(&directory)?;
        }
        Ok(directory)
    }

    /// Without root we can only use what is ours.
    fn check_owner(&self) -> Result<(), Error> {
        let owner = fs::metadata(&self.cluster).map_err(Error::io("inspect", &self.cluster))?.uid();
        let runs_as = nix::unistd::Uid::effective().as_raw();
        if self.account.is_none() && owner != runs_as {
            return Err(Error::NotOurs { directory: self.cluster.clone(), owner, runs_as });
        }
        Ok(())
    }

    /// Gives what root owns (a new directory, or one restored from a backup) to the account.
    fn hand_over(&self) -> Result<(), Error> {
        let Some(account) = &self.account else {
            return Ok(());
        };
        let data = self.data();
        let top = fs::metadata(&self.cluster).map_err(Error::io("inspect", &self.cluster))?;
        let below = fs::metadata(&data).map_or(account.uid, |found| found.uid());
        if top.uid() != account.uid || below != account.uid {
            account.take_over(&self.cluster)?;
        }
        Ok(())
    }

    /// Whether the account can enter the cluster's directory. Asking by doing it heeds access
    /// lists and whatever else decides.
    fn reachable(&self, installation: &Installation) -> Result<bool, Error> {
        if self.account.is_none() {
            return Ok(true);
        }
        let program = installation.program("postgres");
        let attempt = |directory: &Path| prepare(&program, self.account.as_ref(), directory).arg("--version").output();
        // Fails here when the account cannot reach the program itself.
        attempt(Path::new("/")).map_err(Error::io("run as another account", &program))?;
        match attempt(&self.cluster) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(false),
            Err(error) => Err(Error::io("enter", &self.cluster)(error)),
        }
    }

    /// Keeps the cluster in `shelter`, with a link in its place. The name is random: a new data
    /// directory where an old one was removed must not find the old one's data.
    fn move_to(&mut self, shelter: &Path, link: &Path) -> Result<(), Error> {
        fs::create_dir_all(shelter).map_err(Error::io("create", shelter))?;
        let target = shelter.join(format!("postgres-{}", random_name()?));
        private_directory(&target)?;
        let label = shelter.join(format!(
            "{}.belongs-to",
            target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
        ));
        fs::write(&label, format!("{}\n", self.directory.display())).map_err(Error::io("write", &label))?;
        if let Some(account) = &self.account {
            account.take_over(&target)?;
        }
        symlink(&target, link).map_err(Error::io("link", link))?;
        tracing::info!(
            data = %target.display(),
            link = %link.display(),
            "PostgreSQL's account cannot enter the data directory; its files are kept elsewhere"
        );
        self.cluster = target;
        Ok(())
    }

    fn unreachable(&self) -> Error {
        let barrier = self
            .cluster
            .ancestors()
            .filter(|path| fs::metadata(path).is_ok_and(|found| found.mode() & 0o001 == 0))
            .last()
            .unwrap_or(&self.cluster);
        Error::Unreachable {
            directory: self.cluster.clone(),
            account: self.account.as_ref().map(|account| account.name.clone()).unwrap_or_default(),
            barrier: barrier.to_owned(),
        }
    }
}

/// Removes a socket directory made outside the data directory, when one of ours.
pub(crate) fn remove_short_socket_directory(directory: &Path) {
    if directory.to_string_lossy().starts_with(SHORT_PREFIX)
        && let Err(error) = fs::remove_dir_all(directory)
        && error.kind() != ErrorKind::NotFound
    {
        tracing::warn!(directory = %directory.display(), %error, "cannot remove the socket directory");
    }
}

/// Creates `path`, closed to everyone but its owner; the parents as the process' umask says.
fn private_directory(path: &Path) -> Result<(), Error> {
    DirBuilder::new()
        .mode(0o700)
        .create(path)
        .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(0o700)))
        .map_err(Error::io("create", path))
}

/// A socket path the server's setting (a comma separated list) and a URL take as it is.
fn is_plain(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.len() <= LONGEST_SOCKET_DIRECTORY
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(byte))
}

fn random_name() -> Result<String, Error> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::io("read randomness from", Path::new("the system"))(std::io::Error::other(error)))?;
    Ok(hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_or_odd_paths_get_a_socket_elsewhere() {
        assert!(is_plain(Path::new("/srv/innkeeper-data/postgres/cluster/run")));
        assert!(!is_plain(Path::new("/srv/it's, odd/run")));
        assert!(is_plain(Path::new(&format!("/{}", "x".repeat(92)))));
        assert!(!is_plain(Path::new(&format!("/{}", "x".repeat(93)))));
    }
}
