//! What the checks of one run found.

use crate::logs::Logs;
use tracing::subscriber::DefaultGuard;

/// The outcome of a run: every check with its failure, if any.
pub struct Report {
    plugin: String,
    checks: Vec<(&'static str, Option<String>)>,
    logs: Logs,
    _guard: DefaultGuard,
}

impl Report {
    pub(crate) fn new(plugin: &str) -> Self {
        // Installed already by another test of this process: as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (logs, guard) = Logs::capture();
        Self { plugin: plugin.to_owned(), checks: Vec::new(), logs, _guard: guard }
    }

    pub(crate) fn logs(&self) -> Logs {
        self.logs.clone()
    }

    pub(crate) fn add(&mut self, check: &'static str, result: Result<(), String>) {
        let leak = self.logs.leak().map(|line| format!("a secret was shown: {line}"));
        self.checks.push((check, result.err().or(leak)));
    }

    /// The checks that failed, with the reason.
    pub fn failures(&self) -> Vec<(&'static str, &str)> {
        self.checks.iter().filter_map(|(check, failure)| Some((*check, failure.as_deref()?))).collect()
    }

    /// The names of all checks that ran.
    pub fn checks(&self) -> Vec<&'static str> {
        self.checks.iter().map(|(check, _)| *check).collect()
    }

    /// Panics with every failed check.
    #[track_caller]
    pub fn assert_clean(&self) {
        let failures = self.failures();
        let list: Vec<String> = failures.iter().map(|(check, reason)| format!("- {check}: {reason}")).collect();
        let (failed, all) = (failures.len(), self.checks.len());
        assert!(list.is_empty(), "{}: {failed} of {all} checks failed\n{}", self.plugin, list.join("\n"));
    }
}
