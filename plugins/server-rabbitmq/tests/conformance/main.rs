//! The conformance kit against a real RabbitMQ broker, and what only this vendor can be asked.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod amqp;
mod daemon;
mod double;
mod operations;

use innkeeper_plugin_testkit::conformance;
use std::sync::Arc;

#[tokio::test]
async fn conforms() {
    let broker = Arc::new(daemon::Broker::start().await);
    let report = conformance::server(&double::Fixture(innkeeper_server_rabbitmq::plugin(), broker)).await;
    report.assert_clean();
    assert!(report.checks().len() >= 20);
}
