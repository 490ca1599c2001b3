//! What is done once a day for every client that needs it: invoices, reminders, charges, suspensions … Each task is a
//! list of clients and what to do for them, a few hundred at a time, each time in one transaction.
//!
//! *How to add a task*: a type that is a [`Task`], in the folder of its area; a row in [`TASKS`].

mod run;
mod status;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use chrono::NaiveDate;
use innkeeper_domain::ClientId;
use std::collections::BTreeMap;

use crate::{App, Result, Tx, billing, plan_changes, price_changes, quotes, settings, usage};

pub use run::{Mode, catch_up, run};
pub use status::{Status, TaskStatus, status};

/// What a task did, by name: `("invoices", 12)`.
pub type Counts = BTreeMap<&'static str, i64>;

/// A day, and the rules that hold on it.
pub(crate) struct Day {
    pub date: NaiveDate,
    pub rules: settings::Billing,
}

impl Day {
    pub(crate) async fn load(app: &App, date: NaiveDate) -> Result<Self> {
        Ok(Self { date, rules: settings::billing(app).await? })
    }
}

/// Work done for many clients on a day. It may be cut off anywhere and started again: what it has done is no longer due.
#[async_trait]
pub(crate) trait Task: Send + Sync {
    /// Its name in the database and on the command line: `invoices`.
    fn key(&self) -> &'static str;
    /// What people read.
    fn title(&self) -> &'static str;
    /// Notes the clients for whom something is due as work of this task; how many are new.
    async fn collect(&self, tx: &mut Tx<'_>, day: &Day) -> Result<u64>;
    /// Does all that is due for these clients, whose locks the transaction holds. An error undoes all of it.
    async fn work(&self, tx: &mut Tx<'_>, day: &Day, clients: &[ClientId]) -> Result<Counts>;
}

/// In the order in which they run on a day: plans and prices change, pauses end and what was used is reckoned before their next period is invoiced, money comes before what its lack costs.
pub(crate) static TASKS: &[&dyn Task] = &[
    &plan_changes::PlanChanges,
    &price_changes::PriceChanges,
    &billing::Resumptions,
    &usage::UsageMonths,
    &billing::Invoices,
    &billing::DomainRenewals,
    &billing::Charges,
    &billing::Reminders,
    &billing::LateFees,
    &billing::Endings,
    &billing::Suspensions,
    &billing::Terminations,
    &quotes::Quotes,
];

/// Every task, with its name and what people read, in the order in which they run.
pub fn tasks() -> impl Iterator<Item = (&'static str, &'static str)> {
    TASKS.iter().map(|task| (task.key(), task.title()))
}

pub(crate) fn find(key: &str) -> Option<&'static dyn Task> {
    TASKS.iter().copied().find(|task| task.key() == key)
}
