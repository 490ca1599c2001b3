//! Whether the database is there.

use sqlx::{PgConnection, Result};

/// Does it take writes? A standby, or one that was closed for maintenance, does not.
pub async fn writable(conn: &mut PgConnection) -> Result<bool> {
    sqlx::query_scalar!(
        "SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off' AS \"writable!\""
    )
    .fetch_one(conn)
    .await
}
