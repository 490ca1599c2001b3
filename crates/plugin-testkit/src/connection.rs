//! Trying settings out: the check that gateways and snapins share.

use innkeeper_plugin_api::{ErrorKind, Level, Manifest, TestConnection};

use crate::{
    bench::Bench,
    expect::{Checked, answer, ensure, fails},
    settings,
    vendor::Vendor,
};

/// Good settings get good news, bad ones and a silent vendor an error of the right kind.
pub(crate) async fn check<V: Vendor>(
    ability: Option<&dyn TestConnection>,
    manifest: &Manifest,
    bench: &Bench<V>,
) -> Checked {
    let Some(ability) = ability else { return Ok(()) };
    for (what, values) in settings::broken(manifest, &bench.vendor.settings(), Level::Plugin) {
        let result = bench.seen(ability.test_connection(&bench.ctx_of(values)).await);
        fails(&format!("test_connection, {what}"), result, &[ErrorKind::Config])?;
    }
    let requests = bench.vendor.requests().await;
    ensure!(requests == 0, "bad settings led to {requests} requests");
    let stored = bench.stored();
    for _ in 0..2 {
        let news = bench.seen(ability.test_connection(&bench.ctx("test")).await);
        let news = answer("test_connection", news)?;
        ensure!(!news.trim().is_empty(), "the test has nothing to tell");
    }
    ensure!(bench.vendor.requests().await > 0, "the test asked nobody");
    ensure!(bench.stored() == stored, "the test changed the store");
    if let Some(values) = bench.vendor.wrong_credentials() {
        let result = bench.seen(ability.test_connection(&bench.ctx_of(values)).await);
        fails("test_connection, wrong credentials", result, &[ErrorKind::Config])?;
    }
    bench.vendor.unavailable().await;
    let result = bench.seen(ability.test_connection(&bench.ctx("test")).await);
    fails("test_connection, out of service", result, &[ErrorKind::Temporary])?;
    bench.vendor.go_down().await;
    let result = bench.seen(ability.test_connection(&bench.ctx("test")).await);
    fails("test_connection, down", result, &[ErrorKind::Temporary, ErrorKind::Unknown])
}
