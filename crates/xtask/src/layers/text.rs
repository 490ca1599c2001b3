//! Rules that only the text of the files shows.

use crate::workspace::Workspace;
use anyhow::Context;
use std::fs;
use std::path::Path;

/// Most lines of a file, its tests not counted.
const LONGEST_FILE: usize = 800;

/// Where SQL may stand in what ships: all of it in `db`, the engine's in `queue`.
const SQL_ROOMS: &[&str] = &["crates/db/", "crates/queue/"];

/// Tools speak SQL too, but never through the checked macros, whose metadata they would need.
const TOOL_ROOMS: &[&str] = &["crates/testkit/", "crates/xtask/", "tests/"];

const MACROS: &[&str] = &["query", "query_as", "query_scalar", "query_file", "query_file_as", "query_file_scalar"];

/// Files that are compiled for tests only, by convention.
const TEST_FILES: &[&str] = &["tests.rs", "testing.rs"];

/// What a path on somebody's machine begins with.
const MACHINE_PATHS: &[&str] = &["/home/", "/root/", "/Users/", "C:\\Users"];

/// Directories that hold nothing of ours.
const SKIPPED: &[&str] = &["target", "innkeeper-data", "node_modules", "vendor"];

const TEXT: &[&str] = &["rs", "md", "toml", "sql", "html", "sh", "yml", "txt"];

/// Every violation in the workspace, with file and line.
pub(super) fn violations(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    visit(workspace.root(), &mut |path| {
        let relative = path.strip_prefix(workspace.root())?.to_string_lossy().into_owned();
        let text = fs::read_to_string(path).with_context(|| relative.clone())?;
        found.extend(check(&relative, &text, workspace.root()));
        Ok(())
    })?;
    found.sort();
    Ok(found)
}

fn visit(directory: &Path, look: &mut dyn FnMut(&Path) -> anyhow::Result<()>) -> anyhow::Result<()> {
    for entry in fs::read_dir(directory).with_context(|| directory.display().to_string())? {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type()?;
        if kind.is_dir() {
            let hidden = name.starts_with('.') && name != ".ci" && name != ".cargo";
            if !hidden && !SKIPPED.contains(&name.as_str()) {
                visit(&path, look)?;
            }
        } else if kind.is_file() {
            let extension = path.extension().unwrap_or_default().to_string_lossy();
            if TEXT.contains(&extension.as_ref()) {
                look(&path)?;
            }
        }
    }
    Ok(())
}

fn check(relative: &str, text: &str, root: &Path) -> Vec<String> {
    let mut found = machine_paths(relative, text, root);
    if relative.ends_with(".rs") {
        let shipped = shipped_lines(relative, text);
        if shipped.len() > LONGEST_FILE {
            found.push(format!("{relative}: {} lines; split what is longer than {LONGEST_FILE}", shipped.len()));
        }
        found.extend(sql(relative, text, &shipped));
    }
    found
}

/// The lines before the file's own tests; none of a file that is a test or a benchmark.
fn shipped_lines<'text>(relative: &str, text: &'text str) -> Vec<&'text str> {
    let name = relative.rsplit('/').next().unwrap_or_default();
    if relative.contains("/tests/")
        || relative.contains("/benches/")
        || TEST_FILES.iter().any(|ending| name.ends_with(ending))
    {
        return Vec::new();
    }
    text.lines().take_while(|line| line.trim_end() != "#[cfg(test)]").collect()
}

fn sql(relative: &str, text: &str, shipped: &[&str]) -> Vec<String> {
    if SQL_ROOMS.iter().any(|room| relative.starts_with(room)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, line) in code_lines(text.lines()) {
        if MACROS.iter().any(|name| calls_macro(line, name)) {
            found.push(format!(
                "{relative}:{number}: checked SQL belongs into crates/db (the queue engine's into crates/queue)"
            ));
        }
    }
    if TOOL_ROOMS.iter().any(|room| relative.starts_with(room)) {
        return found;
    }
    for (number, line) in code_lines(shipped.iter().copied()) {
        if line.contains(concat!("sqlx::", "query")) || line.contains("QueryBuilder") {
            found.push(format!(
                "{relative}:{number}: SQL belongs into crates/db (the queue engine's into crates/queue)"
            ));
        }
    }
    found.dedup();
    found
}

fn code_lines<'text>(lines: impl Iterator<Item = &'text str>) -> impl Iterator<Item = (usize, &'text str)> {
    lines.enumerate().map(|(index, line)| (index + 1, line)).filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Whether `line` calls sqlx's macro `name`: spelt in full, or imported and called with `!(`.
fn calls_macro(line: &str, name: &str) -> bool {
    let call = format!("{name}!(");
    line.match_indices(&call).any(|(position, _)| {
        let before = line[..position].chars().next_back();
        !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
    })
}

fn machine_paths(relative: &str, text: &str, root: &Path) -> Vec<String> {
    let is_document = relative.ends_with(".md") || relative.ends_with(".toml");
    // A root such as `/src` also occurs as part of honest paths.
    let root = root.to_string_lossy();
    let root_is_telling = root.matches('/').count() > 1;
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let of_someone = is_document && MACHINE_PATHS.iter().any(|path| line.contains(path));
        if of_someone || (root_is_telling && line.contains(root.as_ref())) {
            found.push(format!("{relative}:{}: names a path of somebody's machine", index + 1));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_here(relative: &str, text: &str) -> Vec<String> {
        check(relative, text, Path::new("/somewhere/innkeeper"))
    }

    /// Not spelt in full here, or this file would violate its own rule.
    fn call(name: &str) -> String {
        format!("    let rows = sqlx::{name}{}\"SELECT 1\");\n", "!(")
    }

    #[test]
    fn checked_sql_outside_its_rooms_is_caught() {
        for name in MACROS {
            assert!(check_here("crates/db/src/clients.rs", &call(name)).is_empty());
            assert!(check_here("crates/queue/src/claim.rs", &call(name)).is_empty());
            assert!(!check_here("crates/app/src/clients.rs", &call(name)).is_empty());
            assert_eq!(check_here("crates/testkit/src/rows.rs", &call(name)).len(), 1);
        }
        let commented = format!("//{}", call("query"));
        assert!(check_here("crates/app/src/clients.rs", &commented).is_empty());
        assert!(check_here("crates/web/src/a.rs", "my_query!(1); subquery!(2);").is_empty());
    }

    #[test]
    fn unchecked_sql_is_caught_in_what_ships_but_not_in_tests() {
        let line = format!("sqlx::{}(\"SELECT 1\")\n", "query");
        assert_eq!(check_here("crates/app/src/a.rs", &line).len(), 1);
        let in_tests = format!("fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{line}}}\n");
        assert!(check_here("crates/app/src/a.rs", &in_tests).is_empty());
        assert!(check_here("crates/app/tests/a.rs", &line).is_empty());
        assert!(check_here("crates/app/src/sessions/tests.rs", &line).is_empty());
        assert!(check_here("crates/testkit/src/a.rs", &line).is_empty());
    }

    #[test]
    fn a_file_too_long_is_caught_without_its_tests() {
        let long = "fn a() {}\n".repeat(LONGEST_FILE);
        assert!(check_here("crates/app/src/a.rs", &long).is_empty());
        let tested = format!("{long}#[cfg(test)]\n{long}");
        assert!(check_here("crates/app/src/a.rs", &tested).is_empty());
        assert_eq!(check_here("crates/app/src/a.rs", &format!("{long}\n")).len(), 1);
    }

    #[test]
    fn paths_of_a_machine_are_caught() {
        let home = format!("see /ho{}ada/notes", "me/");
        assert_eq!(check_here("docs/a.md", &home).len(), 1);
        let root = "include /somewhere/innkeeper/x";
        assert_eq!(check_here("crates/app/src/a.rs", root).len(), 1);
        assert!(check_here("docs/a.md", "see docs/hooks.md and /api/v1").is_empty());
    }

    #[test]
    fn the_files_of_a_workspace_are_found_and_built_things_are_not() {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in [("crates/app/src/a.rs", call("query")), ("target/debug/a.rs", call("query"))] {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let found = violations(&Workspace::at(root.path())).unwrap();
        assert!(!found.is_empty());
        assert!(found.iter().all(|line| line.starts_with("crates/app/src/a.rs:1")), "{found:?}");
    }
}
