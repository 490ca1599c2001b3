//! The conformance kit against a real PowerDNS server, and what only this vendor can be asked.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod daemon;
mod double;
mod operations;

use innkeeper_plugin_testkit::conformance;
use std::sync::Arc;

#[tokio::test]
async fn conforms() {
    let server = Arc::new(daemon::Server::start().await);
    let report = conformance::server(&double::Fixture(innkeeper_server_powerdns::plugin(), server)).await;
    report.assert_clean();
    assert!(report.checks().len() >= 20);
}
