//! The first start: making the cluster, the role and the database.

use crate::command::{prepare, run};
use crate::error::Error;
use crate::installation::Installation;
use crate::layout::Layout;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// The role (superuser of its own cluster) and the database.
pub(crate) const NAME: &str = "innkeeper";

/// Tried in this order: upper and lower case of all scripts, sorted by code point everywhere the
/// same. Not every system knows `C.UTF-8`; `C` is always there.
const LOCALES: &[&str] = &["C.UTF-8", "C"];

/// Creates the cluster unless it is there; says whether it did. It is made under another name and
/// moved into place when whole, so that a first start that was cut short is simply done again.
pub(crate) fn ensure_cluster(layout: &Layout, installation: &Installation, durable: bool) -> Result<bool, Error> {
    let data = layout.data();
    if data.exists() {
        check_version(&data, installation)?;
        return Ok(false);
    }
    let unfinished = layout.cluster.join("data.new");
    let mut failure = None;
    for locale in LOCALES {
        match fs::remove_dir_all(&unfinished) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(Error::io("remove", &unfinished)(error));
            }
            _ => {}
        }
        match initdb(layout, installation, &unfinished, locale, durable) {
            Ok(()) => {
                create_database(layout, installation, &unfinished)?;
                fs::rename(&unfinished, &data).map_err(Error::io("rename", &unfinished))?;
                return Ok(true);
            }
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    // The first failure is the telling one; the second locale was a guess at its cause.
    failure.map_or(Ok(true), Err)
}

fn initdb(layout: &Layout, installation: &Installation, data: &Path, locale: &str, durable: bool) -> Result<(), Error> {
    let mut command = prepare(&installation.program("initdb"), layout.account.as_ref(), &layout.cluster);
    // Trust is safe here: the socket's directory is closed to everyone but the owner (and root),
    // and there is no other way in.
    command
        .arg("--pgdata")
        .arg(data)
        .args(["--username", NAME, "--encoding", "UTF8", "--auth", "trust"])
        .args(["--locale", locale, "--lc-messages", "C"])
        .args(["--text-search-config", "simple"]);
    if !durable {
        command.arg("--no-sync");
    }
    run(command, "")
}

/// Single-user mode needs no client programs and no running server.
fn create_database(layout: &Layout, installation: &Installation, data: &Path) -> Result<(), Error> {
    let mut command = prepare(&installation.program("postgres"), layout.account.as_ref(), &layout.cluster);
    command.args(["--single", "-D"]).arg(data).args(["-c", "exit_on_error=on", "postgres"]);
    run(command, &format!("CREATE DATABASE {NAME};\n"))
}

fn check_version(data: &Path, installation: &Installation) -> Result<(), Error> {
    let path = data.join("PG_VERSION");
    let version = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    if version.trim().parse() == Ok(installation.version()) {
        return Ok(());
    }
    Err(Error::OtherVersion {
        directory: data.to_owned(),
        data: version.trim().to_owned(),
        found: installation.version(),
        binaries: installation.bin().to_owned(),
    })
}
