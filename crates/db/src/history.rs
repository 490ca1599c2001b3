//! Dates of what happened before it was written down: for a past that is made up, such as the demo's.

use chrono::{DateTime, Utc};
use innkeeper_domain::OrderId;
use sqlx::{PgConnection, Result};

/// Moves an order and what came of it to when it was placed and, if it was, paid.
pub async fn date_order(
    conn: &mut PgConnection,
    order: OrderId,
    placed: DateTime<Utc>,
    paid: Option<DateTime<Utc>>,
) -> Result<()> {
    let paid = paid.unwrap_or(placed);
    sqlx::query!(
        "WITH o AS (UPDATE sales_order SET created_at = $2::timestamptz, accepted_at = CASE WHEN accepted_at IS NOT NULL THEN $3::timestamptz END WHERE id = $1),
              s AS (UPDATE service SET created_at = $2::timestamptz, activated_at = CASE WHEN activated_at IS NOT NULL THEN $3::timestamptz END WHERE order_id = $1),
              d AS (UPDATE domain SET created_at = $2::timestamptz, activated_at = CASE WHEN activated_at IS NOT NULL THEN $3::timestamptz END WHERE order_id = $1),
              p AS (UPDATE payment SET created_at = $3::timestamptz WHERE id IN (
                        SELECT a.payment_id FROM allocation a JOIN invoice i ON i.id = a.invoice_id WHERE i.order_id = $1))
         UPDATE invoice SET created_at = $2::timestamptz WHERE order_id = $1",
        order.get(),
        placed,
        paid
    )
    .execute(conn)
    .await?;
    Ok(())
}
