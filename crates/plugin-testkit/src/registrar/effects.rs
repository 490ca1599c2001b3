//! What must happen, and how often.

use innkeeper_plugin_api::{
    Availability, DomainInfo, DomainRef, RegistrarOperation as Operation, RemoteDomainState, Renewal,
};

use super::{RegistrarFixture, RegistrarVendor, Stage};
use crate::{
    bench::Bench,
    expect::{Checked, accepted, answer, done, ensure},
    vendor::Vendor,
};

pub(super) async fn connection<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let news = answer("test_connection", bench.seen(stage.registrar.test_connection(&bench.ctx("test")).await))?;
    ensure!(!news.trim().is_empty(), "test_connection says nothing");
    ensure!(bench.vendor.changes().await == 0, "test_connection changed something at the registrar");
    Ok(())
}

pub(super) async fn check<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let free = stage.fixture.registration().domain.name;
    let taken = format!("taken-{free}").parse().map_err(|_| "the fixture's name is too long to vary".to_owned())?;
    bench.vendor.occupy(&taken).await;
    let before = bench.vendor.changes().await;
    let names = [taken.clone(), free, taken];
    let answers = answer("check", bench.seen(stage.registrar.check(&bench.ctx("check"), &names).await))?;
    let right = matches!(answers.as_slice(), [Availability::Taken, Availability::Available, Availability::Taken]);
    ensure!(right, "a taken, a free and a taken name are {answers:?}");
    ensure!(bench.vendor.changes().await == before, "check changed something at the registrar");
    Ok(())
}

pub(super) async fn register_twice<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let registration = stage.fixture.registration();
    let before = info(stage, &bench, &registration.domain).await?;
    ensure!(before.state == RemoteDomainState::Absent, "a fresh registrar has the domain: {:?}", before.state);
    let ctx = bench.ctx("register");
    let first = accepted("register", bench.seen(stage.registrar.register(&ctx, &registration).await))?;
    let second = accepted("the same register again", bench.seen(stage.registrar.register(&ctx, &registration).await))?;
    if let (Some(first), Some(second)) = (first, second) {
        ensure!(first.remote_id == second.remote_id, "the second register answers {second:?}, the first {first:?}");
    }
    one_effect(&bench, Operation::Register, "two identical registrations").await?;
    bench.vendor.finish_pending().await;
    let after = info(stage, &bench, &registration.domain).await?;
    ensure!(after.state == RemoteDomainState::Active, "after register: {:?}", after.state);
    ensure!(after.remote_id.is_some() && after.expires_on.is_some(), "info of a live domain lacks parts: {after:?}");
    Ok(())
}

pub(super) async fn renew_twice<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    if !stage.offers(Operation::Renew) {
        return Ok(());
    }
    let (bench, domain) = stage.registered().await?;
    let renewal = renewal(stage, &bench, &domain).await?;
    let ctx = bench.ctx("renew");
    for what in ["renew", "the same renew again"] {
        accepted(what, bench.seen(stage.registrar.renew(&ctx, &renewal).await))?;
        bench.vendor.finish_pending().await;
    }
    one_effect(&bench, Operation::Renew, "two identical renewals").await?;
    renewed_once(stage, &bench, &renewal).await
}

/// A renewal of one year from the expiry that the registrar tells.
pub(super) async fn renewal<F: RegistrarFixture>(
    stage: &Stage<'_, F>,
    bench: &Bench<F::Vendor>,
    domain: &DomainRef,
) -> Checked<Renewal> {
    let expires_on = info(stage, bench, domain).await?.expires_on;
    let current_expiry = expires_on.ok_or("info of a live domain tells no expiry")?;
    Ok(Renewal { domain: domain.clone(), years: 1, current_expiry })
}

/// The expiry moved by one year (give or take the day that some registries round).
pub(super) async fn renewed_once<F: RegistrarFixture>(
    stage: &Stage<'_, F>,
    bench: &Bench<F::Vendor>,
    renewal: &Renewal,
) -> Checked {
    let after = info(stage, bench, &renewal.domain).await?.expires_on;
    let days = after.map(|after| (after - renewal.current_expiry).num_days());
    ensure!(days.is_some_and(|days| (364..=367).contains(&days)), "one year moved the expiry by {days:?} days");
    Ok(())
}

pub(super) async fn transfer_twice<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(transfer) = stage.fixture.transfer() else { return Ok(()) };
    let bench = stage.bench().await;
    bench.guard(transfer.auth_code.iter().map(|code| code.reveal().clone()));
    bench.vendor.occupy(&transfer.registration.domain.name).await;
    let ctx = bench.ctx("transfer");
    for what in ["transfer", "the same transfer again"] {
        accepted(what, bench.seen(stage.registrar.transfer(&ctx, &transfer).await))?;
    }
    one_effect(&bench, Operation::Transfer, "two identical transfers").await?;
    let under_way = info(stage, &bench, &transfer.registration.domain).await?.state;
    let known = matches!(under_way, RemoteDomainState::Pending | RemoteDomainState::Active);
    ensure!(known, "after transfer: {under_way:?}");
    bench.vendor.finish_pending().await;
    let after = info(stage, &bench, &transfer.registration.domain).await?.state;
    ensure!(after == RemoteDomainState::Active, "after the transfer came to its end: {after:?}");
    Ok(())
}

pub(super) async fn nameservers<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    if !stage.offers(Operation::SetNameservers) {
        return Ok(());
    }
    let (bench, domain) = stage.registered().await?;
    let wanted = vec!["ns1.conformance.example".to_owned(), "ns2.conformance.example".to_owned()];
    let ctx = bench.ctx("set_nameservers");
    for _ in 0..2 {
        done("set_nameservers", bench.seen(stage.registrar.set_nameservers(&ctx, &domain, &wanted).await))?;
    }
    let result = stage.registrar.nameservers(&bench.ctx("nameservers"), &domain).await;
    let mut found = answer("nameservers", bench.seen(result))?;
    found.sort_unstable();
    ensure!(found == wanted, "set {wanted:?}, read {found:?}");
    Ok(())
}

pub(super) async fn contacts<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let (bench, domain) = stage.registered().await?;
    let read = stage.registrar.contacts(&bench.ctx("contacts"), &domain).await;
    let mut contacts = answer("contacts", bench.seen(read))?;
    let ordered = stage.fixture.registration().contacts.owner;
    ensure!(contacts.owner.email == ordered.email, "registered for {ordered:?}, on record {:?}", contacts.owner);
    if !stage.offers(Operation::SetContacts) {
        return Ok(());
    }
    "moved@conformance.example".clone_into(&mut contacts.owner.email);
    let ctx = bench.ctx("set_contacts");
    for _ in 0..2 {
        done("set_contacts", bench.seen(stage.registrar.set_contacts(&ctx, &domain, &contacts).await))?;
    }
    let read = stage.registrar.contacts(&bench.ctx("contacts"), &domain).await;
    let found = answer("contacts", bench.seen(read))?.owner.email;
    ensure!(found == contacts.owner.email, "set the e-mail {}, read {found}", contacts.owner.email);
    Ok(())
}

pub(super) async fn info<F: RegistrarFixture>(
    stage: &Stage<'_, F>,
    bench: &Bench<F::Vendor>,
    domain: &DomainRef,
) -> Checked<DomainInfo> {
    answer("info", bench.seen(stage.registrar.info(&bench.ctx("info"), domain).await))
}

pub(super) async fn one_effect<V: RegistrarVendor>(bench: &Bench<V>, operation: Operation, what: &str) -> Checked {
    let effects = bench.vendor.effects(operation).await;
    ensure!(effects == 1, "{what} had {effects} effects");
    Ok(())
}
