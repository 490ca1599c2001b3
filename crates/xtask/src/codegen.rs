//! Documents that are written by the code they describe.

use crate::{capabilities, seeds, workspace::Workspace};
use anyhow::{Context, bail};
use std::fs;

/// A file, and what writes it.
struct Document {
    path: &'static str,
    content: fn(&Workspace) -> anyhow::Result<String>,
}

const DOCUMENTS: &[Document] = &[
    Document { path: "docs/hooks.md", content: |_| Ok(innkeeper_hooks::reference_markdown()) },
    Document { path: "docs/capabilities.md", content: capabilities::document },
    Document { path: "docs/seeds.md", content: seeds::document },
];

pub(crate) fn run(workspace: &Workspace, check: bool) -> anyhow::Result<()> {
    let mut out_of_date = Vec::new();
    for document in DOCUMENTS {
        let path = workspace.path(document.path);
        let content = (document.content)(workspace)?;
        if fs::read_to_string(&path).is_ok_and(|found| found == content) {
            println!("{}: up to date", document.path);
            continue;
        }
        if check {
            out_of_date.push(document.path);
            continue;
        }
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        fs::write(&path, content).with_context(|| document.path)?;
        println!("{}: written", document.path);
    }
    if !out_of_date.is_empty() {
        bail!("out of date: {}; run `cargo xtask codegen` and commit", out_of_date.join(", "));
    }
    Ok(())
}
