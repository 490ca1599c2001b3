//! Locks that last until the transaction ends.

use innkeeper_domain::ClientId;
use sqlx::{PgConnection, Result};

/// Waits for the lock of a client: everything that touches its balance holds it.
pub async fn client(conn: &mut PgConnection, client: ClientId) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('client:' || $1::bigint::text, 0))", client.get())
        .execute(conn)
        .await?;
    Ok(())
}
