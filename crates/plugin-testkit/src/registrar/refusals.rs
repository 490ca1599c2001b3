//! What must be refused, and without doing anything.

use innkeeper_plugin_api::{
    ErrorKind, Level, PluginError, RegistrarOperation as Operation, RemoteDomainState, Renewal,
};

use super::{RegistrarFixture, RegistrarVendor, Stage, effects::info};
use crate::{
    bench::Bench,
    expect::{Checked, ensure, fails},
    settings,
    vendor::Vendor,
};

pub(super) async fn bad_settings<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let (manifest, good) = (&stage.plugin.manifest, bench.vendor.settings());
    let registration = stage.fixture.registration();
    for level in [Level::Plugin, Level::Instance, Level::Product] {
        for (what, values) in settings::broken(manifest, &good, level) {
            let ctx = bench.ctx_of(values);
            if level != Level::Product {
                fails(&what, bench.seen(stage.registrar.test_connection(&ctx).await), &[ErrorKind::Config])?;
            }
            fails(&what, bench.seen(stage.registrar.register(&ctx, &registration).await), &[ErrorKind::Config])?;
        }
    }
    let requests = bench.vendor.requests().await;
    ensure!(requests == 0, "bad settings led to {requests} requests");
    Ok(())
}

pub(super) async fn wrong_credentials<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let Some(values) = bench.vendor.wrong_credentials() else { return Ok(()) };
    let (ctx, registration) = (bench.ctx_of(values), stage.fixture.registration());
    let config = &[ErrorKind::Config];
    fails("test_connection", bench.seen(stage.registrar.test_connection(&ctx).await), config)?;
    fails("register", bench.seen(stage.registrar.register(&ctx, &registration).await), config)?;
    fails("info", bench.seen(stage.registrar.info(&ctx, &registration.domain).await), config)?;
    ensure!(bench.vendor.changes().await == 0, "wrong credentials changed something");
    Ok(())
}

pub(super) async fn taken<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let registration = stage.fixture.registration();
    bench.vendor.occupy(&registration.domain.name).await;
    let before = bench.vendor.changes().await;
    let result = bench.seen(stage.registrar.register(&bench.ctx("register"), &registration).await);
    fails("register", result, &[ErrorKind::Declined])?;
    ensure!(bench.vendor.changes().await == before, "registering a taken name changed something");
    let state = info(stage, &bench, &registration.domain).await?.state;
    ensure!(state == RemoteDomainState::Absent, "somebody else's domain is taken for ours: {state:?}");
    Ok(())
}

pub(super) async fn unknown_domain<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let domain = stage.fixture.registration().domain;
    let state = info(stage, &bench, &domain).await?.state;
    ensure!(state == RemoteDomainState::Absent, "info of a domain that was never registered: {state:?}");
    let read = bench.seen(stage.registrar.nameservers(&bench.ctx("nameservers"), &domain).await);
    fails("nameservers of a domain that was never registered", read, &[ErrorKind::NotFound])?;
    if stage.offers(Operation::Renew) {
        let ctx = bench.ctx("renew");
        let renewal = Renewal { domain, years: 1, current_expiry: ctx.now.date_naive() };
        let result = bench.seen(stage.registrar.renew(&ctx, &renewal).await);
        fails("renew of a domain that was never registered", result, &[ErrorKind::NotFound, ErrorKind::Declined])?;
    }
    ensure!(bench.vendor.changes().await == 0, "an unknown domain changed something");
    Ok(())
}

pub(super) async fn unsupported<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    for operation in stage.fixture.unsupported() {
        let result = attempt(stage, &bench, operation).await;
        fails(&format!("{operation:?}"), bench.seen(result), &[ErrorKind::Unsupported])?;
    }
    let requests = bench.vendor.requests().await;
    ensure!(requests == 0, "operations that are not offered led to {requests} requests");
    Ok(())
}

async fn attempt<F: RegistrarFixture>(
    stage: &Stage<'_, F>,
    bench: &Bench<F::Vendor>,
    operation: Operation,
) -> Result<(), PluginError> {
    let (registrar, registration) = (&stage.registrar, stage.fixture.registration());
    let (ctx, domain) = (bench.ctx("unsupported"), &registration.domain);
    match operation {
        Operation::Register => registrar.register(&ctx, &registration).await.map(drop),
        Operation::Renew => {
            let renewal = Renewal { domain: domain.clone(), years: 1, current_expiry: ctx.now.date_naive() };
            registrar.renew(&ctx, &renewal).await.map(drop)
        }
        Operation::Transfer => {
            let transfer = innkeeper_plugin_api::Transfer { registration: registration.clone(), auth_code: None };
            registrar.transfer(&ctx, &transfer).await.map(drop)
        }
        Operation::SetNameservers => registrar.set_nameservers(&ctx, domain, &registration.nameservers).await.map(drop),
        Operation::SetContacts => registrar.set_contacts(&ctx, domain, &registration.contacts).await.map(drop),
    }
}
