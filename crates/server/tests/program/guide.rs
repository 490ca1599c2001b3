//! What `docs/plugins.md` names is there: its tables cannot rot.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

const GUIDE: &str = include_str!("../../../../docs/plugins.md");

/// The sections that list what may be offered, and the trait they are about.
const KINDS: [(&str, &str); 4] =
    [("Server plugins", "ServerPlugin"), ("Registrars", "Registrar"), ("Gateways", "Gateway"), ("Snapins", "Snapin")];

/// What the source of the plugin API declares.
#[derive(Default)]
struct Declared {
    /// Types, and what is in them: `Account`, `Account::fields`.
    items: BTreeSet<String>,
    /// The abilities of each trait, by the names of their accessors.
    abilities: BTreeMap<String, BTreeSet<String>>,
}

impl Declared {
    fn read() -> Self {
        let mut declared = Self::default();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugin-api/src");
        for file in files(&source) {
            declared.read_file(&fs::read_to_string(file).unwrap());
        }
        declared
    }

    fn read_file(&mut self, text: &str) {
        let mut within: Option<String> = None;
        for line in text.lines().take_while(|line| *line != "#[cfg(test)]") {
            if !line.starts_with([' ', '}']) && !line.is_empty() {
                within = opened(line);
                self.items.extend(within.clone());
            }
            let (Some(owner), Some(inner)) = (&within, line.strip_prefix("    ")) else { continue };
            let Some(member) = member(inner) else { continue };
            self.items.insert(format!("{owner}::{member}"));
            if inner.contains("-> Option<&dyn ") {
                self.abilities.entry(owner.clone()).or_default().insert(member);
            }
        }
    }

    fn knows(&self, name: &str) -> bool {
        self.items.contains(name) || innkeeper_hooks::CATALOGUE.iter().any(|entry| entry.name == name)
    }
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The type that a line outside of everything opens.
fn opened(line: &str) -> Option<String> {
    if line.starts_with("record_types! {") {
        return Some("RecordType".to_owned());
    }
    if let Some(rest) = line.strip_prefix("impl") {
        let rest = if rest.starts_with('<') { rest.split_once("> ")?.1 } else { rest.trim_start() };
        return (!rest.contains(" for ")).then(|| word(rest));
    }
    let rest = line.strip_prefix("pub ")?;
    let kinds = ["struct ", "enum ", "trait ", "type "];
    kinds.iter().find_map(|kind| rest.strip_prefix(kind)).map(word)
}

/// What a line within a type declares: a method, a field, a variant.
fn member(line: &str) -> Option<String> {
    let rest = line.strip_prefix("pub ").unwrap_or(line);
    let rest = rest.strip_prefix("const ").unwrap_or(rest);
    let rest = rest.strip_prefix("async ").unwrap_or(rest);
    if let Some(method) = rest.strip_prefix("fn ") {
        return Some(word(method));
    }
    let is_field = line.starts_with("pub ") && rest.contains(": ");
    let is_variant = rest.starts_with(|first: char| first.is_ascii_uppercase());
    (is_field || is_variant).then(|| word(rest))
}

/// The lines of the guide below a heading, up to the next of its rank.
fn section(heading: &str) -> &'static str {
    let start = format!("\n## {heading}\n");
    let (_, rest) = GUIDE.split_once(&start).unwrap_or_else(|| panic!("the guide has no section {heading}"));
    rest.split("\n## ").next().unwrap()
}

/// The rows of the tables in a text: their first two cells.
fn rows(text: &'static str) -> Vec<(&'static str, &'static str)> {
    let lines = text.lines().filter(|line| line.starts_with("| "));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            assert_eq!(cells.len(), 2, "{line}");
            (cells[0], cells[1])
        })
        .collect()
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_counterpart_that_the_tables_name_is_there() {
    let declared = Declared::read();
    for known in ["ServerPlugin::create", "Account::fields", "ErrorKind::Config", "RecordType::Mx", "Invoice-Paid"] {
        assert!(declared.knows(known), "{known} is not found: this test reads the source wrongly");
    }
    let mut unknown = vec![];
    let mut count = 0;
    for (theirs, ours) in ["From Clientexec", "From WHMCS"].into_iter().flat_map(|heading| rows(section(heading))) {
        if (theirs, ours) == ("theirs", "ours") {
            continue;
        }
        count += 1;
        assert!(!theirs.is_empty() && !ours.is_empty(), "an empty cell: {theirs} | {ours}");
        unknown.extend(quoted(ours).filter(|name| !declared.knows(name)).map(|name| format!("{name} (for {theirs})")));
    }
    assert!(count > 200, "only {count} rows were found");
    assert!(unknown.is_empty(), "docs/plugins.md names what is not there:\n{}", unknown.join("\n"));
}

#[test]
fn every_ability_is_listed_and_no_other() {
    let declared = Declared::read();
    for (heading, of) in KINDS {
        let there = declared.abilities.get(of).cloned().unwrap_or_default();
        assert!(!there.is_empty(), "{of} has no abilities: this test reads the source wrongly");
        let abilities = rows(section(heading)).into_iter().flat_map(|(names, _)| quoted(names));
        let listed: BTreeSet<String> = abilities.map(str::to_owned).collect();
        assert_eq!(listed, there, "the abilities of {of} in docs/plugins.md, and in the source");
    }
}
