//! The conformance kit against localstripe, what only this vendor can be asked, and, against answers written
//! down here, what localstripe does not have.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod canned;
mod collecting;
mod daemon;
mod double;
mod paying;
mod signing;
mod telling;

use innkeeper_plugin_testkit::conformance;
use std::sync::Arc;

#[tokio::test]
async fn conforms() {
    let server = Arc::new(daemon::Server::start().await);
    let report = conformance::gateway(&double::Fixture(server)).await;
    report.assert_clean();
    assert!(report.checks().len() >= 15);
}
