//! Running tasks: a list of clients, workers that take from it, and nobody who stops the others.

use chrono::{Days, NaiveDate};
use innkeeper_db::{daily, locks};
use innkeeper_domain::{ClientId, Permission};
use serde_json::json;

use super::{Counts, Day, TASKS, Task, find};
use crate::{Actor, App, AppError, Result, Tx, calendar};

/// Clients worked for in one transaction.
const BATCH: i64 = 500;
/// Batches under way at a time.
const WORKERS: usize = 2;
/// A node that was away for longer does not make up for the days before.
const DAYS_BACK: u64 = 31;

/// Whether a run is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is.
    Real,
    /// Everything is done, counted and undone.
    Dry,
}

/// Runs a task for a day, again if it ran before: only what is still due is done. `NotFound` if there is no such task.
pub async fn run(app: &App, actor: &Actor, task: &str, date: NaiveDate, mode: Mode) -> Result<Counts> {
    actor.require(Permission::SystemWrite)?;
    let task = find(task).ok_or(AppError::NotFound("task"))?;
    if date > calendar::today(app).await? && mode == Mode::Real {
        return Err(AppError::invalid("date", "must not be in the future"));
    }
    let day = Day::load(app, date).await?;
    match mode {
        Mode::Dry => {
            let mut tx = app.begin(actor).await?;
            in_one(&mut tx, task, &day).await
        }
        Mode::Real => {
            let key = task.key();
            let mut tx = app.begin(actor).await?;
            daily::reopen(tx.conn(), key, date).await?;
            daily::try_parked_again(tx.conn(), key, date).await?;
            tx.audit("task.run", "task", 0, json!({ "task": key, "day": date })).await?;
            tx.commit().await?;
            one(app, task, &day).await
        }
    }
}

/// Runs every task for every day since it last ran, up to today. A task that fails stops no other; the first failure
/// is returned at the end, so that the job is tried again.
pub async fn catch_up(app: &App) -> Result<()> {
    let today = calendar::today(app).await?;
    let mut failed = None;
    for task in TASKS.iter().copied() {
        for date in missed(app, task, today).await? {
            let day = Day::load(app, date).await?;
            if let Err(error) = one(app, task, &day).await {
                tracing::error!(task = task.key(), day = %date, error = ?error, "a daily task failed");
                failed.get_or_insert(error);
                break;
            }
        }
    }
    failed.map_or(Ok(()), Err)
}

async fn missed(app: &App, task: &dyn Task, today: NaiveDate) -> Result<Vec<NaiveDate>> {
    let last = daily::last_done(&mut *app.conn().await?, task.key()).await?;
    let earliest = today.checked_sub_days(Days::new(DAYS_BACK)).unwrap_or(today);
    let first = last.and_then(|day| day.succ_opt()).unwrap_or(today).max(earliest);
    Ok(first.iter_days().take_while(|day| *day <= today).collect())
}

/// One task on one day, to its end.
async fn one(app: &App, task: &dyn Task, day: &Day) -> Result<Counts> {
    let actor = Actor::system("daily");
    let begun = daily::begin(&mut *app.conn().await?, task.key(), day.date, app.now()).await?;
    if !begun {
        return Ok(Counts::new());
    }
    let outcome = to_the_end(app, &actor, task, day).await;
    let error = outcome.as_ref().err().map(|e| format!("{e:?}"));
    daily::end(&mut *app.conn().await?, task.key(), day.date, error.as_deref(), app.now()).await?;
    outcome
}

async fn to_the_end(app: &App, actor: &Actor, task: &dyn Task, day: &Day) -> Result<Counts> {
    let mut counts = Counts::new();
    loop {
        let mut tx = app.begin(actor).await?;
        task.collect(&mut tx, day).await?;
        // What a worker that died had taken is on the list again: only an empty list is the end.
        let left = daily::is_left(tx.conn(), task.key(), day.date).await?;
        tx.commit().await?;
        if !left {
            return Ok(counts);
        }
        let workers = (0..WORKERS).map(|_| drain(app, actor, task, day));
        for done in futures_util::future::try_join_all(workers).await? {
            add(&mut counts, &done);
        }
    }
}

/// Takes from the list until nothing is left that nobody else has taken.
async fn drain(app: &App, actor: &Actor, task: &dyn Task, day: &Day) -> Result<Counts> {
    let mut counts = Counts::new();
    let mut after = ClientId(0);
    loop {
        let mut tx = app.begin(actor).await?;
        let clients = daily::take(tx.conn(), task.key(), day.date, after, BATCH).await?;
        let Some(last) = clients.last().copied() else { return Ok(counts) };
        match batch(tx, task, day, &clients).await {
            Ok(done) => add(&mut counts, &done),
            Err(error) => {
                tracing::warn!(task = task.key(), clients = clients.len(), %error, "a batch failed; its clients one by one");
                for client in clients {
                    add(&mut counts, &alone(app, actor, task, day, client).await?);
                }
            }
        }
        after = last;
    }
}

async fn batch(mut tx: Tx<'_>, task: &dyn Task, day: &Day, clients: &[ClientId]) -> Result<Counts> {
    let counts = work(&mut tx, task, day, clients).await?;
    tx.commit().await?;
    Ok(counts)
}

async fn work(tx: &mut Tx<'_>, task: &dyn Task, day: &Day, clients: &[ClientId]) -> Result<Counts> {
    locks::clients(tx.conn(), clients).await?;
    let counts = task.work(tx, day, clients).await?;
    daily::unpark(tx.conn(), task.key(), clients).await?;
    daily::count(tx.conn(), task.key(), day.date, &json!(counts)).await?;
    Ok(counts)
}

/// One client by itself: if it fails again, it is parked with the reason, and the others go on.
async fn alone(app: &App, actor: &Actor, task: &dyn Task, day: &Day, client: ClientId) -> Result<Counts> {
    let (key, date) = (task.key(), day.date);
    let mut tx = app.begin(actor).await?;
    if !daily::take_one(tx.conn(), key, date, client).await? {
        return Ok(Counts::new());
    }
    let error = match batch(tx, task, day, &[client]).await {
        Ok(counts) => return Ok(counts),
        Err(error) => error,
    };
    let mut tx = app.begin(actor).await?;
    if !daily::take_one(tx.conn(), key, date, client).await? {
        return Ok(Counts::new());
    }
    let counts = Counts::from([("parked", 1)]);
    daily::park(tx.conn(), key, client, &error.to_string(), date).await?;
    daily::count(tx.conn(), key, date, &json!(counts)).await?;
    tx.commit().await?;
    Ok(counts)
}

/// One task on one day in the caller's transaction, which nobody commits.
pub(crate) async fn in_one(tx: &mut Tx<'_>, task: &dyn Task, day: &Day) -> Result<Counts> {
    let mut counts = Counts::new();
    while task.collect(tx, day).await? > 0 {
        loop {
            let clients = daily::take(tx.conn(), task.key(), day.date, ClientId(0), BATCH).await?;
            if clients.is_empty() {
                break;
            }
            add(&mut counts, &work(tx, task, day, &clients).await?);
        }
    }
    Ok(counts)
}

fn add(sum: &mut Counts, more: &Counts) {
    for (name, n) in more {
        *sum.entry(name).or_default() += n;
    }
}
