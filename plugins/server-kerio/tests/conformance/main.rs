//! The conformance kit against the Kerio simulator: the plugin passes, and plugins with a flaw do not.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod double;
mod flawed;

use double::Fixture;
use flawed::{Flaw, with};
use innkeeper_plugin_testkit::conformance;

#[tokio::test]
async fn conforms() {
    let report = conformance::server(&Fixture(innkeeper_server_kerio::plugin())).await;
    report.assert_clean();
    assert!(report.checks().len() >= 15);
}

async fn caught(flaw: Flaw, check: &str) {
    let report = conformance::server(&Fixture(with(flaw))).await;
    let failures = report.failures();
    assert!(failures.iter().any(|(failed, _)| *failed == check), "{check} did not fail, but {failures:?}");
}

#[tokio::test]
async fn calling_a_lost_answer_temporary_is_caught() {
    caught(Flaw::UnknownIsTemporary, "a lost answer is settled by status").await;
}

#[tokio::test]
async fn taking_a_failed_connection_for_absence_is_caught() {
    caught(Flaw::DownIsAbsent, "a vendor that is down is Temporary").await;
}

#[tokio::test]
async fn a_new_reference_for_each_attempt_is_caught() {
    caught(Flaw::ForgetsItsMark, "the same creation twice is one effect").await;
}

#[tokio::test]
async fn a_logged_password_is_caught() {
    caught(Flaw::LogsPasswords, "the whole life of an account").await;
}
