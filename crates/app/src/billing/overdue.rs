//! What unpaid invoices do to services: first they are suspended, later terminated.

use async_trait::async_trait;
use innkeeper_db::dunning::{self, Overdue};
use innkeeper_domain::ClientId;

use super::switch::{OVERDUE, switch};
use crate::{
    Result, Tx,
    daily::{Counts, Day, Task},
    effects::Kind,
};

/// The task that suspends.
pub(crate) struct Suspensions;
/// The task that terminates what is suspended for too long.
pub(crate) struct Terminations;

#[async_trait]
impl Task for Suspensions {
    fn key(&self) -> &'static str {
        "suspensions"
    }
    fn title(&self) -> &'static str {
        "Suspend overdue services"
    }
    async fn collect(&self, tx: &mut Tx<'_>, day: &Day) -> Result<u64> {
        Ok(dunning::collect_overdue(tx.conn(), self.key(), of(day, "active", day.rules.suspend_after)).await?)
    }
    async fn work(&self, tx: &mut Tx<'_>, day: &Day, clients: &[ClientId]) -> Result<Counts> {
        let overdue = of(day, "active", day.rules.suspend_after);
        act(tx, overdue, clients, Kind::ServiceSuspend, "suspended").await
    }
}

#[async_trait]
impl Task for Terminations {
    fn key(&self) -> &'static str {
        "terminations"
    }
    fn title(&self) -> &'static str {
        "Terminate suspended services"
    }
    async fn collect(&self, tx: &mut Tx<'_>, day: &Day) -> Result<u64> {
        Ok(dunning::collect_overdue(tx.conn(), self.key(), of(day, "suspended", day.rules.terminate_after)).await?)
    }
    async fn work(&self, tx: &mut Tx<'_>, day: &Day, clients: &[ClientId]) -> Result<Counts> {
        let overdue = of(day, "suspended", day.rules.terminate_after);
        act(tx, overdue, clients, Kind::ServiceTerminate, "terminated").await
    }
}

fn of(day: &Day, state: &'static str, after: Option<u16>) -> Overdue<'static> {
    Overdue { state, days: after.map_or(-1, i32::from), day: day.date }
}

async fn act(
    tx: &mut Tx<'_>,
    overdue: Overdue<'_>,
    clients: &[ClientId],
    kind: Kind,
    done: &'static str,
) -> Result<Counts> {
    let services = dunning::overdue(tx.conn(), Some(clients), overdue).await?;
    for service in &services {
        switch(tx, service, kind, OVERDUE).await?;
    }
    Ok(Counts::from([(done, i64::try_from(services.len()).unwrap_or(i64::MAX))]))
}
