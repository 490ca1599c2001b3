//! Taking an import back.

use innkeeper_db::domain_imports::{self as db, DomainImport};
use innkeeper_domain::{
    ImportedDomainId,
    state::{ClientState, DomainImportState, ImportedState},
};
use serde_json::json;

use super::ended;
use crate::{Result, Tx, clients};

/// Domains, or clients, that are worked on in one transaction.
const BATCH: i64 = 250;

/// Takes some domains back, then closes the clients that have nothing else; at the end the import is undone.
pub(super) async fn some(tx: &mut Tx<'_>, import: &DomainImport) -> Result<bool> {
    let rows = db::take(tx.conn(), import.id, &[ImportedState::Imported], BATCH).await?;
    if !rows.is_empty() {
        let ids: Vec<ImportedDomainId> = rows.iter().map(|row| row.id).collect();
        let back = db::take_back(tx.conn(), &ids).await?;
        let told = back.iter().map(|(_, domain)| (domain.get(), json!({ "import_id": import.id })));
        tx.audit_all("domain.import_undone", "domain", &told.collect::<Vec<_>>()).await?;
        return Ok(true);
    }
    let idle = db::idle_clients(tx.conn(), import.id, BATCH).await?;
    if idle.is_empty() {
        return ended(tx, import.id, DomainImportState::Undone).await;
    }
    for client in idle {
        clients::change_state(tx, client, ClientState::Closed).await?;
    }
    Ok(true)
}
