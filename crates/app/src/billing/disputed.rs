//! Services whose payment the payer's bank took back.

use innkeeper_db::disputes;
use innkeeper_domain::DisputeId;

use super::switch::switch;
use crate::{Result, Tx, effects::Kind};

/// The reason of such a suspension. Payment lifts it; nothing is terminated for it by itself.
const DISPUTED: &str = "disputed";

/// Suspends the services on the invoices of a dispute, but for those on which something is under way.
pub(crate) async fn suspend_disputed(tx: &mut Tx<'_>, id: DisputeId) -> Result<()> {
    for service in disputes::services(tx.conn(), id).await? {
        switch(tx, &service, Kind::ServiceSuspend, DISPUTED).await?;
    }
    Ok(())
}
