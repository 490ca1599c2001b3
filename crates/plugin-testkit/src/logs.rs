//! Watches what is logged and printed during a check, for secrets.

use std::{
    fmt::Debug,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

#[derive(Default)]
struct Seen {
    text: Vec<u8>,
    secrets: Vec<String>,
}

/// Everything seen so far, and the secrets that must not be in it.
#[derive(Clone, Default)]
pub(crate) struct Logs(Arc<Mutex<Seen>>);

impl Logs {
    /// Captures this thread's log lines, at every level, until the guard is dropped.
    pub fn capture() -> (Self, DefaultGuard) {
        let logs = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(logs.clone())
            .finish();
        (logs, tracing::subscriber::set_default(subscriber))
    }

    /// Adds what a person would see of a result.
    pub fn note(&self, value: &dyn Debug) {
        self.seen().text.extend_from_slice(format!("{value:?}\n").as_bytes());
    }

    /// These must not be seen in this check.
    pub fn guard(&self, secrets: impl IntoIterator<Item = String>) {
        self.seen().secrets.extend(secrets);
    }

    /// Ends a check: the line in which a secret was seen, without the secret.
    pub fn leak(&self) -> Option<String> {
        let seen = std::mem::take(&mut *self.seen());
        let text = String::from_utf8_lossy(&seen.text);
        let mut secrets = seen.secrets.iter().filter(|secret| !secret.is_empty());
        let secret = secrets.find(|secret| text.contains(secret.as_str()))?;
        let line = text.lines().find(|line| line.contains(secret.as_str()))?;
        Some(line.replace(secret.as_str(), "<the secret>"))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl io::Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.seen().text.extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Logs {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logged_secret_is_found_and_masked() {
        let (logs, _guard) = Logs::capture();
        logs.guard(["hunter2".to_owned()]);
        tracing::debug!(password = "hunter2", "log in");
        assert!(logs.leak().unwrap().contains("<the secret>"));
        logs.guard(["hunter2".to_owned()]);
        tracing::debug!("log in");
        assert_eq!(logs.leak(), None);
    }
}
