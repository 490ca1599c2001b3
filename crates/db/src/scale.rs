//! Filling a business of a given size, for benchmarks: set by set, in one transaction.
//!
//! Triggers and foreign keys are off while it fills (they look at every row), so each statement has
//! to keep the rules by itself; `violations()` says whether they did.

use sqlx::{PgConnection, Result, raw_sql};

/// In this order: each reads what those before it left in temporary tables.
const STEPS: [&str; 5] = [
    include_str!("scale/clients.sql"),
    include_str!("scale/sales.sql"),
    include_str!("scale/billing.sql"),
    include_str!("scale/ledger.sql"),
    include_str!("scale/events.sql"),
];

/// What the statements cannot know.
pub struct Scale<'a> {
    /// How many clients to add.
    pub clients: u32,
    /// Stored password of every login.
    pub password_hash: &'a str,
    /// Id of the gateway that took the payments.
    pub gateway: &'a str,
    /// Names of the events.
    pub client_created: &'a str,
    pub invoice_created: &'a str,
    pub invoice_paid: &'a str,
    pub order_accepted: &'a str,
}

/// Adds clients with services, domains, orders, invoices, payments, ledger, effects and events, sold
/// from the catalogue that is there. The caller's transaction; its role must be a superuser.
pub async fn fill(conn: &mut PgConnection, scale: &Scale<'_>) -> Result<()> {
    raw_sql(
        "SET LOCAL session_replication_role = replica; SET LOCAL work_mem = '128MB'; SET LOCAL temp_buffers = '64MB'",
    )
    .execute(&mut *conn)
    .await?;
    let clients = scale.clients.to_string();
    for (key, value) in [
        ("clients", clients.as_str()),
        ("password_hash", scale.password_hash),
        ("gateway", scale.gateway),
        ("client_created", scale.client_created),
        ("invoice_created", scale.invoice_created),
        ("invoice_paid", scale.invoice_paid),
        ("order_accepted", scale.order_accepted),
    ] {
        let name = format!("scale.{key}");
        sqlx::query!("SELECT set_config($1, $2, true)", name, value).fetch_one(&mut *conn).await?;
    }
    for step in STEPS {
        raw_sql(step).execute(&mut *conn).await?;
    }
    raw_sql("SET LOCAL session_replication_role = origin").execute(conn).await?;
    Ok(())
}

/// Tells the planner what there is now. Not in a transaction with [`fill`]: it would not see it all.
pub async fn analyze(conn: &mut PgConnection) -> Result<()> {
    raw_sql("ANALYZE").execute(conn).await?;
    Ok(())
}
