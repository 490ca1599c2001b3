//! Where the workspace is.

use anyhow::Context;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The root directory of the workspace we were started in.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Looked up when running, not compiled in: worktrees may share a build directory.
    pub(crate) fn find() -> anyhow::Result<Workspace> {
        let start = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(directory) => PathBuf::from(directory),
            None => env::current_dir()?,
        };
        start
            .ancestors()
            .find(|directory| {
                fs::read_to_string(directory.join("Cargo.toml")).is_ok_and(|text| text.contains("[workspace]"))
            })
            .map(|root| Workspace { root: root.to_owned() })
            .context("not inside the workspace")
    }

    /// The workspace in a directory given, for checks of made-up workspaces.
    #[cfg(test)]
    pub(crate) fn at(root: &Path) -> Workspace {
        Workspace { root: root.to_owned() }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// Cargo's build directory.
    pub(crate) fn target(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.path("target"), |directory| self.root.join(directory))
    }
}
