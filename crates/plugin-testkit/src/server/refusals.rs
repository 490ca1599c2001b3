//! What must be refused, and without doing anything.

use innkeeper_plugin_api::{AccountState, ErrorKind, Level};

use super::{ServerFixture, ServerVendor, Stage};
use crate::{
    expect::{Checked, answer, done, ensure, fails},
    settings,
    vendor::Vendor,
};

pub(super) async fn bad_settings<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let (manifest, good) = (&stage.plugin.manifest, bench.vendor.settings());
    let account = stage.account();
    for level in [Level::Plugin, Level::Instance, Level::Product] {
        for (what, values) in settings::broken(manifest, &good, level) {
            let ctx = bench.ctx_of(values);
            if level != Level::Product {
                fails(&what, bench.seen(stage.server.test_connection(&ctx).await), &[ErrorKind::Config])?;
            }
            fails(&what, bench.seen(stage.server.create(&ctx, &account).await), &[ErrorKind::Config])?;
        }
    }
    let requests = bench.vendor.requests().await;
    ensure!(requests == 0, "bad settings led to {requests} requests");
    Ok(())
}

pub(super) async fn bad_orders<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let good = stage.account();
    answer("check_order", stage.server.check_order(&good.fields, good.password.as_ref()))?;
    for (fields, password) in stage.fixture.bad_orders() {
        bench.guard(password.iter().map(|password| password.reveal().clone()));
        let result = bench.seen(stage.server.check_order(&fields, password.as_ref()));
        let told = matches!(&result, Err(error) if error.public.is_some());
        fails(&format!("check_order of {fields:?}"), result, &[ErrorKind::Invalid])?;
        ensure!(told, "check_order of {fields:?} does not tell the client what to change");
    }
    Ok(())
}

pub(super) async fn wrong_credentials<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let Some(values) = bench.vendor.wrong_credentials() else { return Ok(()) };
    let (ctx, account) = (bench.ctx_of(values), stage.account());
    let config = &[ErrorKind::Config];
    fails("test_connection", bench.seen(stage.server.test_connection(&ctx).await), config)?;
    fails("create", bench.seen(stage.server.create(&ctx, &account).await), config)?;
    ensure!(bench.vendor.changes().await == 0, "wrong credentials changed something");
    Ok(())
}

pub(super) async fn occupied<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let account = stage.account();
    bench.vendor.occupy(&account).await;
    let before = bench.vendor.changes().await;
    let result = bench.seen(stage.server.create(&bench.ctx("create"), &account).await);
    fails("create", result, &[ErrorKind::Declined])?;
    let status = answer("status", stage.server.status(&bench.ctx("status"), &account).await)?;
    ensure!(status.state == AccountState::Absent, "somebody else's account is taken for ours: {:?}", status.state);
    done("terminate", bench.seen(stage.server.terminate(&bench.ctx("terminate"), &account).await))?;
    ensure!(bench.vendor.changes().await == before, "somebody else's account was changed");
    Ok(())
}

pub(super) async fn abilities<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    crate::expect::abilities(&stage.plugin, &stage.fixture.abilities())
}
