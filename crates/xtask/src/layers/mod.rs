//! The architecture's rules, checked: who may depend on whom ([`rules`], [`graph`]) and what may
//! stand in which file ([`text`]).

mod graph;
mod rules;
mod text;

use crate::programs::{cargo, output};
use crate::workspace::Workspace;
use anyhow::{Context, bail};

pub(crate) async fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let words = ["metadata", "--format-version", "1", "--no-deps"];
    let metadata = output(&mut cargo(workspace, &words)).await?;
    let packages = graph::parse(&metadata).context("reading cargo metadata")?;
    let mut violations = graph::violations(&packages);
    violations.extend(text::violations(workspace)?);
    if violations.is_empty() {
        println!("{} crates keep to their layers", packages.len());
        return Ok(());
    }
    bail!("{} violations of the architecture:\n  {}", violations.len(), violations.join("\n  "));
}
