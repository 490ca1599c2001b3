//! Billing cycles.

use innkeeper_domain::{BillingCycle, CycleId, TimeUnit};
use sqlx::{PgConnection, Result};

use crate::Text;

/// A billing cycle with its name.
#[derive(Clone, Debug)]
pub struct CycleRow {
    pub id: CycleId,
    pub name: String,
    pub cycle: BillingCycle,
}

/// The cycle of the columns `kind`, `count` and `unit`, which the schema keeps consistent.
pub(crate) fn cycle(kind: &str, count: Option<i32>, unit: Option<Text<TimeUnit>>) -> BillingCycle {
    match (kind, count.and_then(|c| u16::try_from(c).ok()), unit) {
        ("recurring", Some(count), Some(Text(unit))) => BillingCycle::Every { count, unit },
        ("free", ..) => BillingCycle::Free,
        _ => BillingCycle::OneTime,
    }
}

/// All, shortest first; free and one time before the rest.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<CycleRow>> {
    let rows = sqlx::query!(
        r#"SELECT id, name, kind, count, unit AS "unit: Text<TimeUnit>" FROM billing_cycle
           ORDER BY kind = 'recurring', kind, make_interval(
               days => CASE unit WHEN 'day' THEN count WHEN 'week' THEN 7 * count ELSE 0 END,
               months => CASE unit WHEN 'month' THEN count WHEN 'year' THEN 12 * count ELSE 0 END), id"#
    )
    .fetch_all(conn)
    .await?;
    let row = |r: (i64, String, BillingCycle)| CycleRow { id: CycleId(r.0), name: r.1, cycle: r.2 };
    Ok(rows.into_iter().map(|r| row((r.id, r.name, cycle(&r.kind, r.count, r.unit)))).collect())
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
