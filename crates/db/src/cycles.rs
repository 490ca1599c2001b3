//! Billing cycles.

use innkeeper_domain::{BillingCycle, CycleId, TimeUnit};
use sqlx::{PgConnection, Result};

use crate::Text;

/// A billing cycle with its name.
#[derive(Clone, Debug)]
pub struct CycleRow {
    pub id: CycleId,
    pub name: String,
    pub cycle: Text<BillingCycle>,
    /// Days before a period when its invoice is made; none: as the settings say.
    pub invoice_days: Option<i32>,
}

/// All, shortest first; free and one time before the rest.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<CycleRow>> {
    sqlx::query_as!(
        CycleRow,
        r#"SELECT id, name, term AS "cycle: _", invoice_days FROM billing_cycle
           ORDER BY kind = 'recurring', kind, make_interval(
               days => CASE unit WHEN 'day' THEN count WHEN 'week' THEN 7 * count ELSE 0 END,
               months => CASE unit WHEN 'month' THEN count WHEN 'year' THEN 12 * count ELSE 0 END), id"#
    )
    .fetch_all(conn)
    .await
}

/// Adds a recurring cycle.
pub async fn insert(conn: &mut PgConnection, name: &str, count: u16, unit: TimeUnit) -> Result<CycleId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO billing_cycle (name, kind, count, unit) VALUES ($1, 'recurring', $2, $3) RETURNING id",
        name,
        i32::from(count),
        unit.as_str()
    )
    .fetch_one(conn)
    .await?;
    Ok(CycleId(id))
}
