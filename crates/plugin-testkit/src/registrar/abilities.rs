//! The optional abilities.

use innkeeper_plugin_api::{AuthCodeAnswer, ErrorKind, RegistrarOperation as Operation, registrar::ContactRole};

use super::{RegistrarFixture, Stage, effects::info};
use crate::expect::{Checked, answer, done, ensure, fails};

pub(super) async fn declared<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    crate::expect::abilities(&stage.plugin, &stage.fixture.abilities())
}

pub(super) async fn work<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let (bench, domain) = stage.registered().await?;
    if let Some(ability) = stage.registrar.transfer_lock() {
        for locked in [true, true, false] {
            done("set_lock", bench.seen(ability.set_lock(&bench.ctx("set_lock"), &domain, locked).await))?;
            let found = info(stage, &bench, &domain).await?.locked;
            ensure!(found == Some(locked), "set the lock to {locked}, info says {found:?}");
        }
    }
    if let Some(ability) = stage.registrar.privacy() {
        for hidden in [true, true, false] {
            done("set_privacy", bench.seen(ability.set_privacy(&bench.ctx("set_privacy"), &domain, hidden).await))?;
            let found = info(stage, &bench, &domain).await?.privacy;
            ensure!(found == Some(hidden), "set privacy to {hidden}, info says {found:?}");
        }
    }
    if let Some(ability) = stage.registrar.auth_code() {
        match answer("auth_code", ability.auth_code(&bench.ctx("auth_code"), &domain).await)? {
            AuthCodeAnswer::Mailed(to) => ensure!(to.contains('@'), "the code was mailed to {to:?}"),
            AuthCodeAnswer::Code(code) | AuthCodeAnswer::Token { code, .. } => {
                ensure!(!code.reveal().is_empty(), "the transfer code is empty");
                bench.guard([code.reveal().clone()]);
                bench.seen(&code);
            }
        }
    }
    if let Some(ability) = stage.registrar.price_list() {
        let prices = answer("prices", bench.seen(ability.prices(&bench.ctx("prices"), &[]).await))?;
        let tld = domain.name.tld();
        let price = prices.iter().find(|price| price.tld == tld);
        ensure!(price.is_some_and(|price| price.register.is_some()), "no price to register .{tld} in {prices:?}");
        let dotted = prices.iter().find(|price| price.tld.starts_with('.'));
        ensure!(dotted.is_none(), "an extension has a leading dot: {dotted:?}");
    }
    Ok(())
}

pub(super) async fn handles<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.registrar.contact_handles() else { return Ok(()) };
    let (bench, domain) = stage.registered().await?;
    let known = async |when: &str| answer(when, bench.seen(ability.handles(&bench.ctx("handles"), &domain).await));
    let contacts = async || answer("contacts", stage.registrar.contacts(&bench.ctx("contacts"), &domain).await);
    let first = known("handles").await?;
    let owner = first.get(&ContactRole::Owner).cloned().unwrap_or_default();
    ensure!(!owner.is_empty(), "the owner has no id: {first:?}");
    let ordered = contacts().await?.owner;

    // The owner gives way to another one, and comes back by its id.
    if stage.offers(Operation::SetContacts) {
        let mut moved = contacts().await?;
        "moved@conformance.example".clone_into(&mut moved.owner.email);
        done("set_contacts", stage.registrar.set_contacts(&bench.ctx("set_contacts"), &domain, &moved).await)?;
        let now = known("handles after a change").await?;
        if now.get(&ContactRole::Owner) != Some(&owner) {
            let back = [(ContactRole::Owner, owner.clone())].into();
            for _ in 0..2 {
                done("use_handles", bench.seen(ability.use_handles(&bench.ctx("use"), &domain, &back).await))?;
            }
            let found = contacts().await?.owner;
            ensure!(found == ordered, "the owner {owner} was {ordered:?}, and came back as {found:?}");
        }
    }
    let tech = [(ContactRole::Tech, owner.clone())].into();
    done("use_handles", bench.seen(ability.use_handles(&bench.ctx("use"), &domain, &tech).await))?;
    let now = known("handles of another role").await?;
    let is = |role: ContactRole| now.get(&role).is_some_and(|id| id.eq_ignore_ascii_case(&owner));
    ensure!(is(ContactRole::Tech) && is(ContactRole::Owner), "put {owner} into tech, found {now:?}");

    let unknown = [(ContactRole::Admin, "NOBODY-000000".to_owned())].into();
    let refused = bench.seen(ability.use_handles(&bench.ctx("unknown"), &domain, &unknown).await);
    fails("a contact that is not on record", refused, &[ErrorKind::Invalid])?;
    let after = known("handles after a refusal").await?;
    ensure!(after == now, "a refusal changed {now:?} to {after:?}");
    Ok(())
}
