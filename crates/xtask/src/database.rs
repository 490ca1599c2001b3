//! Throw-away databases for chores.

use crate::programs;
use crate::workspace::Workspace;
use anyhow::Context;
use innkeeper_postgres::{Embedded, Installation, Options};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};

/// A server in a temporary directory; both are gone when it is dropped.
pub(crate) struct ThrowAway {
    // Declared, and therefore dropped, before the directory it lives in.
    server: Embedded,
    _directory: TempDir,
}

impl ThrowAway {
    pub(crate) async fn start(max_connections: u16) -> anyhow::Result<ThrowAway> {
        let directory = open_directory()?;
        let options = Options { max_connections, ..Options::throwaway() };
        let server = Embedded::start(Installation::find()?, directory.path(), options).await?;
        Ok(ThrowAway { server, _directory: directory })
    }

    pub(crate) fn url(&self) -> &str {
        self.server.url()
    }
}

/// A temporary directory that the account PostgreSQL runs as can enter when we are root.
pub(crate) fn open_directory() -> anyhow::Result<TempDir> {
    let directory = tempfile::Builder::new().prefix("innkeeper-").tempdir()?;
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755))?;
    Ok(directory)
}

/// Applies `migrations/*.sql`, each in a transaction of its own. Through `psql`: this program must
/// build, and migrate, while the crates whose SQL is about to be checked do not compile.
pub(crate) async fn migrate(workspace: &Workspace, url: &str) -> anyhow::Result<()> {
    for file in migrations(workspace)? {
        let mut command = psql(url)?;
        command.arg("--single-transaction").arg("--file").arg(&file);
        programs::output(&mut command).await.with_context(|| format!("applying {}", file.display()))?;
    }
    Ok(())
}

/// The migrations in the order of their numbers.
fn migrations(workspace: &Workspace) -> anyhow::Result<Vec<PathBuf>> {
    let directory = workspace.path("migrations");
    let mut numbered = Vec::new();
    for entry in fs::read_dir(&directory).with_context(|| directory.display().to_string())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if let Some((number, rest)) = name.split_once('_')
            && rest.ends_with(".sql")
        {
            let number: i64 = number.parse().with_context(|| format!("{name}: no number"))?;
            numbered.push((number, path.clone()));
        }
    }
    numbered.sort();
    Ok(numbered.into_iter().map(|(_, path)| path).collect())
}

/// Runs statements one by one, each committed on its own.
pub(crate) async fn execute(url: &str, statements: &[&str]) -> anyhow::Result<()> {
    let mut command = psql(url)?;
    for statement in statements {
        command.args(["--command", statement]);
    }
    programs::output(&mut command).await.map(drop)
}

fn psql(url: &str) -> anyhow::Result<Command> {
    let mut command = Command::new(Installation::find()?.program("psql"));
    command
        .args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"])
        .args(["--dbname", url])
        .env("PGOPTIONS", "--client-min-messages=warning");
    Ok(command)
}

/// `cargo xtask dev-db`.
pub(crate) async fn serve_for_developers(workspace: &Workspace, data_dir: &Path) -> anyhow::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let directory = workspace.root().join(data_dir);
    let server = Embedded::start(Installation::find()?, &directory, Options::throwaway()).await?;
    let maintenance = server.url().replace("/innkeeper?", "/postgres?");
    execute(&maintenance, &["DROP DATABASE IF EXISTS innkeeper WITH (FORCE)", "CREATE DATABASE innkeeper"]).await?;
    migrate(workspace, server.url()).await?;
    println!("export DATABASE_URL='{}'", server.url());
    println!("# migrated, empty, up until Ctrl-C");
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    server.stop().await?;
    Ok(())
}
