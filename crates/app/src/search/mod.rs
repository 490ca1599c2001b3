//! Search across everything that the actor may see.

use innkeeper_db::search::{self as db, FoundRow, Query};
use innkeeper_domain::Permission;
use innkeeper_hooks::{payloads::IntelligentSearch, slots::SearchHit};

use crate::{Actor, App, AppError, Identity, Result, slots};

/// Something found, as listed.
pub type Found = FoundRow;

/// What may be found, and what it takes to see it.
const KINDS: [(&str, Permission); 6] = [
    ("client", Permission::ClientsRead),
    ("invoice", Permission::InvoicesRead),
    ("service", Permission::ServicesRead),
    ("domain", Permission::ServicesRead),
    ("order", Permission::OrdersRead),
    ("product", Permission::CatalogueRead),
];

/// Clients, invoices by number, services by label, domains, orders by id and products whose texts contain
/// `text`, at most `limit_per_kind` (1 to 50) of each kind that the actor may see. Nothing for an empty text.
pub async fn search(app: &App, actor: &Actor, text: &str, limit_per_kind: i64) -> Result<Vec<Found>> {
    let kinds: Vec<String> =
        KINDS.iter().filter(|(_, needed)| actor.require(*needed).is_ok()).map(|(kind, _)| (*kind).to_owned()).collect();
    if kinds.is_empty() {
        return Err(AppError::Forbidden);
    }
    let text: String = text.trim().chars().take(200).collect();
    if text.is_empty() {
        return Ok(vec![]);
    }
    let number = text.trim_start_matches('#').parse().ok();
    let pattern = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let query = Query { pattern: &pattern, number, kinds: &kinds, limit_per_kind: limit_per_kind.clamp(1, 50) };
    Ok(db::find(&mut *app.conn().await?, &query).await?)
}

/// What snapins find for staff; nothing for anybody else.
pub async fn search_snapins(app: &App, actor: &Actor, text: &str, limit: i64) -> Vec<SearchHit> {
    let Identity::Staff(staff_id) = actor.identity else { return vec![] };
    let text = text.trim().to_owned();
    if text.is_empty() {
        return vec![];
    }
    slots::fill_or_nothing(app, &IntelligentSearch { staff_id, text, limit }).await
}

#[cfg(test)]
mod tests;
