//! Writing a plan down, whole or not at all.

use anyhow::{Context, Result};
use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use super::{Edit, Plan};

/// What was written so far.
#[derive(Default)]
struct Written<'a> {
    folder: Option<PathBuf>,
    edits: Vec<&'a Edit>,
}

/// Carries a plan out.
pub fn all(plan: &Plan) -> Result<()> {
    let mut written = Written::default();
    let Err(error) = attempt(plan, &mut written) else { return Ok(()) };
    Err(match written.take_back(&plan.root) {
        Ok(()) => error.context("it did not work, and what was written is taken back"),
        Err(left) => error.context(format!("it did not work, and something is left behind ({left:#})")),
    })
}

fn attempt<'a>(plan: &'a Plan, written: &mut Written<'a>) -> Result<()> {
    let folder = plan.root.join("plugins").join(&plan.id);
    // Fails if somebody made it meanwhile: what is in it then is not ours.
    fs::create_dir(&folder).with_context(|| format!("making the folder plugins/{}", plan.id))?;
    written.folder = Some(folder.clone());
    for (path, text) in &plan.files {
        new_file(&folder.join(path), text).with_context(|| format!("writing plugins/{}/{path}", plan.id))?;
    }
    for edit in &plan.edits {
        written.edits.push(edit);
        let path = plan.root.join(edit.path);
        fs::write(path, &edit.new).with_context(|| format!("writing {}", edit.path))?;
    }
    Ok(())
}

fn new_file(path: &Path, text: &str) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    Ok(fs::File::create_new(path)?.write_all(text.as_bytes())?)
}

impl Written<'_> {
    /// Tries everything, and fails with the first trouble.
    fn take_back(self, root: &Path) -> Result<()> {
        let edits = self.edits.into_iter().map(|edit| {
            let path = root.join(edit.path);
            // One that could not be written is as it was.
            if fs::read_to_string(&path).is_ok_and(|now| now != edit.old) {
                fs::write(&path, &edit.old).with_context(|| edit.path.to_owned())?;
            }
            Ok(())
        });
        let folder =
            self.folder.map(|folder| fs::remove_dir_all(&folder).with_context(|| folder.display().to_string()));
        let all: Vec<Result<()>> = edits.chain(folder).collect();
        all.into_iter().collect()
    }
}
