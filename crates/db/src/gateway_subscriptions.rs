//! Subscriptions of gateways, and the services that they pay for.

use chrono::{DateTime, Utc};
use innkeeper_domain::{InvoiceId, ServiceId};
use sqlx::{PgConnection, Result};

/// A subscription that pays for a service.
#[derive(Clone, Debug)]
pub struct SubscriptionRow {
    pub gateway: String,
    pub remote_id: String,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// Those of a service, newest first.
pub async fn of_service(conn: &mut PgConnection, service: ServiceId) -> Result<Vec<SubscriptionRow>> {
    sqlx::query_as!(
        SubscriptionRow,
        "SELECT gateway, remote_id, created_at, ended_at FROM gateway_subscription
         WHERE service_id = $1 ORDER BY created_at DESC, remote_id",
        service.get()
    )
    .fetch_all(conn)
    .await
}

/// Notes that one has ended, for all that it paid for. Ended before: nothing changes.
pub async fn ended(conn: &mut PgConnection, gateway: &str, remote_id: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE gateway_subscription SET ended_at = $3 WHERE gateway = $1 AND remote_id = $2 AND ended_at IS NULL",
        gateway,
        remote_id,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps the subscription with the services that the invoice bills.
pub async fn keep(conn: &mut PgConnection, gateway: &str, subscription: &str, invoice: InvoiceId) -> Result<()> {
    sqlx::query!(
        "INSERT INTO gateway_subscription (gateway, remote_id, service_id)
         SELECT DISTINCT $1, $2, service_id FROM invoice_line
         WHERE invoice_id = $3 AND service_id IS NOT NULL AND kind = 'recurring' AND NOT voided
         ON CONFLICT DO NOTHING",
        gateway,
        subscription,
        invoice.get()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The oldest unpaid invoice of what a subscription pays for.
pub async fn invoice_of(conn: &mut PgConnection, gateway: &str, subscription: &str) -> Result<Option<InvoiceId>> {
    let found = sqlx::query_scalar!(
        "SELECT i.id FROM gateway_subscription s
         JOIN invoice_line l ON l.service_id = s.service_id AND NOT l.voided
         JOIN invoice i ON i.id = l.invoice_id AND i.state = 'unpaid'
         WHERE s.gateway = $1 AND s.remote_id = $2 ORDER BY i.due_on, i.id LIMIT 1",
        gateway,
        subscription
    )
    .fetch_optional(conn)
    .await?;
    Ok(found.map(InvoiceId))
}
