//! The audit log.

use innkeeper_db::audit::{self, AuditFilter, AuditRow};
use innkeeper_domain::Permission;

use crate::{Actor, App, Result};

/// A page of the audit log.
#[derive(Clone, Debug, Default)]
pub struct ListAudit {
    /// About this kind of thing (`product`); empty: all.
    pub subject: String,
    /// About the thing with this id.
    pub subject_id: Option<i64>,
    /// Part of who it was; empty: all.
    pub actor: String,
    /// Start of what was done (`product.`); empty: all.
    pub action: String,
    /// Older than this row.
    pub before: Option<i64>,
    /// How many, 1 to 200.
    pub limit: i64,
}

/// A page of the audit log, newest first.
pub async fn list_audit(app: &App, actor: &Actor, list: ListAudit) -> Result<Vec<AuditRow>> {
    actor.require(Permission::SystemRead)?;
    let filter = AuditFilter {
        subject: filled(&list.subject),
        subject_id: list.subject_id,
        actor: filled(&list.actor),
        action: filled(&list.action),
        before: list.before,
        limit: list.limit.clamp(1, 200),
    };
    Ok(audit::list(&mut *app.conn().await?, &filter).await?)
}

fn filled(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|t| !t.is_empty())
}
