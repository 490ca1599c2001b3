//! The key that encrypts secrets at rest.

use crate::error::Error;
use crate::schema::Config;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Bytes in a key.
const LENGTH: usize = 32;

impl Config {
    /// Reads the key. Unless `security.key_file` says otherwise it is `secret.key` in the data
    /// directory, which is created, for the owner's eyes only, when it does not exist. A file that
    /// was configured must exist: a new key could not read what the old one wrote.
    ///
    /// # Errors
    /// [`Error::Key`] when it is missing, has another length, or is open to others.
    pub fn key(&self) -> Result<[u8; LENGTH], Error> {
        match &self.security.key_file {
            Some(path) if path.exists() => read(path),
            Some(path) => Err(wrong(
                path,
                format!(
                    "does not exist; bring it back, or make one:  head -c {LENGTH} /dev/urandom > FILE && chmod 600 FILE"
                ),
            )),
            None => {
                let path = self.data_dir.join("secret.key");
                if !path.exists() {
                    create(&path).map_err(|error| wrong(&path, format!("cannot be created: {error}")))?;
                }
                read(&path)
            }
        }
    }
}

fn read(path: &Path) -> Result<[u8; LENGTH], Error> {
    let unreadable = |error: io::Error| wrong(path, format!("cannot be read: {error}"));
    let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(wrong(path, "is open to others; close it with chmod 600".to_owned()));
    }
    let bytes = fs::read(path).map_err(unreadable)?;
    let length = bytes.len();
    bytes.try_into().map_err(|_| wrong(path, format!("holds {length} bytes instead of {LENGTH}")))
}

/// The file appears with its whole content or not at all, and never replaces another: two
/// processes that start at the same time end up with the same key.
fn create(path: &Path) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let mut key = [0_u8; LENGTH];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    let unfinished = PathBuf::from(format!("{}.{}", path.display(), std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(&key)?;
    file.sync_all()?;
    let linked = fs::hard_link(&unfinished, path);
    fs::remove_file(&unfinished)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn wrong(path: &Path, reason: String) -> Error {
    Error::Key { path: path.to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(data_dir: &Path) -> Config {
        Config { data_dir: data_dir.to_owned(), ..Config::default() }
    }

    #[test]
    fn a_new_key_is_made_once_for_the_owner_alone() {
        let scratch = tempfile::tempdir().unwrap();
        let config = config(&scratch.path().join("data"));
        let key = config.key().unwrap();
        assert_ne!(key, [0; LENGTH]);
        assert_eq!(config.key().unwrap(), key);
        let file = scratch.path().join("data/secret.key");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(scratch.path().join("data")).unwrap().count(), 1);
        create(&file).unwrap();
        assert_eq!(config.key().unwrap(), key, "an existing key is never replaced");
    }

    #[test]
    fn a_configured_key_must_exist_and_be_whole_and_closed() {
        let scratch = tempfile::tempdir().unwrap();
        let file = scratch.path().join("key");
        let mut config = config(scratch.path());
        config.security.key_file = Some(file.clone());
        let complaint = |config: &Config| config.key().unwrap_err().to_string();
        assert!(complaint(&config).contains("does not exist"));
        fs::write(&file, [7; 31]).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(complaint(&config).contains("open to others"));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(complaint(&config).contains("31 bytes"));
        fs::write(&file, [7; 32]).unwrap();
        assert_eq!(config.key().unwrap(), [7; 32]);
    }
}
