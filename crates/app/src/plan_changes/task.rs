//! Every day: changes whose day has come are made, and those that nobody paid for are taken back.

use async_trait::async_trait;
use chrono::{Days, NaiveDate};
use innkeeper_db::plan_changes as db;
use innkeeper_domain::{ClientId, InvoiceId, state::ServiceState};

use super::{apply, order::open};
use crate::{
    AppError, Result, Tx,
    daily::{Counts, Day, Task},
    invoices::void_in,
};

/// Days after which a change that nobody paid for is taken back.
const PATIENCE: u64 = 7;

/// The task that makes changes.
pub(crate) struct PlanChanges;

#[async_trait]
impl Task for PlanChanges {
    fn key(&self) -> &'static str {
        "plan_changes"
    }
    fn title(&self) -> &'static str {
        "Change plans"
    }
    async fn collect(&self, tx: &mut Tx<'_>, day: &Day) -> Result<u64> {
        Ok(db::collect(tx.conn(), self.key(), day.date, waiting_since(day.date)).await?)
    }
    async fn work(&self, tx: &mut Tx<'_>, day: &Day, clients: &[ClientId]) -> Result<Counts> {
        let (mut made, mut taken_back) = (0, 0);
        for id in db::due(tx.conn(), clients, day.date, waiting_since(day.date)).await? {
            let terms = db::terms(tx.conn(), None, id).await?.ok_or(AppError::NotFound("service"))?;
            let Some(change) = open(tx, id).await? else { continue };
            match change.invoice_id.filter(|_| change.state == "waiting") {
                Some(invoice) => {
                    void_in(tx, InvoiceId(invoice)).await?;
                    taken_back += 1;
                }
                None if terms.state.0 == ServiceState::Terminated => {
                    apply::withdraw(tx, &change).await?;
                    taken_back += 1;
                }
                None => {
                    apply::make(tx, &change).await?;
                    made += 1;
                }
            }
        }
        Ok(Counts::from([("changed", made), ("taken back", taken_back)]))
    }
}

fn waiting_since(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(PATIENCE)).unwrap_or(day)
}
