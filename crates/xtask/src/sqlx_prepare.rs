//! The offline metadata of the checked SQL: one `.sqlx/` at the root of the workspace.
//!
//! sqlx's macros look for it in `SQLX_OFFLINE_DIR`, then beside the crate, then at the root. With a
//! live `DATABASE_URL` and `SQLX_OFFLINE_DIR` set they write it instead, while the crate compiles.

use crate::database::{self, ThrowAway};
use crate::programs;
use crate::workspace::Workspace;
use anyhow::{Context, bail};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The crates that may hold SQL (see `layers`).
const CRATES: &[&str] = &["db", "queue"];

type Metadata = BTreeMap<String, Vec<u8>>;

pub(crate) async fn run(workspace: &Workspace, check: bool) -> anyhow::Result<()> {
    let fresh = generate(workspace).await?;
    let directory = workspace.path(".sqlx");
    let committed = read(&directory)?;
    let changes = differences(&committed, &fresh);
    if changes.is_empty() {
        println!(".sqlx: {} queries, up to date", fresh.len());
        return Ok(());
    }
    if check {
        bail!(".sqlx is out of date; run `cargo xtask sqlx-prepare` and commit it:\n  {}", changes.join("\n  "));
    }
    write(&directory, &committed, &fresh)?;
    println!(".sqlx: {} queries, {} files changed", fresh.len(), changes.len());
    Ok(())
}

async fn generate(workspace: &Workspace) -> anyhow::Result<Metadata> {
    let server = ThrowAway::start(20).await?;
    database::migrate(workspace, server.url()).await?;
    let output = database::open_directory()?;
    let stale = Touched::make(workspace)?;
    let mut check = programs::cargo(workspace, &["check", "--quiet", "--lib"]);
    for name in CRATES {
        check.args(["--package", &format!("innkeeper-{name}")]);
    }
    check.env("DATABASE_URL", server.url()).env("SQLX_OFFLINE", "false").env("SQLX_OFFLINE_DIR", output.path());
    programs::run(&mut check).await?;
    drop(stale);
    read(output.path())
}

fn read(directory: &Path) -> anyhow::Result<Metadata> {
    let mut found = Metadata::new();
    if !directory.exists() {
        return Ok(found);
    }
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("query-") && name.ends_with(".json") {
            found.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(found)
}

fn differences(committed: &Metadata, fresh: &Metadata) -> Vec<String> {
    let mut changes = Vec::new();
    for (name, content) in fresh {
        match committed.get(name) {
            None => changes.push(format!("missing: {name} {}", sql_of(content))),
            Some(old) if old != content => {
                changes.push(format!("changed: {name} {}", sql_of(content)));
            }
            Some(_) => {}
        }
    }
    for (name, content) in committed {
        if !fresh.contains_key(name) {
            changes.push(format!("stale: {name} {}", sql_of(content)));
        }
    }
    changes
}

/// The beginning of the statement, so that a person sees which one is meant.
fn sql_of(content: &[u8]) -> String {
    let sql = serde_json::from_slice::<serde_json::Value>(content)
        .ok()
        .and_then(|value| value.get("query")?.as_str().map(str::to_owned))
        .unwrap_or_default();
    let words: Vec<&str> = sql.split_whitespace().collect();
    words.join(" ").chars().take(80).collect()
}

fn write(directory: &Path, committed: &Metadata, fresh: &Metadata) -> anyhow::Result<()> {
    fs::create_dir_all(directory)?;
    for name in committed.keys().filter(|name| !fresh.contains_key(*name)) {
        fs::remove_file(directory.join(name))?;
    }
    for (name, content) in fresh {
        if committed.get(name) != Some(content) {
            fs::write(directory.join(name), content)?;
        }
    }
    Ok(())
}

/// Makes cargo compile the crates again although nothing in them changed, and afterwards gives
/// their files the old times back, so that the next build has nothing to do.
struct Touched(Vec<(PathBuf, SystemTime)>);

impl Touched {
    fn make(workspace: &Workspace) -> anyhow::Result<Touched> {
        let mut touched = Touched(Vec::new());
        for name in CRATES {
            let path = workspace.path(&format!("crates/{name}/src/lib.rs"));
            let before =
                fs::metadata(&path).and_then(|found| found.modified()).with_context(|| path.display().to_string())?;
            touched.0.push((path.clone(), before));
            File::options().append(true).open(&path)?.set_modified(SystemTime::now())?;
        }
        Ok(touched)
    }
}

impl Drop for Touched {
    fn drop(&mut self) {
        for (path, before) in &self.0 {
            // At worst the next build compiles a crate once more.
            if let Ok(file) = File::options().append(true).open(path) {
                drop(file.set_modified(*before));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(pairs: &[(&str, &str)]) -> Metadata {
        pairs
            .iter()
            .map(|(name, sql)| {
                let content = serde_json::json!({ "query": sql }).to_string();
                ((*name).to_owned(), content.into_bytes())
            })
            .collect()
    }

    #[test]
    fn every_kind_of_drift_is_named_with_its_statement() {
        let committed = metadata(&[("a", "SELECT 1"), ("b", "SELECT 2"), ("c", "SELECT 3")]);
        let fresh = metadata(&[("b", "SELECT 2"), ("c", "SELECT\n  33"), ("d", "SELECT 4")]);
        assert_eq!(
            differences(&committed, &fresh),
            ["changed: c SELECT 33", "missing: d SELECT 4", "stale: a SELECT 1"]
        );
        assert!(differences(&fresh, &fresh).is_empty());
    }

    #[test]
    fn writing_makes_the_directory_equal_and_keeps_what_is_not_ours() {
        let directory = tempfile::tempdir().unwrap();
        let committed = metadata(&[("query-a.json", "SELECT 1"), ("query-b.json", "SELECT 2")]);
        let fresh = metadata(&[("query-b.json", "SELECT 22"), ("query-c.json", "SELECT 3")]);
        write(directory.path(), &Metadata::new(), &committed).unwrap();
        fs::write(directory.path().join("README.md"), "kept").unwrap();
        write(directory.path(), &committed, &fresh).unwrap();
        assert_eq!(read(directory.path()).unwrap(), fresh);
        assert!(directory.path().join("README.md").exists());
    }
}
