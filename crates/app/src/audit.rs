//! Who did what; and the self-audit: the invariants, asked on demand and every night.

use innkeeper_domain::Permission;

pub use innkeeper_db::audit::{AuditFilter, AuditRow, Violation};

use crate::{Actor, App, Result};

/// The audit log, newest first. Needs `system:read`.
pub async fn log(app: &App, actor: &Actor, filter: &AuditFilter) -> Result<Vec<AuditRow>> {
    actor.require(Permission::SystemRead)?;
    let filter = AuditFilter { limit: filter.limit.clamp(1, 500), ..filter.clone() };
    Ok(innkeeper_db::audit::list(&mut *app.conn().await?, &filter).await?)
}

/// Every broken rule. Empty is well.
pub async fn violations(app: &App, actor: &Actor) -> Result<Vec<Violation>> {
    actor.require(Permission::SystemRead)?;
    Ok(innkeeper_db::audit::violations(&mut *app.conn().await?).await?)
}

/// Seals what was audited since the last time into the hash chain.
pub(crate) async fn seal(app: &App) -> Result<()> {
    let mut tx = app.pool.begin().await?;
    innkeeper_db::audit::seal(&mut tx, 5000).await?;
    tx.commit().await?;
    Ok(())
}

/// The nightly self-audit: broken rules go to the log, loudly.
pub(crate) async fn report(app: &App) -> Result<()> {
    for violation in innkeeper_db::audit::violations(&mut *app.conn().await?).await? {
        tracing::error!(rule = violation.rule, detail = violation.detail, "an invariant is broken");
    }
    Ok(())
}
