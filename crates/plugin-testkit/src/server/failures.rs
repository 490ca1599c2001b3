//! Lost and late answers, and vendors that are not there.

use innkeeper_plugin_api::{
    Account, AccountChange, AccountState, ErrorKind, Part, PluginCtx, PluginResult, ServerOperation,
};
use std::time::Duration;

use super::{ServerFixture, ServerVendor, Stage};
use crate::{
    bench::Bench,
    expect::{Checked, answer, done, ensure, fails},
    vendor::Vendor,
};

/// How the kit waits when it wants an answer to come too late: the vendor takes far longer.
const PATIENCE: Duration = Duration::from_secs(2);
const SLOWNESS: Duration = Duration::from_secs(20);

/// Runs one operation; `Ok(Done(()))` stands for whatever it made.
async fn perform<F: ServerFixture>(
    stage: &Stage<'_, F>,
    operation: ServerOperation,
    ctx: &PluginCtx,
    account: &Account,
) -> PluginResult<()> {
    use innkeeper_plugin_api::Outcome::Done;
    match operation {
        ServerOperation::Create => stage.server.create(ctx, account).await.map(|outcome| outcome.map(|_| ())),
        ServerOperation::Suspend => stage.server.suspend(ctx, account).await,
        ServerOperation::Unsuspend => stage.server.unsuspend(ctx, account).await,
        ServerOperation::Terminate => stage.server.terminate(ctx, account).await,
        ServerOperation::Change => match stage.server.change() {
            Some(ability) => {
                ability.change(ctx, account, &new_password(stage)).await.map(|outcome| outcome.map(|_| ()))
            }
            None => Ok(Done(())),
        },
    }
}

fn new_password<F: ServerFixture>(stage: &Stage<'_, F>) -> AccountChange {
    AccountChange::password(stage.fixture.passwords().1)
}

/// The life of an account, with what status says after each step.
const STEPS: [(ServerOperation, AccountState); 4] = [
    (ServerOperation::Create, AccountState::Active),
    (ServerOperation::Suspend, AccountState::Suspended),
    (ServerOperation::Unsuspend, AccountState::Active),
    (ServerOperation::Terminate, AccountState::Absent),
];

/// More calls than any operation should need.
const MOST_CALLS: usize = 20;

/// Loses the answer to each call of each operation in turn.
pub(super) async fn lost_answers<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    for (step, (operation, _)) in STEPS.iter().enumerate() {
        for spared in 0.. {
            ensure!(spared < MOST_CALLS, "{operation:?} makes more than {MOST_CALLS} calls");
            if !lose_one(stage, step, spared).await? {
                ensure!(spared > 0, "{operation:?} succeeded though its first answer was lost");
                break;
            }
        }
    }
    Ok(())
}

/// One operation of which one answer is lost, and its repetition; false if it makes too few calls for that.
async fn lose_one<F: ServerFixture>(stage: &Stage<'_, F>, step: usize, spared: usize) -> Checked<bool> {
    let (bench, account) = (stage.bench().await, stage.account());
    for (earlier, _) in &STEPS[..step] {
        done(&format!("{earlier:?}"), perform(stage, *earlier, &bench.ctx("earlier"), &account).await)?;
    }
    let (operation, wanted) = STEPS[step];
    let ctx = bench.ctx(&format!("{operation:?}"));
    bench.vendor.lose_answer_after(spared).await;
    let lost = bench.seen(perform(stage, operation, &ctx, &account).await);
    let any_lost = lost.is_err();
    if any_lost {
        fails(&format!("{operation:?} whose answer {spared} is lost"), lost, &[ErrorKind::Unknown])?;
        let status = answer("status", bench.seen(stage.server.status(&bench.ctx("status"), &account).await))?;
        // Not yet done may be said, too; but not that there is nothing where something was made.
        let before = step.checked_sub(1).map(|before| STEPS[before].1);
        let honest = status.state == wanted || status.state == AccountState::Unfinished || Some(status.state) == before;
        ensure!(honest, "after {operation:?} without answer {spared}: {:?}", status.state);
        done(&format!("{operation:?} repeated"), perform(stage, operation, &ctx, &account).await)?;
    } else {
        done(&format!("{operation:?}"), lost)?;
    }
    settled(stage, &bench, operation, &account, wanted).await?;
    if matches!(operation, ServerOperation::Create | ServerOperation::Terminate) {
        let effects = bench.vendor.effects(operation).await;
        ensure!(effects == 1, "{operation:?} with a lost answer and a repetition had {effects} effects");
    }
    Ok(any_lost)
}

async fn settled<F: ServerFixture>(
    stage: &Stage<'_, F>,
    bench: &Bench<F::Vendor>,
    operation: ServerOperation,
    account: &Account,
    wanted: AccountState,
) -> Checked {
    let status = answer("status", bench.seen(stage.server.status(&bench.ctx("status"), account).await))?;
    ensure!(status.state == wanted, "after {operation:?}: {:?}, expected {wanted:?}", status.state);
    Ok(())
}

pub(super) async fn late_answer<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let account = stage.account();
    bench.vendor.slow(SLOWNESS).await;
    let late = bench.seen(stage.server.create(&bench.impatient("create", PATIENCE), &account).await);
    fails("create whose answer is late", late, &[ErrorKind::Unknown])?;
    bench.vendor.slow(Duration::ZERO).await;
    let status = answer("status", stage.server.status(&bench.ctx("status"), &account).await)?;
    let honest = matches!(status.state, AccountState::Active | AccountState::Unfinished);
    ensure!(honest, "after a late create: {:?}", status.state);
    done("create repeated", stage.server.create(&bench.ctx("create"), &account).await)?;
    settled(stage, &bench, ServerOperation::Create, &account, AccountState::Active).await?;
    let effects = bench.vendor.effects(ServerOperation::Create).await;
    ensure!(effects == 1, "a late create and its repetition had {effects} effects");
    Ok(())
}

pub(super) async fn down<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    bench.vendor.go_down().await;
    all_temporary(stage, &bench).await
}

pub(super) async fn unavailable<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    bench.vendor.unavailable().await;
    all_temporary(stage, &bench).await
}

async fn all_temporary<F: ServerFixture>(stage: &Stage<'_, F>, bench: &Bench<F::Vendor>) -> Checked {
    let (server, account) = (&stage.server, stage.account());
    let temporary = &[ErrorKind::Temporary];
    for (operation, _) in STEPS {
        let result = bench.seen(perform(stage, operation, &bench.ctx("down"), &account).await);
        fails(&format!("{operation:?}"), result, temporary)?;
    }
    if server.change().is_some_and(|ability| ability.parts().contains(&Part::Password)) {
        let result = bench.seen(perform(stage, ServerOperation::Change, &bench.ctx("down"), &account).await);
        fails("change", result, temporary)?;
    }
    if let Some(ability) = server.usage() {
        let ids = ["conformance".to_owned()];
        fails("usage", bench.seen(ability.usage(&bench.ctx("down"), &ids).await), temporary)?;
    }
    if let Some(ability) = server.inventory() {
        fails("accounts", bench.seen(ability.accounts(&bench.ctx("down"), None).await), temporary)?;
    }
    if let Some(ability) = server.zone() {
        fails("zone", bench.seen(ability.zone(&bench.ctx("down"), &account).await), temporary)?;
    }
    fails("status", bench.seen(server.status(&bench.ctx("down"), &account).await), temporary)?;
    fails("test_connection", bench.seen(server.test_connection(&bench.ctx("down")).await), temporary)
}
