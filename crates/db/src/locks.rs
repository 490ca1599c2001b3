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

/// The same for many clients, in one order for everybody.
pub async fn clients(conn: &mut PgConnection, clients: &[ClientId]) -> Result<()> {
    let mut ids: Vec<i64> = clients.iter().map(|c| c.get()).collect();
    ids.sort_unstable();
    ids.dedup();
    sqlx::query!(
        "SELECT pg_advisory_xact_lock(hashtextextended('client:' || id::text, 0)) FROM unnest($1::bigint[]) AS id",
        &ids
    )
    .execute(conn)
    .await?;
    Ok(())
}
