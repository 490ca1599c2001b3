//! What promotions took off, and what was sold with them.

use innkeeper_db::reports::promotions as db;
use innkeeper_domain::{Money, Permission, PromotionId};

use super::Range;
use crate::{Actor, App, Result};

/// What a promotion did in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promoted {
    /// The promotion.
    pub id: PromotionId,
    /// Its code.
    pub code: String,
    /// Invoices on which it counted, those that are void left out.
    pub invoices: i64,
    /// Clients of them.
    pub clients: i64,
    /// What it took off, without tax.
    pub off: Money,
    /// What was invoiced for the same lines, without tax.
    pub net: Money,
}

/// Promotions on invoices issued in a time range, by currency, most first.
pub async fn promotions(app: &App, actor: &Actor, range: Range) -> Result<Vec<Promoted>> {
    actor.require(Permission::ReportsRead)?;
    range.check()?;
    let rows = db::by_promotion(&mut *app.conn().await?, range.from, range.until).await?;
    let promoted = |row: db::PromotionSum| Promoted {
        id: row.id,
        code: row.code,
        invoices: row.invoices,
        clients: row.clients,
        off: Money::new(row.off, *row.currency),
        net: Money::new(row.net, *row.currency),
    };
    Ok(rows.into_iter().map(promoted).collect())
}
