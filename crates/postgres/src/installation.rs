//! Finding PostgreSQL's programs on this machine.

use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest major version Innkeeper works with.
pub const MINIMUM_VERSION: u32 = 15;

/// Names the directory to use, before anything is searched.
const OVERRIDE: &str = "INNKEEPER_POSTGRES_BIN";

/// Directories whose every entry (sorted by the number in its name) may hold `bin`.
const VERSIONED: &[(&str, &str, &str)] = &[
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];

/// Directories looked at as they are.
const FIXED: &[&str] = &["/opt/homebrew/bin", "/usr/local/pgsql/bin", "/usr/libexec/postgresql"];

/// PostgreSQL's programs: a directory that holds at least `initdb` and `postgres`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    bin: PathBuf,
    version: u32,
}

/// No usable PostgreSQL on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFound {
    /// Every place looked at, with what was wrong with it.
    pub looked_in: Vec<String>,
    /// What came of trying to install it, when that was tried.
    pub install_failed: Option<String>,
}

impl fmt::Display for NotFound {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "no PostgreSQL {MINIMUM_VERSION} or newer was found. Looked in:")?;
        for place in &self.looked_in {
            writeln!(out, "  - {place}")?;
        }
        if let Some(reason) = &self.install_failed {
            writeln!(out, "Installing it did not work: {reason}")?;
        }
        write!(
            out,
            "Ways on:\n\
             \x20 1. install it:   apt-get install -y --no-install-recommends postgresql   (or your system's package)\n\
             \x20 2. use a server of your own:   set database.url in the configuration, or INNKEEPER_DATABASE__URL\n\
             \x20 3. use any build of PostgreSQL {MINIMUM_VERSION} or newer:   unpack it and set {OVERRIDE} to its bin directory"
        )
    }
}

impl std::error::Error for NotFound {}

impl Installation {
    /// Searches, in this order: the directory named by `INNKEEPER_POSTGRES_BIN` (and then nothing
    /// else), `PATH`, and where Debian, Red Hat, Homebrew, Postgres.app and a build from source
    /// put it, newest version first.
    pub fn find() -> Result<Installation, NotFound> {
        match env::var_os(OVERRIDE) {
            Some(bin) => search(&[PathBuf::from(bin)], &format!("{OVERRIDE} = ")),
            None => search(&candidates(), ""),
        }
    }

    /// The directory that holds the programs.
    pub fn bin(&self) -> &Path {
        &self.bin
    }

    /// The major version, such as 15.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The path of one program, such as `psql`. It need not exist: some packages split the
    /// client programs off.
    pub fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    pub(crate) fn at(bin: &Path) -> Result<Installation, String> {
        for program in ["initdb", "postgres"] {
            if !bin.join(program).is_file() {
                return Err(format!("no {program} there"));
            }
        }
        let said = Command::new(bin.join("postgres"))
            .arg("--version")
            .output()
            .map_err(|error| format!("postgres does not run: {error}"))?;
        let said = String::from_utf8_lossy(&said.stdout).trim().to_owned();
        match major_version(&said) {
            Some(version) if version >= MINIMUM_VERSION => Ok(Installation { bin: behind_links(bin), version }),
            Some(version) => Err(format!("version {version} is too old")),
            None => Err(format!("cannot tell the version from `{said}`")),
        }
    }
}

/// A directory of links (such as `/usr/local/bin`) often holds only some of the programs; the one
/// the links lead to holds all.
fn behind_links(bin: &Path) -> PathBuf {
    fs::canonicalize(bin.join("postgres"))
        .ok()
        .and_then(|program| program.parent().map(Path::to_owned))
        .filter(|real| real.join("initdb").is_file())
        .unwrap_or_else(|| bin.to_owned())
}

fn search(candidates: &[PathBuf], prefix: &str) -> Result<Installation, NotFound> {
    let mut looked_in = Vec::new();
    for bin in candidates {
        match Installation::at(bin) {
            Ok(found) => return Ok(found),
            Err(reason) => looked_in.push(format!("{prefix}{}: {reason}", bin.display())),
        }
    }
    if looked_in.is_empty() {
        looked_in.push("the directories of PATH and the usual places of packages".to_owned());
    }
    Err(NotFound { looked_in, install_failed: None })
}

fn candidates() -> Vec<PathBuf> {
    // Of PATH only the directories that hold the server are worth naming in an error.
    let mut all: Vec<PathBuf> = env::var_os("PATH")
        .map(|path| env::split_paths(&path).collect::<Vec<_>>())
        .unwrap_or_default()
        .into_iter()
        .filter(|directory| directory.join("postgres").is_file())
        .collect();
    for (parent, prefix, suffix) in VERSIONED {
        let found = newest_first(Path::new(parent), prefix, suffix);
        if found.is_empty() {
            all.push(Path::new(parent).join(format!("{prefix}*")).join(suffix));
        }
        all.extend(found);
    }
    all.extend(FIXED.iter().map(PathBuf::from));
    all
}

fn newest_first(parent: &Path, prefix: &str, suffix: &str) -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let version = name.to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((version, entry.path().join(suffix)))
        })
        .collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, path)| path).collect()
}

/// `postgres (PostgreSQL) 15.10 (Debian 15.10-0+deb12u1)` is 15; `17beta1` is 17.
fn major_version(said: &str) -> Option<u32> {
    let number = said.split_once("(PostgreSQL) ")?.1;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version() {
        assert_eq!(major_version("postgres (PostgreSQL) 15.10 (Debian 15.10-0+deb12u1)"), Some(15));
        assert_eq!(major_version("postgres (PostgreSQL) 18beta2"), Some(18));
        assert_eq!(major_version("something else"), None);
    }

    #[test]
    fn prefers_the_newest_by_number_not_by_text() {
        let parent = tempfile::tempdir().unwrap();
        for name in ["9", "15", "16", "current"] {
            fs::create_dir(parent.path().join(name)).unwrap();
        }
        let found = newest_first(parent.path(), "", "bin");
        let expected: Vec<PathBuf> =
            ["16", "15", "9"].iter().map(|name| parent.path().join(name).join("bin")).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn an_empty_place_is_named_with_the_ways_on() {
        let nowhere = tempfile::tempdir().unwrap();
        let error = search(&[nowhere.path().to_owned()], "").unwrap_err();
        let text = error.to_string();
        assert!(text.contains(&nowhere.path().display().to_string()), "{text}");
        for way in ["apt-get install", "database.url", OVERRIDE] {
            assert!(text.contains(way), "{way} is missing in: {text}");
        }
    }
}
