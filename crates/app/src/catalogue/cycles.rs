//! Billing cycles.

use innkeeper_db::cycles::{self, CycleRow};
use innkeeper_domain::{CycleId, Permission, TimeUnit};
use serde::Deserialize;
use serde_json::json;

use super::groups::taken;
use crate::{Actor, App, Checks, Result};

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
