//! Figures of the business for the dashboard. Each statement reads an index over the days asked for.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::Currency;
use sqlx::{PgConnection, Result};

use crate::Text;

/// Money received on a day, in minor units.
#[derive(Clone, Debug)]
pub struct IncomeRow {
    pub day: NaiveDate,
    pub currency: Text<Currency>,
    pub amount: i64,
}

/// Orders of a day.
#[derive(Clone, Debug)]
pub struct OrdersRow {
    pub day: NaiveDate,
    pub orders: i64,
}

/// Unpaid invoices of a currency, in minor units still owed.
#[derive(Clone, Debug)]
pub struct DueRow {
    pub currency: Text<Currency>,
    pub due: i64,
    pub due_count: i64,
    pub overdue: i64,
    pub overdue_count: i64,
}

/// How many things are in a state.
#[derive(Clone, Debug)]
pub struct StateCount {
    pub state: String,
    pub count: i64,
}

/// Payments received from `from` on, per day and currency.
pub async fn income(conn: &mut PgConnection, from: NaiveDate) -> Result<Vec<IncomeRow>> {
    sqlx::query_as!(
        IncomeRow,
        r#"SELECT received_on AS day, currency AS "currency: _", sum(amount)::bigint AS "amount!"
           FROM payment WHERE received_on >= $1 GROUP BY received_on, currency ORDER BY received_on, currency"#,
        from
    )
    .fetch_all(conn)
    .await
}

/// Orders placed since `from`, per day of the zone; days without one are left out.
pub async fn orders(conn: &mut PgConnection, from: DateTime<Utc>, zone: &str) -> Result<Vec<OrdersRow>> {
    sqlx::query_as!(
        OrdersRow,
        r#"SELECT (created_at AT TIME ZONE $2)::date AS "day!", count(*) AS "orders!"
           FROM sales_order WHERE created_at >= $1 GROUP BY 1 ORDER BY 1"#,
        from,
        zone
    )
    .fetch_all(conn)
    .await
}

/// What is still owed on unpaid invoices, and what of it is overdue on `today`.
pub async fn due(conn: &mut PgConnection, today: NaiveDate) -> Result<Vec<DueRow>> {
    sqlx::query_as!(
        DueRow,
        r#"SELECT i.currency AS "currency: _", sum(i.total - coalesce(a.paid, 0))::bigint AS "due!", count(*) AS "due_count!",
                  coalesce(sum(i.total - coalesce(a.paid, 0)) FILTER (WHERE i.due_on < $1), 0)::bigint AS "overdue!",
                  count(*) FILTER (WHERE i.due_on < $1) AS "overdue_count!"
           FROM invoice i LEFT JOIN LATERAL (SELECT sum(amount) AS paid FROM allocation WHERE invoice_id = i.id) a ON true
           WHERE i.state = 'unpaid' GROUP BY i.currency ORDER BY i.currency"#,
        today
    )
    .fetch_all(conn)
    .await
}

/// Services by state.
pub async fn services(conn: &mut PgConnection) -> Result<Vec<StateCount>> {
    sqlx::query_as!(
        StateCount,
        r#"SELECT state, count(*) AS "count!" FROM service GROUP BY state ORDER BY count(*) DESC, state"#
    )
    .fetch_all(conn)
    .await
}

/// Clients, and orders that wait.
pub async fn clients_and_pending_orders(conn: &mut PgConnection) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM client WHERE state = 'active') AS "clients!",
                  (SELECT count(*) FROM sales_order WHERE state = 'pending') AS "orders!""#
    )
    .fetch_one(conn)
    .await?;
    Ok((row.clients, row.orders))
}
