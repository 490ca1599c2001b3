//! The optional abilities.

use innkeeper_plugin_api::{
    AuthCodeAnswer, ErrorKind, RegistrarOperation as Operation, ZoneChange,
    dns::{DnsRecord, RecordType},
    registrar::{ContactRole, DnssecKey, GlueHost, TransferState},
};

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
    if let Some(ability) = stage.registrar.auto_renew() {
        for on in [true, true, false] {
            done("set_auto_renew", bench.seen(ability.set_auto_renew(&bench.ctx("renew"), &domain, on).await))?;
            let found = info(stage, &bench, &domain).await?.auto_renew;
            ensure!(found == Some(on), "set renewal to {on}, info says {found:?}");
        }
    }
    if let Some(ability) = stage.registrar.balance() {
        answer("balance", bench.seen(ability.balance(&bench.ctx("balance")).await))?;
    }
    if let Some(ability) = stage.registrar.suggest() {
        let found = answer("suggest", ability.suggest(&bench.ctx("suggest"), "harbour", &[], 2).await)?;
        ensure!(found.len() <= 2, "asked for two names, got {found:?}");
    }
    if let Some(ability) = stage.registrar.transfer_progress() {
        let step = answer("step", ability.step(&bench.ctx("step"), &domain).await)?;
        ensure!(step.state == TransferState::Done, "a domain that is ours is being transferred: {step:?}");
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

pub(super) async fn listed<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.registrar.inventory() else { return Ok(()) };
    let (bench, domain) = stage.registered().await?;
    let (mut cursor, mut found) = (None, vec![]);
    for _ in 0..100 {
        let page = answer("domains", ability.domains(&bench.ctx("domains"), cursor.as_deref()).await)?;
        found.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    ensure!(cursor.is_none(), "the list has no end");
    let ours: Vec<_> = found.iter().filter(|listed| listed.name == domain.name).collect();
    let [listed] = ours[..] else { return Err(format!("{} is listed {} times", domain.name, ours.len())) };
    let remote = domain.remote_id.as_deref().unwrap_or_default();
    ensure!(listed.remote_id == remote, "it is {remote}, and listed as {}", listed.remote_id);
    Ok(())
}

pub(super) async fn glue<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.registrar.glue() else { return Ok(()) };
    let (bench, domain) = stage.registered().await?;
    let name = format!("ns1.{}", domain.name);
    let host = |last: u8| GlueHost { name: name.clone(), addresses: vec![[198, 51, 100, last].into()] };
    let hosts = async || answer("hosts", bench.seen(ability.hosts(&bench.ctx("hosts"), &domain).await));
    ensure!(hosts().await?.is_empty(), "a new domain has hosts");
    for address in [4, 4, 5] {
        let host = host(address);
        done("put_host", bench.seen(ability.put_host(&bench.ctx("put"), &domain, &host).await))?;
        let found = hosts().await?;
        ensure!(found == [host.clone()], "put {host:?}, found {found:?}");
    }
    for _ in 0..2 {
        done("remove_host", bench.seen(ability.remove_host(&bench.ctx("remove"), &domain, &name).await))?;
        ensure!(hosts().await?.is_empty(), "the host is still there");
    }
    Ok(())
}

pub(super) async fn dnssec<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.registrar.dnssec() else { return Ok(()) };
    let (bench, domain) = stage.registered().await?;
    let key = |key_tag, digit: &str| DnssecKey { key_tag, algorithm: 13, digest_type: 2, digest: digit.repeat(64) };
    let (one, other) = (key(2371, "a"), key(2371, "b"));
    // The same tag for two keys is rare, and happens.
    for keys in [vec![one.clone()], vec![one.clone()], vec![other.clone(), one], vec![other], vec![]] {
        done("set_keys", bench.seen(ability.set_keys(&bench.ctx("set_keys"), &domain, &keys).await))?;
        let mut found = answer("keys", ability.keys(&bench.ctx("keys"), &domain).await)?;
        let mut wanted = keys;
        found.sort_by(|a, b| a.digest.cmp(&b.digest));
        wanted.sort_by(|a, b| a.digest.cmp(&b.digest));
        ensure!(found == wanted, "set {wanted:?}, found {found:?}");
    }
    Ok(())
}

pub(super) async fn zone<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.registrar.zone() else { return Ok(()) };
    let (bench, domain) = stage.registered().await?;
    let record = |name: &str, kind, content: &str, priority| DnsRecord {
        name: name.to_owned(),
        kind,
        content: content.to_owned(),
        ttl: 3600,
        priority,
    };
    let www = record("www", RecordType::A, "198.51.100.7", None);
    let mail = record("@", RecordType::Mx, "mail.example.net", Some(10));
    let known = [&www, &mail].into_iter().filter(|record| ability.record_types().contains(&record.kind));
    let add: Vec<DnsRecord> = known.cloned().collect();
    ensure!(!add.is_empty(), "neither A nor MX can be set");
    let records = async || answer("zone", ability.zone(&bench.ctx("zone"), &domain).await).map(|zone| zone.records);
    let before = records().await?;
    let there = ZoneChange { add: add.clone(), remove: vec![] };
    let gone = ZoneChange { add: vec![], remove: add.clone() };
    for (change, wanted) in [(&there, 1), (&there, 1), (&gone, 0), (&gone, 0)] {
        done("change_zone", bench.seen(ability.change_zone(&bench.ctx("change"), &domain, change).await))?;
        let found = records().await?;
        for record in &add {
            let count = found.iter().filter(|found| *found == record).count();
            ensure!(count == wanted, "{record:?} is there {count} times: {found:?}");
        }
    }
    let after = records().await?;
    ensure!(after == before, "other records changed from {before:?} to {after:?}");
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
