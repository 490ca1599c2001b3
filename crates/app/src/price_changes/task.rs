//! The daily task: first the clients are told, later they pay.

use async_trait::async_trait;
use chrono::NaiveDate;
use innkeeper_db::{
    option_prices,
    price_changes::{self as db, Untold},
};
use innkeeper_domain::ClientId;

use super::apply;
use crate::{
    Result, Tx,
    daily::{Counts, Day, Task},
    mailer,
};

/// The task that tells of new prices and charges them.
pub(crate) struct PriceChanges;

#[async_trait]
impl Task for PriceChanges {
    fn key(&self) -> &'static str {
        "prices"
    }
    fn title(&self) -> &'static str {
        "Tell of new prices, and charge them"
    }
    async fn collect(&self, tx: &mut Tx<'_>, day: &Day) -> Result<u64> {
        Ok(db::collect(tx.conn(), self.key(), day.date).await?)
    }
    async fn work(&self, tx: &mut Tx<'_>, _day: &Day, clients: &[ClientId]) -> Result<Counts> {
        let now = tx.now();
        let mut untold = db::tell(tx.conn(), clients, now).await?;
        untold.extend(option_prices::tell(tx.conn(), clients, now).await?);
        for service in &untold {
            mailer::price_changed(tx, service, starts_on(service)).await?;
        }
        let changed = apply(tx.conn(), clients).await?;
        let told = i64::try_from(untold.len()).unwrap_or(i64::MAX);
        Ok(Counts::from([("told", told), ("changed", i64::try_from(changed).unwrap_or(i64::MAX))]))
    }
}

/// The first day of the first period that has the new price.
fn starts_on(service: &Untold) -> NaiveDate {
    let earliest = service.takes_effect.max(service.billed_through);
    let starts = (0..).map_while(|n| service.cycle.start_of(service.anchor, n));
    starts.into_iter().find(|start| *start >= earliest).unwrap_or(earliest)
}
