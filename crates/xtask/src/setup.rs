//! What the tests need of the machine: PostgreSQL, a browser and its driver.

use crate::programs::{self, find};
use anyhow::bail;
use innkeeper_postgres::Installation;
use nix::unistd::Uid;
use tokio::process::Command;

/// A need, and the Debian package that fulfils it.
struct Need {
    what: &'static str,
    package: &'static str,
    is_met: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need { what: "PostgreSQL 15 or newer", package: "postgresql", is_met: || Installation::find().is_ok() },
    Need {
        what: "Chromium",
        package: "chromium",
        is_met: || find(&["chromium", "chromium-browser", "google-chrome"]).is_some(),
    },
    Need { what: "Chromium's WebDriver", package: "chromium-driver", is_met: || find(&["chromedriver"]).is_some() },
];

/// Installs what is missing where we may; else fails with the line to run.
pub(crate) async fn run() -> anyhow::Result<()> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.is_met)()).collect();
    if missing.is_empty() {
        println!("everything the tests need is there");
        return Ok(());
    }
    let what: Vec<&str> = missing.iter().map(|need| need.what).collect();
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    let line = format!("apt-get update && apt-get install -y --no-install-recommends {}", packages.join(" "));
    if !Uid::effective().is_root() || find(&["apt-get"]).is_none() {
        bail!("missing: {}. As root, run:\n\n    {line}\n\n(or install the same by other means)", what.join(", "));
    }
    println!("missing: {}; installing: {line}", what.join(", "));
    apt_get(&["update"]).await?;
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(packages);
    apt_get(&install).await?;
    let still: Vec<&str> = NEEDS.iter().filter(|need| !(need.is_met)()).map(|need| need.what).collect();
    if !still.is_empty() {
        bail!("installed, but still not found: {}", still.join(", "));
    }
    Ok(())
}

async fn apt_get(arguments: &[&str]) -> anyhow::Result<()> {
    programs::run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive")).await
}
