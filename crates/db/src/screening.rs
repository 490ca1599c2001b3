//! What plugins said of orders before they were fulfilled.

use chrono::{DateTime, Utc};
use innkeeper_domain::{ClientId, OrderId};
use serde_json::Value;
use sqlx::{PgConnection, Result};

/// What one plugin said.
#[derive(Clone, Debug)]
pub struct ScreeningRow {
    pub plugin_id: String,
    pub risk: Option<String>,
    pub score: i16,
    pub reasons: Value,
    pub error: Option<String>,
    pub screened_at: DateTime<Utc>,
}

/// What a screening needs to know of an order.
#[derive(Clone, Debug)]
pub struct ScreenedOrder {
    pub client_id: ClientId,
    pub screening: String,
    pub state: String,
    pub ip: String,
    pub domains: Vec<String>,
}

/// The order, if there is one.
pub async fn order(conn: &mut PgConnection, id: OrderId) -> Result<Option<ScreenedOrder>> {
    sqlx::query_as!(
        ScreenedOrder,
        r#"SELECT client_id, screening, state, ip,
                  ARRAY(SELECT name FROM domain d WHERE d.order_id = o.id ORDER BY d.id) AS "domains!"
           FROM sales_order o WHERE id = $1"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// How far the screening of an order is.
pub async fn state(conn: &mut PgConnection, id: OrderId) -> Result<Option<String>> {
    sqlx::query_scalar!("SELECT screening FROM sales_order WHERE id = $1", id.get()).fetch_optional(conn).await
}

/// Moves it on.
pub async fn set_state(conn: &mut PgConnection, id: OrderId, screening: &str) -> Result<()> {
    sqlx::query!("UPDATE sales_order SET screening = $2 WHERE id = $1", id.get(), screening).execute(conn).await?;
    Ok(())
}

/// Keeps what a plugin said.
pub async fn put(conn: &mut PgConnection, id: OrderId, row: &ScreeningRow) -> Result<()> {
    sqlx::query!(
        "INSERT INTO order_screening (order_id, plugin_id, risk, score, reasons, error, screened_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (order_id, plugin_id) DO UPDATE SET risk = excluded.risk, score = excluded.score,
             reasons = excluded.reasons, error = excluded.error, screened_at = excluded.screened_at",
        id.get(),
        row.plugin_id,
        row.risk,
        row.score,
        row.reasons,
        row.error,
        row.screened_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What plugins said of an order, the worst first.
pub async fn of_order(conn: &mut PgConnection, id: OrderId) -> Result<Vec<ScreeningRow>> {
    sqlx::query_as!(
        ScreeningRow,
        "SELECT plugin_id, risk, score, reasons, error, screened_at FROM order_screening WHERE order_id = $1
         ORDER BY CASE risk WHEN 'reject' THEN 0 WHEN 'review' THEN 1 WHEN 'accept' THEN 3 ELSE 2 END, score DESC, plugin_id",
        id.get()
    )
    .fetch_all(conn)
    .await
}
