//! A line more in a file that people also edit. Each edit fails with the reason, for people, when the file
//! is not written as it expects; it never guesses.

use anyhow::{Context, Result, ensure};

/// Adds a path dependency to the workspace's, below those of the other plugins.
pub fn workspace(text: &str, line: &str) -> Result<String> {
    let is_plugin = |line: &str| line.starts_with("innkeeper-") && line.contains("path = \"plugins/");
    after_the_last(text, "[workspace.dependencies]", is_plugin, line)
}

/// Adds a dependency to the server's, below those of the other plugins.
pub fn manifest(text: &str, line: &str) -> Result<String> {
    let kinds = ["server-", "registrar-", "gateway-", "snapin-"];
    let is_plugin = |line: &str| {
        let name = line.strip_prefix("innkeeper-").unwrap_or_default();
        line.ends_with(".workspace = true") && kinds.iter().any(|kind| name.starts_with(kind))
    };
    after_the_last(text, "[dependencies]", is_plugin, line)
}

/// Puts `line` below the last line of `section` that is such as `wanted` says.
fn after_the_last(text: &str, section: &str, wanted: impl Fn(&str) -> bool, line: &str) -> Result<String> {
    let name = line.split([' ', '.']).next().unwrap_or(line);
    let (mut inside, mut last) = (false, None);
    for (number, found) in text.lines().enumerate() {
        let found = found.trim_end();
        inside = if found.starts_with('[') { found == section } else { inside };
        if inside && wanted(found) {
            last = Some(number);
        }
        ensure!(found.split([' ', '.', '=']).next() != Some(name), "it has {name} already, in line {}", number + 1);
    }
    let last = last.with_context(|| format!("its section {section} names no plugin below which to put it"))?;
    let mut lines: Vec<&str> = text.lines().collect();
    lines.insert(last + 1, line);
    Ok(lines.join("\n") + "\n")
}

/// Adds `call` to the list of plugins that are compiled in, and counts it.
pub fn list(text: &str, call: &str) -> Result<String> {
    const HEAD: &str = "fn compiled_in() -> [Plugin;";
    let unlike = || "the list is not written as `fn compiled_in() -> [Plugin; N] { [a::plugin(), …] }`";
    let (before, rest) = text.split_once(HEAD).with_context(unlike)?;
    let (count, rest) = rest.split_once(']').with_context(unlike)?;
    let (between, rest) = rest.split_once('[').with_context(unlike)?;
    let (calls, after) = rest.split_once(']').with_context(unlike)?;
    let count: usize = count.trim().parse().with_context(unlike)?;
    let mut calls: Vec<&str> = calls.split(',').map(str::trim).filter(|call| !call.is_empty()).collect();
    ensure!(between.trim() == "{" && after.trim_start().starts_with('}'), unlike());
    ensure!(calls.iter().all(|call| is_call(call)), unlike());
    ensure!(calls.len() == count, "the list has {} plugins, and says that it has {count}", calls.len());
    ensure!(!calls.contains(&call), "it has {call} already");
    calls.push(call);
    let (count, calls) = (calls.len(), calls.iter().map(|call| format!("        {call},\n")).collect::<String>());
    Ok(format!("{before}{HEAD} {count}] {{\n    [\n{calls}    ]{after}"))
}

/// Is it `innkeeper_some_name::plugin()`?
fn is_call(text: &str) -> bool {
    let name = text.strip_prefix("innkeeper_").and_then(|rest| rest.strip_suffix("::plugin()"));
    name.is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_goes_below_those_of_its_kind_and_nothing_else_changes() {
        let text = "[workspace.dependencies]\n# ours\ninnkeeper-db = { path = \"crates/db\" }\n\
            innkeeper-server-a = { path = \"plugins/server-a\" }\n\n# runtime\ntokio = \"1\"\n\n[lints]\nx = 1\n";
        let line = "innkeeper-server-b = { path = \"plugins/server-b\" }";
        let new = workspace(text, line).unwrap();
        assert_eq!(new.replacen(&format!("{line}\n"), "", 1), text);
        assert!(new.contains(&format!("plugins/server-a\" }}\n{line}\n\n# runtime")));
        assert!(workspace(&new, line).unwrap_err().to_string().contains("already, in line 5"));
        assert!(workspace("[workspace]\n", line).unwrap_err().to_string().contains("names no plugin"));
    }

    #[test]
    fn a_name_within_another_is_not_taken_for_it() {
        let text = "[dependencies]\ninnkeeper-server-acme-two.workspace = true\n[dev-dependencies]\nx = 1\n";
        let new = manifest(text, "innkeeper-server-acme.workspace = true").unwrap();
        assert!(new.contains("two.workspace = true\ninnkeeper-server-acme.workspace = true\n[dev-"), "{new}");
        // Of the program itself there is one already, which is no plugin.
        assert!(
            manifest("[dependencies]\ninnkeeper-site.workspace = true\n", "innkeeper-server-b.workspace = true")
                .is_err()
        );
    }

    #[test]
    fn the_list_is_added_to_however_it_is_formatted() {
        let ours = include_str!("../plugins.rs");
        let new = list(ours, "innkeeper_server_zz::plugin()").unwrap();
        let count = |text: &str| text.matches("::plugin(),").count();
        assert_eq!(count(&new), count(ours) + 1);
        assert!(new.contains(&format!("[Plugin; {}] {{\n    [\n", count(&new))), "{new}");
        let tidy = "fn compiled_in() -> [Plugin; 2] {\n    [\n        innkeeper_server_a::plugin(),\n        \
            innkeeper_server_b::plugin(),\n    ]\n}\nfn more() {}\n";
        for before in [
            "fn compiled_in() -> [Plugin; 1] { [innkeeper_server_a::plugin()] \n}\nfn more() {}\n",
            "fn compiled_in() -> [Plugin;1]\n{\n [ innkeeper_server_a::plugin(), ]\n}\nfn more() {}\n",
        ] {
            let after = list(before, "innkeeper_server_b::plugin()").unwrap();
            assert_eq!(after.replace("] \n}", "]\n}"), tidy);
        }
    }

    #[test]
    fn a_list_that_is_not_understood_is_left_alone() {
        let call = "innkeeper_server_b::plugin()";
        for strange in [
            "",
            "fn compiled_in() -> Vec<Plugin> { vec![innkeeper_server_a::plugin()] }",
            "fn compiled_in() -> [Plugin; 2] { [innkeeper_server_a::plugin()] }",
            "fn compiled_in() -> [Plugin; N] { [innkeeper_server_a::plugin()] }",
            "fn compiled_in() -> [Plugin; 1] { [innkeeper_server_a::plugin_of(1)] }",
            "fn compiled_in() -> [Plugin; 1] { [\n// the first\ninnkeeper_server_a::plugin()] }",
            "fn compiled_in() -> [Plugin; 1] { let x = 1; [innkeeper_server_a::plugin()] }",
            "fn compiled_in() -> [Plugin; 1] { [innkeeper_server_a::plugin()].map(|p| p) }",
            "fn compiled_in() -> [Plugin; 1] { [innkeeper_server_b::plugin()] }",
        ] {
            assert!(list(strange, call).is_err(), "{strange}");
        }
    }
}
