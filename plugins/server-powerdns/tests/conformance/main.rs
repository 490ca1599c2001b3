//! The conformance kit against a real PowerDNS server: the plugin passes, and plugins with a flaw do not;
//! and what only this vendor can be asked.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod daemon;
mod double;
mod flawed;
mod operations;

use flawed::Flaw;
use innkeeper_plugin_testkit::conformance;
use std::sync::Arc;

#[tokio::test]
async fn conforms() {
    let server = Arc::new(daemon::Server::start().await);
    let report = conformance::server(&double::Fixture(innkeeper_server_powerdns::plugin(), server)).await;
    report.assert_clean();
    assert!(report.checks().len() >= 20);
}

#[tokio::test]
async fn flaws_of_abilities_are_caught() {
    let server = Arc::new(daemon::Server::start().await);
    for (flaw, check) in [
        (Flaw::HidesOtherRecords, "a zone is changed once and keeps the rest"),
        (Flaw::DrawsNothing, "panels draw"),
        (Flaw::ListsTheSuspendedAsActive, "the inventory knows the account"),
        (Flaw::StaysOn, "the whole life of an account"),
    ] {
        let report = conformance::server(&double::Fixture(flawed::with(flaw), server.clone())).await;
        let failures = report.failures();
        assert!(failures.iter().any(|(failed, _)| *failed == check), "{check} did not fail, but {failures:?}");
    }
}
