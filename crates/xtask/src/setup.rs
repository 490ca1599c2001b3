//! What the tests need of the machine: PostgreSQL, a browser and its driver, and the open systems that
//! plugins are tested with.

use crate::programs::{self, find, find_anywhere};
use crate::workspace::Workspace;
use anyhow::{Context, bail};
use innkeeper_postgres::Installation;
use nix::unistd::Uid;
use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use tokio::process::Command;

/// A need, and the Debian packages that fulfil it.
struct Need {
    what: &'static str,
    packages: &'static [&'static str],
    is_met: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need { what: "PostgreSQL 15 or newer", packages: &["postgresql"], is_met: || Installation::find().is_ok() },
    Need {
        what: "Chromium",
        packages: &["chromium"],
        is_met: || find(&["chromium", "chromium-browser", "google-chrome"]).is_some(),
    },
    Need { what: "Chromium's WebDriver", packages: &["chromium-driver"], is_met: || find(&["chromedriver"]).is_some() },
    Need {
        what: "PowerDNS with its SQLite backend",
        packages: &["pdns-server", "pdns-backend-sqlite3", "sqlite3"],
        is_met: || {
            let schema = Path::new("/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql");
            find_anywhere("pdns_server").is_some() && find_anywhere("sqlite3").is_some() && schema.is_file()
        },
    },
    Need {
        what: "RabbitMQ",
        packages: &["rabbitmq-server"],
        // Not the wrapper in PATH, which only serves the system's own broker.
        is_met: || {
            let places = ["/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/rabbitmq/sbin/rabbitmq-server"];
            places.iter().any(|place| Path::new(place).is_file()) && find_anywhere("epmd").is_some()
        },
    },
    Need {
        what: "Python 3 with its virtual environments",
        packages: &["python3", "python3-venv"],
        is_met: || {
            let asked = std::process::Command::new("python3").args(["-c", "import ensurepip, venv"]).status();
            asked.is_ok_and(|status| status.success())
        },
    },
];

/// Where the doubles and judges that are written in Python live, below the build directory: tests look for them there.
const PYTHON: &str = "python";
/// What is installed there: the tests that need something say so in a file of their own.
const REQUIREMENTS: &[&str] = &[
    "crates/testkit/judge/requirements.txt",
    "crates/app/smtp/requirements.txt",
    "plugins/gateway-stripe/tests/conformance/requirements.txt",
];

/// Asked by Debian's packages before they start a service: 101 means "do not".
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// Installs what is missing where we may; else fails with the line to run.
pub(crate) async fn run(workspace: &Workspace) -> anyhow::Result<()> {
    packages().await?;
    python(workspace).await?;
    println!("everything the tests need is there");
    Ok(())
}

/// Makes the virtual environment and installs what is required, unless the same was installed before.
async fn python(workspace: &Workspace) -> anyhow::Result<()> {
    let home = workspace.target().join(PYTHON);
    let files: Vec<_> = REQUIREMENTS.iter().map(|file| workspace.path(file)).collect();
    let mut wanted = String::new();
    for file in &files {
        wanted += &fs::read_to_string(file).with_context(|| file.display().to_string())?;
    }
    let installed = home.join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    println!("installing with pip:\n{wanted}");
    programs::run(Command::new("python3").args(["-m", "venv"]).arg(&home)).await?;
    let mut pip = Command::new(home.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check"]);
    for file in &files {
        pip.arg("-r").arg(file);
    }
    programs::run(&mut pip).await?;
    fs::write(&installed, wanted).with_context(|| installed.display().to_string())
}

async fn packages() -> anyhow::Result<()> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.is_met)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let what: Vec<&str> = missing.iter().map(|need| need.what).collect();
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    let line = format!("apt-get update && apt-get install -y --no-install-recommends {}", packages.join(" "));
    if !Uid::effective().is_root() || find(&["apt-get"]).is_none() {
        bail!("missing: {}. As root, run:\n\n    {line}\n\n(or install the same by other means)", what.join(", "));
    }
    println!("missing: {}; installing: {line}", what.join(", "));
    apt_get(&["update"]).await?;
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(packages);
    let quiet = NoServices::begin(Path::new(POLICY))?;
    apt_get(&install).await?;
    drop(quiet);
    let still: Vec<&str> = NEEDS.iter().filter(|need| !(need.is_met)()).map(|need| need.what).collect();
    if !still.is_empty() {
        bail!("installed, but still not found: {}", still.join(", "));
    }
    Ok(())
}

async fn apt_get(arguments: &[&str]) -> anyhow::Result<()> {
    programs::run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive")).await
}

/// While it lives, packages that are installed start no service: the tests start their own, on the
/// loopback, and nothing is to listen to the world. A policy that the machine has already is left alone.
struct NoServices<'a> {
    ours: Option<&'a Path>,
}

impl<'a> NoServices<'a> {
    fn begin(policy: &'a Path) -> anyhow::Result<Self> {
        match fs::OpenOptions::new().write(true).create_new(true).mode(0o755).open(policy) {
            Ok(mut file) => {
                file.write_all(b"#!/bin/sh\nexit 101\n").with_context(|| format!("writing {}", policy.display()))?;
                Ok(Self { ours: Some(policy) })
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Self { ours: None }),
            Err(error) => Err(error).with_context(|| format!("making {}", policy.display())),
        }
    }
}

impl Drop for NoServices<'_> {
    fn drop(&mut self) {
        if let Some(policy) = self.ours {
            // A policy left behind is seen by whoever next wonders why a service does not start.
            if let Err(error) = fs::remove_file(policy) {
                println!("could not remove {}: {error}", policy.display());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_policy_is_there_for_the_time_of_the_installation_unless_the_machine_has_one() {
        let directory = tempfile::tempdir().unwrap();
        let policy = directory.path().join("policy-rc.d");
        let quiet = NoServices::begin(&policy).unwrap();
        let made = fs::metadata(&policy).unwrap();
        assert_eq!(made.permissions().mode() & 0o111, 0o111);
        assert!(fs::read_to_string(&policy).unwrap().contains("exit 101"));
        drop(quiet);
        assert!(!policy.exists());
        fs::write(&policy, "its own").unwrap();
        drop(NoServices::begin(&policy).unwrap());
        assert_eq!(fs::read_to_string(&policy).unwrap(), "its own");
    }
}
