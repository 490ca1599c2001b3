//! Numbers that say whether the machine runs.

use innkeeper_db::metrics::{self as db, MetricsRow};
use innkeeper_domain::Permission;
use std::collections::BTreeMap;

use crate::{Actor, App, Result, audit};

/// How the machine stands.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// Cheap numbers.
    pub row: MetricsRow,
    /// Transient events this node dropped since it started: their listeners were too slow.
    pub dropped_signals: u64,
    /// What reads whole tables, if asked for.
    pub thorough: Option<Thorough>,
}

/// Numbers of the self-audit.
#[derive(Clone, Debug)]
pub struct Thorough {
    /// Broken rules and how often each is broken. Empty is well.
    pub violations: BTreeMap<String, u64>,
    /// What the ledger is off by, in minor units summed over the currencies. 0 is well.
    pub ledger_imbalance: i64,
}

/// The numbers; `thorough` adds those that read whole tables.
pub async fn metrics(app: &App, actor: &Actor, thorough: bool) -> Result<Metrics> {
    actor.require(Permission::SystemRead)?;
    let row = db::read(&mut *app.conn().await?).await?;
    let dropped_signals = app.signals.all_dropped();
    if !thorough {
        return Ok(Metrics { row, dropped_signals, thorough: None });
    }
    let mut violations = BTreeMap::new();
    for violation in audit::violations(app, actor).await? {
        *violations.entry(violation.rule).or_insert(0) += 1;
    }
    let ledger_imbalance = db::ledger_imbalance(&mut *app.conn().await?).await?;
    Ok(Metrics { row, dropped_signals, thorough: Some(Thorough { violations, ledger_imbalance }) })
}
