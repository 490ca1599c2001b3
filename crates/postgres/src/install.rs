//! Getting PostgreSQL through the system's package manager, where we may.

use crate::installation::{Installation, NotFound};
use nix::unistd::Uid;
use std::env;
use std::process::{Command, Stdio};

const INSTALL: &[&str] = &["install", "-y", "--no-install-recommends", "postgresql"];

impl Installation {
    /// Finds PostgreSQL, or else installs Debian's package when we are root and `apt-get` is
    /// there, saying through `log` what it does. This may take minutes and blocks the thread.
    ///
    /// # Errors
    /// [`NotFound`] with what was looked for, why installing did not work, and the ways on.
    pub fn find_or_install(log: impl Fn(&str)) -> Result<Installation, NotFound> {
        let missing = match Installation::find() {
            Ok(found) => return Ok(found),
            Err(missing) => missing,
        };
        let failed = |reason: String| NotFound { install_failed: Some(reason), ..missing.clone() };
        if env::var_os("INNKEEPER_POSTGRES_BIN").is_some() {
            // Someone chose a directory; installing another PostgreSQL would not be found.
            return Err(missing);
        }
        if !apt_is_there() {
            return Err(failed("there is no apt-get on this machine".to_owned()));
        }
        if !Uid::effective().is_root() {
            return Err(failed("only root may use apt-get".to_owned()));
        }
        install(&log).map_err(failed)?;
        Installation::find()
    }
}

fn install(log: &impl Fn(&str)) -> Result<(), String> {
    log("PostgreSQL is not installed; installing it: apt-get install postgresql");
    if apt_get(INSTALL).is_ok() {
        return Ok(());
    }
    log("refreshing the package lists first: apt-get update");
    apt_get(&["update"])?;
    log("installing PostgreSQL: apt-get install postgresql");
    apt_get(INSTALL)
}

fn apt_is_there() -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|directory| directory.join("apt-get").is_file()))
}

fn apt_get(arguments: &[&str]) -> Result<(), String> {
    let ended = Command::new("apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("apt-get does not run: {error}"))?;
    if ended.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    Err(format!("apt-get {} ended with {}: {}", arguments.join(" "), ended.status, crate::command::tail(&said, 5)))
}
