//! Services whose term is over: cancelled to the end of a period, or sold for a fixed time.

use async_trait::async_trait;
use innkeeper_db::dunning;
use innkeeper_domain::ClientId;

use super::switch::switch;
use crate::{
    Result, Tx,
    daily::{Counts, Day, Task},
    effects::Kind,
};

/// The task that ends services.
pub(crate) struct Endings;

#[async_trait]
impl Task for Endings {
    fn key(&self) -> &'static str {
        "endings"
    }
    fn title(&self) -> &'static str {
        "End services whose term is over"
    }
    async fn collect(&self, tx: &mut Tx<'_>, day: &Day) -> Result<u64> {
        Ok(dunning::collect_ended(tx.conn(), self.key(), day.date).await?)
    }
    async fn work(&self, tx: &mut Tx<'_>, day: &Day, clients: &[ClientId]) -> Result<Counts> {
        let services = dunning::ended(tx.conn(), clients, day.date).await?;
        for service in &services {
            switch(tx, service, Kind::ServiceTerminate, "ended").await?;
        }
        Ok(Counts::from([("ended", i64::try_from(services.len()).unwrap_or(i64::MAX))]))
    }
}
