//! `docs/capabilities.md`: what plugin authors of other systems have, and where it is here. Every cell but the
//! first is looked up in the source: a row whose item, plugin or test is not there fails.

mod rows;

use crate::workspace::Workspace;
use anyhow::{Context, bail};
use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

/// A capability.
struct Row {
    /// What it is.
    what: &'static str,
    /// What in `plugin-api` offers it: `Trait::method`, `Enum::Variant` or a type.
    items: &'static [&'static str],
    /// The text that a plugin which uses it has in its source.
    uses: &'static str,
    /// Tests that show it, by name.
    tests: &'static [&'static str],
}

/// The source, by path from the root.
pub(crate) struct Source(BTreeMap<String, String>);

impl Source {
    pub(crate) fn read(workspace: &Workspace, folders: &[&str]) -> anyhow::Result<Self> {
        let mut files = BTreeMap::new();
        for folder in folders {
            collect(&workspace.path(""), &workspace.path(folder), &mut files)?;
        }
        Ok(Self(files))
    }

    fn has_item(&self, item: &str) -> bool {
        let (holder, member) = item.split_once("::").unwrap_or((item, ""));
        let declares = |text: &str| {
            ["trait", "struct", "enum"].iter().any(|kind| {
                text.match_indices(&format!("pub {kind} {holder}"))
                    .any(|(at, found)| !text[at + found.len()..].starts_with(|c: char| c.is_alphanumeric()))
            })
        };
        let has_member = |text: &str| {
            let forms = [
                format!("fn {member}("),
                format!("fn {member}<"),
                format!("    {member},"),
                format!("    {member}("),
                format!("    {member} {{"),
                format!("    pub {member}:"),
            ];
            member.is_empty() || forms.iter().any(|form| text.contains(form.as_str()))
        };
        self.0.values().any(|text| declares(text) && has_member(text))
            || self
                .0
                .values()
                .any(|text| text.contains(&format!("impl {holder} {{")) && has_member(text) && !member.is_empty())
    }

    /// The crates whose source has this text, each once.
    fn crates_with(&self, text: &str) -> Vec<String> {
        let mut found: Vec<String> =
            self.0.iter().filter(|(_, source)| source.contains(text)).map(|(p, _)| plugin(p)).collect();
        found.dedup();
        found
    }

    /// The file of a test.
    pub(crate) fn test(&self, name: &str) -> Option<&str> {
        let is_test = |source: &str| {
            source.match_indices(&format!("fn {name}(")).any(|(at, _)| {
                let before = &source[floor(source, at.saturating_sub(300))..at];
                before
                    .rfind("#[test]")
                    .max(before.rfind("#[tokio::test"))
                    .is_some_and(|mark| !before[mark..].contains("}\n"))
            })
        };
        self.0.iter().find(|(_, source)| is_test(source)).map(|(path, _)| path.as_str())
    }
}

/// The next boundary of a letter below.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// `plugins/server-kerio/src/lib.rs` is `server-kerio`; of the examples, the module counts.
fn plugin(path: &str) -> String {
    let mut parts = path.split('/');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("crates"), Some("examples"), _, Some(module)) => {
            format!("example-{}", module.trim_end_matches(".rs"))
        }
        (_, Some(name), ..) => name.to_owned(),
        _ => path.to_owned(),
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() && !path.ends_with("target") {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

/// The document. Fails with all that is missing.
pub(crate) fn document(workspace: &Workspace) -> anyhow::Result<String> {
    let api = Source::read(workspace, &["crates/plugin-api/src"])?;
    let plugins = Source::read(workspace, &["plugins", "crates/examples"])?;
    let plugins = Source(plugins.0.into_iter().filter(|(path, _)| path.contains("/src/")).collect());
    let tests = Source::read(workspace, &["crates", "plugins", "tests"])?;
    let mut text = String::from(
        "# Capabilities\n\n\
         What the authors of plugins for Clientexec and WHMCS have, and where it is here: the item of `plugin-api`, \
         the plugins that use it, and the tests that show it. `cargo xtask codegen` writes this file and fails if a \
         cell would be empty. How to write a plugin: [plugins.md](plugins.md).\n",
    );
    let mut missing = vec![];
    for (part, rows) in rows::PARTS {
        write!(text, "\n## {part}\n\n| capability | item | plugins | tests |\n|---|---|---|---|\n")?;
        for row in *rows {
            for item in row.items.iter().filter(|item| !api.has_item(item)) {
                missing.push(format!("{}: plugin-api has no {item}", row.what));
            }
            let users = plugins.crates_with(row.uses);
            if users.is_empty() {
                missing.push(format!("{}: no plugin has `{}`", row.what, row.uses));
            }
            let mut shown = vec![];
            for name in row.tests {
                match tests.test(name) {
                    Some(file) => shown.push(format!("[`{name}`](../{file})")),
                    None => missing.push(format!("{}: there is no test {name}", row.what)),
                }
            }
            if row.tests.is_empty() || row.items.is_empty() {
                missing.push(format!("{}: has no item or no test", row.what));
            }
            let items = row.items.iter().map(|item| format!("`{item}`")).collect::<Vec<_>>().join(", ");
            writeln!(text, "| {} | {items} | {} | {} |", row.what, users.join(", "), shown.join(", "))?;
        }
    }
    if !missing.is_empty() {
        bail!("rows with empty cells:\n{}", missing.join("\n"));
    }
    Ok(text)
}
