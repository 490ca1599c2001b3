//! Lost and late answers, and registrars that are not there.

use innkeeper_plugin_api::{ErrorKind, RegistrarOperation as Operation, RemoteDomainState, Renewal};
use std::time::Duration;

use super::{
    RegistrarFixture, RegistrarVendor, Stage,
    effects::{info, one_effect, renewal, renewed_once},
};
use crate::{
    bench::Bench,
    expect::{Checked, accepted, ensure, fails},
    vendor::Vendor,
};

/// How the kit waits when it wants an answer to come too late: the vendor takes far longer.
const PATIENCE: Duration = Duration::from_secs(2);
const SLOWNESS: Duration = Duration::from_secs(20);

pub(super) async fn lost_registration<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    bench.vendor.lose_next_answer().await;
    let registration = stage.fixture.registration();
    let lost = bench.seen(stage.registrar.register(&bench.ctx("register"), &registration).await);
    fails("register whose answer is lost", lost, &[ErrorKind::Unknown])?;
    registration_settled(stage, &bench).await
}

pub(super) async fn late_registration<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    bench.vendor.slow(SLOWNESS).await;
    let registration = stage.fixture.registration();
    let ctx = bench.impatient("register", PATIENCE);
    let late = bench.seen(stage.registrar.register(&ctx, &registration).await);
    fails("register whose answer is late", late, &[ErrorKind::Unknown])?;
    bench.vendor.slow(Duration::ZERO).await;
    registration_settled(stage, &bench).await
}

async fn registration_settled<F: RegistrarFixture>(stage: &Stage<'_, F>, bench: &Bench<F::Vendor>) -> Checked {
    let registration = stage.fixture.registration();
    let state = info(stage, bench, &registration.domain).await?.state;
    let known = matches!(state, RemoteDomainState::Active | RemoteDomainState::Pending);
    ensure!(known, "after a registration whose answer did not come: {state:?}");
    let repeated = stage.registrar.register(&bench.ctx("register"), &registration).await;
    accepted("register repeated", bench.seen(repeated))?;
    one_effect(bench, Operation::Register, "a registration whose answer did not come and its repetition").await
}

pub(super) async fn lost_renewal<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    if !stage.offers(Operation::Renew) {
        return Ok(());
    }
    let (bench, domain) = stage.registered().await?;
    let renewal = renewal(stage, &bench, &domain).await?;
    bench.vendor.lose_next_answer().await;
    let lost = bench.seen(stage.registrar.renew(&bench.ctx("renew"), &renewal).await);
    fails("renew whose answer is lost", lost, &[ErrorKind::Unknown])?;
    bench.vendor.finish_pending().await;
    renewed_once(stage, &bench, &renewal).await?;
    let repeated = stage.registrar.renew(&bench.ctx("renew"), &renewal).await;
    accepted("renew repeated", bench.seen(repeated))?;
    one_effect(&bench, Operation::Renew, "a lost renewal and its repetition").await?;
    renewed_once(stage, &bench, &renewal).await
}

pub(super) async fn down<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let (bench, _) = stage.registered().await?;
    bench.vendor.go_down().await;
    all_temporary(stage, &bench).await
}

pub(super) async fn unavailable<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let (bench, _) = stage.registered().await?;
    bench.vendor.unavailable().await;
    all_temporary(stage, &bench).await
}

async fn all_temporary<F: RegistrarFixture>(stage: &Stage<'_, F>, bench: &Bench<F::Vendor>) -> Checked {
    let (registrar, registration) = (&stage.registrar, stage.fixture.registration());
    let domain = &registration.domain;
    let temporary = &[ErrorKind::Temporary];
    let ctx = bench.ctx("down");
    fails("test_connection", bench.seen(registrar.test_connection(&ctx).await), temporary)?;
    let names = [domain.name.clone()];
    fails("check", bench.seen(registrar.check(&ctx, &names).await), temporary)?;
    fails("info", bench.seen(registrar.info(&ctx, domain).await), temporary)?;
    fails("nameservers", bench.seen(registrar.nameservers(&ctx, domain).await), temporary)?;
    fails("contacts", bench.seen(registrar.contacts(&ctx, domain).await), temporary)?;
    fails("register", bench.seen(registrar.register(&ctx, &registration).await), temporary)?;
    if stage.offers(Operation::Renew) {
        let renewal = Renewal { domain: domain.clone(), years: 1, current_expiry: ctx.now.date_naive() };
        fails("renew", bench.seen(registrar.renew(&ctx, &renewal).await), temporary)?;
    }
    if let Some(transfer) = stage.fixture.transfer() {
        fails("transfer", bench.seen(registrar.transfer(&ctx, &transfer).await), temporary)?;
    }
    if stage.offers(Operation::SetNameservers) {
        let result = registrar.set_nameservers(&ctx, domain, &registration.nameservers).await;
        fails("set_nameservers", bench.seen(result), temporary)?;
    }
    if stage.offers(Operation::SetContacts) {
        let result = registrar.set_contacts(&ctx, domain, &registration.contacts).await;
        fails("set_contacts", bench.seen(result), temporary)?;
    }
    Ok(())
}
