//! What must happen, and how often.

use innkeeper_plugin_api::{AccountChange, AccountState, Part, ServerOperation::*};

use super::{ServerFixture, ServerVendor, Stage};
use crate::{
    expect::{Checked, answer, done, ensure},
    vendor::Vendor,
};

pub(super) async fn connection<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let news = answer("test_connection", bench.seen(stage.server.test_connection(&bench.ctx("test")).await))?;
    ensure!(!news.trim().is_empty(), "test_connection says nothing");
    ensure!(bench.vendor.changes().await == 0, "test_connection changed something at the vendor");
    Ok(())
}

pub(super) async fn create_twice<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let account = stage.account();
    let before = answer("status", stage.server.status(&bench.ctx("status"), &account).await)?;
    ensure!(before.state == AccountState::Absent, "an empty vendor has the account: {:?}", before.state);
    let ctx = bench.ctx("create");
    let first = done("create", bench.seen(stage.server.create(&ctx, &account).await))?;
    let second = done("the same create again", bench.seen(stage.server.create(&ctx, &account).await))?;
    ensure!(first == second, "the second create answers {second:?}, the first {first:?}");
    let effects = bench.vendor.effects(Create).await;
    ensure!(effects == 1, "two identical creates had {effects} effects");
    for text in [&first.remote_id, &first.username, &first.label] {
        ensure!(!text.is_empty(), "create leaves a part of {first:?} empty");
    }
    if let Some(password) = &account.password {
        ensure!(bench.vendor.accepts_password(&account, password).await, "the ordered password does not work");
    }
    Ok(())
}

pub(super) async fn life<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let (server, mut account) = (&stage.server, stage.account());
    let created = done("create", server.create(&bench.ctx("create"), &account).await)?;
    (account.remote_id, account.username) = (Some(created.remote_id.clone()), Some(created.username.clone()));
    let state = async |step: &str, wanted: AccountState| -> Checked {
        let status = answer("status", bench.seen(server.status(&bench.ctx("status"), &account).await))?;
        ensure!(status.state == wanted, "after {step}: {:?}, expected {wanted:?}", status.state);
        let known = wanted == AccountState::Absent || status.account.as_ref() == Some(&created);
        ensure!(known, "after {step}: status calls it {:?}, create called it {created:?}", status.account);
        let works = bench.vendor.works(&account).await;
        let (is, should) = (works.unwrap_or_default(), wanted == AccountState::Active);
        ensure!(works.is_none() || is == should, "after {step}: does it work? {is}; should it? {should}");
        Ok(())
    };
    state("create", AccountState::Active).await?;
    for _ in 0..2 {
        done("suspend", bench.seen(server.suspend(&bench.ctx("suspend"), &account).await))?;
        state("suspend", AccountState::Suspended).await?;
    }
    for _ in 0..2 {
        done("unsuspend", bench.seen(server.unsuspend(&bench.ctx("unsuspend"), &account).await))?;
        state("unsuspend", AccountState::Active).await?;
    }
    for _ in 0..2 {
        done("terminate", bench.seen(server.terminate(&bench.ctx("terminate"), &account).await))?;
        state("terminate", AccountState::Absent).await?;
    }
    let effects = bench.vendor.effects(Terminate).await;
    ensure!(effects == 1, "terminating twice had {effects} effects");
    Ok(())
}

pub(super) async fn change_password<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.server.change().filter(|a| a.parts().contains(&Part::Password)) else { return Ok(()) };
    let bench = stage.bench().await;
    let (old, new) = stage.fixture.passwords();
    let account = stage.account();
    done("create", stage.server.create(&bench.ctx("create"), &account).await)?;
    let (ctx, change) = (bench.ctx("change_password"), AccountChange::password(new.clone()));
    for _ in 0..2 {
        done("change_password", bench.seen(ability.change(&ctx, &account, &change).await))?;
        ensure!(bench.vendor.accepts_password(&account, &new).await, "the new password does not work");
    }
    ensure!(!bench.vendor.accepts_password(&account, &old).await, "the old password still works");
    Ok(())
}

pub(super) async fn usage<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.server.usage() else { return Ok(()) };
    let bench = stage.bench().await;
    let created = done("create", stage.server.create(&bench.ctx("create"), &stage.account()).await)?;
    let ids = [created.remote_id.clone(), "conformance-no-such-account".to_owned()];
    let reports = answer("usage", bench.seen(ability.usage(&bench.ctx("usage"), &ids).await))?;
    let found: Vec<&str> = reports.iter().map(|report| report.remote_id.as_str()).collect();
    ensure!(found == [created.remote_id.as_str()], "usage of one account and one unknown id reports {found:?}");
    Ok(())
}
