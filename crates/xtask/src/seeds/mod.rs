//! `docs/seeds.md`: what the systems that Innkeeper is to replace say that they do, and where it is here. Each test that a
//! row names is looked up in the source: one that is not there fails.

mod clientexec;
mod kerio;
mod mrdomain;
mod whmcs;

use crate::{capabilities::Source, workspace::Workspace};
use anyhow::bail;
use std::fmt::Write as _;

/// Something that a system's documentation says.
struct Row {
    says: &'static str,
    answer: Answer,
}

/// Where it is.
enum Answer {
    /// Here, in these words, and the tests that show it.
    Here(&'static str, &'static [&'static str]),
    /// Nowhere, for this reason.
    Left(&'static str),
    /// Still to come.
    Open(&'static str),
}

/// A system, where its documentation is from, and what it says.
struct Seed {
    name: &'static str,
    rows: &'static [Row],
}

const SEEDS: &[Seed] = &[clientexec::SEED, mrdomain::SEED, whmcs::SEED, kerio::SEED];

/// The document. Fails with all tests that are missing.
pub(crate) fn document(workspace: &Workspace) -> anyhow::Result<String> {
    let tests = Source::read(workspace, &["crates", "plugins", "tests"])?;
    let mut text = String::from(
        "# The systems that Innkeeper is to replace\n\n\
         What their documentation says that they do, in our words, and where it is here. `cargo xtask codegen` writes this \
         file and fails if a test that it names is not there.\n",
    );
    let mut missing = vec![];
    for Seed { name, rows } in SEEDS {
        let open = rows.iter().filter(|row| matches!(row.answer, Answer::Open(_))).count();
        write!(text, "\n## {name}\n\n{} rows, {open} of them open.\n\n", rows.len())?;
        text.push_str("| it says | here | tests |\n|---|---|---|\n");
        for Row { says, answer } in *rows {
            let (here, shown) = match answer {
                Answer::Here(here, names) => ((*here).to_owned(), shown(&tests, says, names, &mut missing)),
                Answer::Left(why) => (format!("*Left out:* {why}"), String::new()),
                Answer::Open(what) => (format!("**Open:** {what}"), String::new()),
            };
            writeln!(text, "| {says} | {here} | {shown} |")?;
        }
    }
    if !missing.is_empty() {
        bail!("rows without a test:\n{}", missing.join("\n"));
    }
    Ok(text)
}

fn shown(tests: &Source, says: &str, names: &[&str], missing: &mut Vec<String>) -> String {
    if names.is_empty() {
        missing.push(format!("{says}: names no test"));
    }
    let mut links = vec![];
    for name in names {
        match tests.test(name) {
            Some(file) => links.push(format!("[`{name}`](../{file})")),
            None => missing.push(format!("{says}: there is no test {name}")),
        }
    }
    links.join(", ")
}
