//! What a plugin offers besides must work, too.

use innkeeper_plugin_api::{
    Account, AccountChange, AccountState, Block, Created, DnsRecord, ErrorKind, Part, RecordType, Zone, ZoneChange,
    server::{Credentials, PlanChange, ResellerChange, SignOnTarget, Strictness},
};
use std::collections::BTreeSet;

use super::{ServerFixture, ServerVendor, Stage};
use crate::{
    bench::Bench,
    expect::{Checked, answer, done, ensure, fails},
    vendor::Vendor,
};

/// An account that was made, and the bench it was made on.
async fn made<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked<(Bench<F::Vendor>, Account, Created)> {
    let (bench, mut account) = (stage.bench().await, stage.account());
    let created = done("create", stage.server.create(&bench.ctx("create"), &account).await)?;
    (account.remote_id, account.username) = (Some(created.remote_id.clone()), Some(created.username.clone()));
    Ok((bench, account, created))
}

/// No two are the same, and none is empty.
fn distinct<'a>(what: &str, keys: impl IntoIterator<Item = &'a str>) -> Checked {
    let keys: Vec<&str> = keys.into_iter().collect();
    let different: BTreeSet<&str> = keys.iter().copied().filter(|key| !key.is_empty()).collect();
    ensure!(different.len() == keys.len(), "{what} are empty or twice the same: {keys:?}");
    Ok(())
}

pub(super) async fn plan<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.server.change().filter(|a| a.parts().contains(&Part::Plan)) else { return Ok(()) };
    let (bench, account, created) = made(stage).await?;
    let plan = PlanChange { from: bench.vendor.settings().product, reseller: ResellerChange::None };
    let change = AccountChange { plan: Some(plan), ..AccountChange::default() };
    for _ in 0..2 {
        let changed = done("change of plan", bench.seen(ability.change(&bench.ctx("plan"), &account, &change).await))?;
        ensure!(changed == created, "the same plan makes {changed:?} of {created:?}");
    }
    Ok(())
}

pub(super) async fn zone<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.server.zone() else { return Ok(()) };
    let (bench, account, _) = made(stage).await?;
    let look = async || answer("zone", bench.seen(ability.zone(&bench.ctx("zone"), &account).await));
    let apply = async |change: &ZoneChange| -> Checked<Zone> {
        let changed = bench.seen(ability.change_zone(&bench.ctx("change_zone"), &account, change).await);
        done("change_zone", changed)?;
        look().await
    };
    let empty = look().await?;
    let planted = usize::from(bench.vendor.plant_record(&account).await);
    ensure!(look().await?.others == empty.others + planted, "a record of an unknown type is not counted");
    let record = |content: &str| DnsRecord {
        name: "conformance".to_owned(),
        kind: RecordType::A,
        content: content.to_owned(),
        ttl: 600,
        priority: None,
    };
    let add = ZoneChange { add: vec![record("192.0.2.1"), record("192.0.2.2")], remove: vec![] };
    let (once, twice) = (apply(&add).await?, apply(&add).await?);
    ensure!(once == twice, "the same change twice makes {twice:?} of {once:?}");
    ensure!(add.add.iter().all(|record| once.records.contains(record)), "what was added is not in {once:?}");
    let replace = ZoneChange { add: vec![record("192.0.2.3")], remove: add.add };
    let (once, twice) = (apply(&replace).await?, apply(&replace).await?);
    let wanted: BTreeSet<DnsRecord> = empty.records.iter().cloned().chain(replace.add).collect();
    for zone in [once, twice] {
        ensure!(zone.records.iter().cloned().collect::<BTreeSet<_>>() == wanted, "changed into {zone:?}");
        ensure!(zone.others == empty.others + planted, "records of other types did not stay: {zone:?}");
    }
    Ok(())
}

pub(super) async fn actions<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.server.actions() else { return Ok(()) };
    let (bench, account, _) = made(stage).await?;
    let all = ability.actions();
    distinct("keys of actions", all.iter().map(|action| action.key.as_str()))?;
    distinct("labels of actions", all.iter().map(|action| action.label.as_str()))?;
    let available = answer("available", bench.seen(ability.available(&bench.ctx("available"), &account).await))?;
    let known = available.iter().all(|key| all.iter().any(|action| action.key == *key));
    ensure!(known, "not all available actions are in the list: {available:?}");
    for action in all.iter().filter(|action| available.contains(&action.key) && action.fields.is_empty()) {
        let ctx = bench.ctx(&action.key);
        let report = bench.seen(ability.run(&ctx, &account, &action.key, &[].into()).await);
        let report = done(&action.key, report)?;
        ensure!(!report.message.is_empty() || !report.data.is_empty(), "{} says nothing", action.key);
        answer("ran", bench.seen(ability.ran(&ctx, &account, &action.key).await))?;
    }
    let unknown = ability.run(&bench.ctx("unknown"), &account, "no-such-action", &[].into()).await;
    fails("an unknown action", bench.seen(unknown), &[ErrorKind::Unsupported])
}

pub(super) async fn inventory<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.server.inventory() else { return Ok(()) };
    let (bench, account, created) = made(stage).await?;
    answer("plans", bench.seen(ability.plans(&bench.ctx("plans")).await))?;
    for wanted in [AccountState::Active, AccountState::Suspended] {
        if wanted == AccountState::Suspended {
            done("suspend", stage.server.suspend(&bench.ctx("suspend"), &account).await)?;
        }
        let (mut found, mut cursor) = (vec![], None);
        loop {
            let page = ability.accounts(&bench.ctx("accounts"), cursor.as_deref()).await;
            let page = answer("accounts", bench.seen(page))?;
            found.extend(page.items);
            ensure!(page.next.is_none() || page.next != cursor, "the list of accounts does not end");
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        distinct("ids of accounts", found.iter().map(|account| account.remote_id.as_str()))?;
        let found = found.into_iter().find(|account| account.remote_id == created.remote_id);
        let found = found.ok_or("the account that was made is not listed")?;
        ensure!(
            found.username == created.username && found.state == wanted,
            "listed as {found:?}, expected {wanted:?}"
        );
    }
    Ok(())
}

pub(super) async fn adopt<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let offered = stage.server.inventory().and_then(|ability| ability.adoption());
    let (ability, orphan) = match (offered, bench.vendor.unclaimed().await) {
        (Some(ability), Some(orphan)) => (ability, orphan),
        (None, None) => return Ok(()),
        (Some(_), None) => return Err("accounts can be taken over, and the double has none to take over".into()),
        (None, Some(_)) => {
            return Err("the double has an account to take over, and the plugin does not offer it".into());
        }
    };
    let mut account = stage.account();
    account.fields.clear();
    (account.remote_id, account.username) = (Some(orphan.remote_id.clone()), Some(orphan.username));
    let state = async |account: &Account| -> Checked<AccountState> {
        let status = stage.server.status(&bench.ctx("status"), account).await;
        Ok(answer("status", bench.seen(status))?.state)
    };
    ensure!(state(&account).await? == AccountState::Absent, "an account made by hand is taken for ours");
    for _ in 0..2 {
        let adopted = done("adopt", bench.seen(ability.adopt(&bench.ctx("adopt"), &account).await))?;
        ensure!(adopted.remote_id == orphan.remote_id, "adopted {adopted:?}");
        ensure!(state(&account).await? == AccountState::Active, "the account that was taken over is not active");
    }
    let rival = Account { reference: "conformance-service-2".to_owned(), ..account.clone() };
    let taken = bench.seen(ability.adopt(&bench.ctx("adopt again"), &rival).await);
    fails("taking over what is taken", taken, &[ErrorKind::Declined])?;
    ensure!(state(&account).await? == AccountState::Active, "the rival got it");
    Ok(())
}

pub(super) async fn panels<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.server.panels() else { return Ok(()) };
    let (bench, account, _) = made(stage).await?;
    let all = ability.panels();
    distinct("keys of panels", all.iter().map(|(key, _)| *key))?;
    distinct("titles of panels", all.iter().map(|(_, title)| *title))?;
    let before = bench.vendor.changes().await;
    for (key, _) in all {
        let view = answer(key, bench.seen(ability.draw(&bench.ctx("draw"), &account, key).await))?;
        ensure!(!view.blocks.is_empty(), "panel {key} is empty");
        for block in &view.blocks {
            if let Block::Table { head, rows, .. } = block {
                ensure!(rows.iter().all(|row| row.len() == head.len()), "panel {key} has a crooked table");
            }
        }
    }
    ensure!(bench.vendor.changes().await == before, "drawing a panel changed something");
    let unknown = ability.draw(&bench.ctx("draw"), &account, "no-such-panel").await;
    fails("an unknown panel", bench.seen(unknown), &[ErrorKind::Unsupported])
}

pub(super) async fn sign_on<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.server.sign_on() else { return Ok(()) };
    let (bench, account, _) = made(stage).await?;
    for (target, text) in ability.targets() {
        ensure!(!text.is_empty(), "the button to {target:?} has no text");
        let account = (target != SignOnTarget::Server).then_some(&account);
        // What is not for the account is never asked for: here it need not work.
        if account.is_some_and(|account| !ability.is_for(&bench.ctx("is for"), target, account)) {
            continue;
        }
        let link = answer("link", bench.seen(ability.link(&bench.ctx("link"), target, account).await))?;
        let (link, starts) = (link.reveal(), ["https://", "http://"]);
        ensure!(starts.iter().any(|start| link.starts_with(start)), "the link to {target:?} is none");
        bench.guard([link.clone()]);
    }
    Ok(())
}

pub(super) async fn credentials<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.server.credentials() else { return Ok(()) };
    let bench = stage.bench().await;
    let ctx = bench.ctx("credentials");
    let domain = "example.org".to_owned();
    let rough = Credentials { username: " Grace Hopper, the 1st & only! ".repeat(20), password: None, domain };
    for wanted in [rough, Credentials { domain: "example.org".to_owned(), ..Credentials::default() }] {
        let mended = answer("normalise", bench.seen(ability.validate(&ctx, &wanted, Strictness::Normalise).await))?;
        ensure!(!mended.username.is_empty(), "the mended user name is empty");
        let kept = answer("strict", bench.seen(ability.validate(&ctx, &mended, Strictness::Strict).await))?;
        ensure!(kept.username == mended.username, "a strict judgement changes {mended:?}");
    }
    for bad in stage.fixture.bad_credentials() {
        let result = bench.seen(ability.validate(&ctx, &bad, Strictness::Strict).await);
        let told = matches!(&result, Err(error) if error.public.is_some());
        fails(&format!("strict judgement of {:?}", bad.username), result, &[ErrorKind::Invalid])?;
        ensure!(told, "a strict judgement of {:?} does not tell the client what to change", bad.username);
    }
    Ok(())
}

pub(super) async fn addons<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let all = stage.server.addons();
    distinct("codes of quantities", all.iter().map(|addon| addon.code.as_str()))?;
    distinct("labels of quantities", all.iter().map(|addon| addon.label.as_str()))
}
