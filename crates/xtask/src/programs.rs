//! Running other programs.

use crate::workspace::Workspace;
use anyhow::{Context, bail};
use std::env;
use std::path::PathBuf;
use tokio::process::Command;

/// A cargo command in the workspace's root. Builds use the committed metadata of the SQL, never
/// whatever database the caller's shell names.
pub(crate) fn cargo(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(arguments)
        .current_dir(workspace.root())
        .env_remove("DATABASE_URL")
        .env_remove("CARGO_MANIFEST_DIR")
        .env("SQLX_OFFLINE", "true");
    command
}

/// Runs it to its end, its output going to ours.
pub(crate) async fn run(command: &mut Command) -> anyhow::Result<()> {
    let shown = show(command);
    let status = command.status().await.with_context(|| format!("running {shown}"))?;
    if !status.success() {
        bail!("`{shown}` ended with {status}");
    }
    Ok(())
}

/// Runs it to its end and gives back what it printed.
pub(crate) async fn output(command: &mut Command) -> anyhow::Result<String> {
    let shown = show(command);
    let said = command.output().await.with_context(|| format!("running {shown}"))?;
    if !said.status.success() {
        bail!("`{shown}` ended with {}: {}", said.status, String::from_utf8_lossy(&said.stderr).trim());
    }
    Ok(String::from_utf8(said.stdout)?)
}

/// The first of `names` that is in `PATH`.
pub(crate) fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let directories: Vec<PathBuf> = env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| directories.iter().map(move |directory| directory.join(name)))
        .find(|program| program.is_file())
}

/// A program in `PATH`, or where servers are kept, which is not in everybody's `PATH`.
pub(crate) fn find_anywhere(name: &str) -> Option<PathBuf> {
    let elsewhere = || ["/usr/sbin", "/usr/local/sbin", "/sbin"].map(|directory| PathBuf::from(directory).join(name));
    find(&[name]).or_else(|| elsewhere().into_iter().find(|program| program.is_file()))
}

fn show(command: &Command) -> String {
    let command = command.as_std();
    let program = PathBuf::from(command.get_program());
    let mut words = vec![program.file_name().unwrap_or_default().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}
