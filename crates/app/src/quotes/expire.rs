//! Quotes that nobody accepted in time.

use async_trait::async_trait;
use innkeeper_db::quotes as db;
use innkeeper_domain::{ClientId, QuoteId, state::QuoteState};
use innkeeper_hooks::payloads::QuoteStatusChanged;

use crate::{
    Result, Tx,
    daily::{Counts, Day, Task},
};

/// Ends what was sent and not accepted, on the day after its last one.
pub(crate) struct Quotes;

#[async_trait]
impl Task for Quotes {
    fn key(&self) -> &'static str {
        "quotes"
    }
    fn title(&self) -> &'static str {
        "End quotes that nobody accepted in time"
    }
    async fn collect(&self, tx: &mut Tx<'_>, day: &Day) -> Result<u64> {
        // Whoever is no client has no place on the list, and nothing but the row to be locked.
        let ended = db::expire_for_prospects(tx.conn(), day.date).await?;
        tell(tx, ended.into_iter().map(|id| (id, None))).await?;
        Ok(db::collect(tx.conn(), self.key(), day.date).await?)
    }
    async fn work(&self, tx: &mut Tx<'_>, day: &Day, clients: &[ClientId]) -> Result<Counts> {
        let ended = db::expire(tx.conn(), clients, day.date).await?;
        let count = i64::try_from(ended.len()).unwrap_or(i64::MAX);
        tell(tx, ended.into_iter().map(|(id, client)| (id, Some(client)))).await?;
        Ok(Counts::from([("expired", count)]))
    }
}

async fn tell(tx: &mut Tx<'_>, ended: impl Iterator<Item = (QuoteId, Option<ClientId>)>) -> Result<()> {
    let state = || QuoteState::Expired.as_str().to_owned();
    let told: Vec<_> =
        ended.map(|(quote_id, client_id)| QuoteStatusChanged { quote_id, client_id, state: state() }).collect();
    tx.emit_all(&told).await?;
    Ok(())
}
