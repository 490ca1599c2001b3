//! Paused services that go on by themselves.

use async_trait::async_trait;
use innkeeper_db::pauses;
use innkeeper_domain::ClientId;

use crate::{
    Result, Tx,
    daily::{Counts, Day, Task},
    services::resume_in,
};

/// The task that lets them go on.
pub(crate) struct Resumptions;

#[async_trait]
impl Task for Resumptions {
    fn key(&self) -> &'static str {
        "resumptions"
    }
    fn title(&self) -> &'static str {
        "Let paused services go on"
    }
    async fn collect(&self, tx: &mut Tx<'_>, day: &Day) -> Result<u64> {
        Ok(pauses::collect(tx.conn(), self.key(), day.date).await?)
    }
    async fn work(&self, tx: &mut Tx<'_>, day: &Day, clients: &[ClientId]) -> Result<Counts> {
        let services = pauses::over(tx.conn(), clients, day.date).await?;
        for service in &services {
            resume_in(tx, service, day.date).await?;
        }
        Ok(Counts::from([("resumed", i64::try_from(services.len()).unwrap_or(i64::MAX))]))
    }
}
