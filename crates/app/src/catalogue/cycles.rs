//! Billing cycles.

use innkeeper_db::cycles::{self, CycleRow};
use innkeeper_domain::{BillingCycle, CycleId, Permission, TimeUnit};
use serde::Deserialize;
use serde_json::json;

use super::groups::taken;
use crate::{Actor, App, AppError, Checks, Result};

/// A recurring cycle to be added.
#[derive(Clone, Debug, Deserialize)]
pub struct NewCycle {
    /// Shown to clients: `Every 2 months`.
    pub name: String,
    /// How many units, 1 to 120.
    pub count: u16,
    /// Which unit.
    pub unit: TimeUnit,
}

/// All cycles: free and one time, then the shortest first.
pub async fn list_cycles(app: &App, actor: &Actor) -> Result<Vec<CycleRow>> {
    actor.require(Permission::CatalogueRead)?;
    Ok(cycles::all(&mut *app.conn().await?).await?)
}

/// A billing cycle as code written for Clientexec before 6.2 keeps it: by its length, not by an id.
#[derive(Clone, Copy, Debug, Default)]
pub struct OldCycle {
    /// Of products, add-ons and recurring fees: months; 0 is once.
    pub months: Option<u32>,
    /// Of domains: years.
    pub years: Option<u32>,
}

/// The cycle that such a value means here; `Invalid` unless it is one of both. Of two of one length the one whose id is its months, as those are that the
/// program comes with; else the older one.
pub async fn cycle_of(app: &App, actor: &Actor, old: OldCycle) -> Result<CycleRow> {
    let all = list_cycles(app, actor).await?;
    let months = match (old.months, old.years) {
        (Some(months), None) => months,
        (None, Some(years)) => years.saturating_mul(12),
        _ => return Err(AppError::invalid("months", "must be given, or years, and not both")),
    };
    let is_meant = |row: &CycleRow| match *row.cycle {
        BillingCycle::OneTime => old.months == Some(0),
        cycle => months > 0 && cycle.months() == Some(months),
    };
    let found = all.into_iter().filter(is_meant).min_by_key(|row| (row.id.get() != i64::from(months), row.id));
    found.ok_or(AppError::NotFound("billing cycle"))
}

/// Adds a recurring cycle. One that services use never changes, so there is no update.
pub async fn create_cycle(app: &App, actor: &Actor, new: NewCycle) -> Result<CycleId> {
    actor.require(Permission::CatalogueWrite)?;
    let mut checks = Checks::default();
    checks.text("name", &new.name, 60, true);
    checks.require((1..=120).contains(&new.count), "count", "must be from 1 to 120");
    checks.finish()?;
    let mut tx = app.begin(actor).await?;
    let id = cycles::insert(tx.conn(), new.name.trim(), new.count, new.unit)
        .await
        .map_err(|e| taken(e, "billing_cycle_name_key", "name", "is the name of another cycle"))?;
    let detail = json!({ "name": new.name, "count": new.count, "unit": new.unit });
    tx.audit("cycle.create", "billing_cycle", id, detail).await?;
    tx.commit().await?;
    Ok(id)
}
