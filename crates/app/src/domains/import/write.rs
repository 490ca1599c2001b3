//! Giving domains to clients, and creating those who are missing.

use innkeeper_db::domain_imports::{self as db, DomainImport, ImportedDomain};
use innkeeper_domain::{
    ClientId, DomainId, ImportedDomainId,
    state::{ClientState, DomainImportState, ImportedState},
};
use serde_json::json;
use std::collections::{HashMap, HashSet};

use super::{
    ended,
    judge::{Owner, owners, verdict, why},
};
use crate::{
    AppError, Result, Tx,
    clients::{self, Details, NewClient},
};

/// Domains that are given in one transaction.
const BATCH: i64 = 250;

/// Gives some domains away; at the end the import is done.
pub(super) async fn some(tx: &mut Tx<'_>, import: &DomainImport) -> Result<bool> {
    let rows = db::take(tx.conn(), import.id, &[ImportedState::Match, ImportedState::New], BATCH).await?;
    if rows.is_empty() {
        return ended(tx, import.id, DomainImportState::Done).await;
    }
    let mut gifts: Vec<(ImportedDomainId, ClientId)> = rows
        .iter()
        .filter(|row| *row.state == ImportedState::Match)
        .filter_map(|r| Some((r.id, r.client_id?.into())))
        .collect();
    let new: Vec<ImportedDomain> = rows.iter().filter(|row| *row.state == ImportedState::New).cloned().collect();
    gifts.extend(create(tx, import, &new).await?);
    give(tx, import, &gifts).await?;
    Ok(true)
}

/// Creates the owners of these domains: one client for one address. Meanwhile they may have become clients.
async fn create(
    tx: &mut Tx<'_>,
    import: &DomainImport,
    rows: &[ImportedDomain],
) -> Result<Vec<(ImportedDomainId, ClientId)>> {
    let owners = owners(tx, import, rows).await?;
    let (mut gifts, mut refused, mut made_for) = (vec![], vec![], vec![]);
    let mut made: HashMap<String, ClientId> = HashMap::new();
    for (row, owner) in rows.iter().zip(owners) {
        let (details, closed) = match owner {
            Owner::Known(client, _) => {
                gifts.push((row.id, client));
                continue;
            }
            Owner::Nobody(_) => {
                refused.push(verdict(row.id, owner));
                continue;
            }
            Owner::New(details, closed) => (*details, closed),
        };
        let address = details.email.to_lowercase();
        if let Some(client) = made.get(&address) {
            gifts.push((row.id, *client));
            continue;
        }
        match client(tx, import, details, closed).await {
            Ok(client) => {
                made.insert(address, client);
                made_for.push(row.id);
                gifts.push((row.id, client));
            }
            Err(error @ AppError::Invalid(_)) => refused.push(verdict(row.id, Owner::Nobody(why(&error)))),
            Err(error) => return Err(error),
        }
    }
    db::settle(tx.conn(), &refused).await?;
    db::made_clients(tx.conn(), &made_for).await?;
    Ok(gifts)
}

async fn client(
    tx: &mut Tx<'_>,
    import: &DomainImport,
    details: Details,
    closed: Option<ClientId>,
) -> Result<ClientId> {
    if let Some(client) = closed {
        clients::change_state(tx, client, ClientState::Active).await?;
        return Ok(client);
    }
    let currency = Some(import.currency.clone());
    clients::take_over(tx, &NewClient { details, currency, ..NewClient::default() }).await
}

async fn give(tx: &mut Tx<'_>, import: &DomainImport, gifts: &[(ImportedDomainId, ClientId)]) -> Result<()> {
    let now = tx.now();
    let given = db::give(tx.conn(), gifts, now).await?;
    let rows: HashSet<ImportedDomainId> = given.iter().map(|(row, _)| *row).collect();
    let missed = "it is a client's by now, or its extension is not sold in the client's currency any more";
    let missed =
        gifts.iter().filter(|(row, _)| !rows.contains(row)).map(|(row, _)| verdict(*row, Owner::Nobody(missed.into())));
    db::settle(tx.conn(), &missed.collect::<Vec<_>>()).await?;
    let told = |(_, domain): &(ImportedDomainId, DomainId)| {
        (domain.get(), json!({ "registrar": import.plugin_id, "import_id": import.id }))
    };
    tx.audit_all("domain.import", "domain", &given.iter().map(told).collect::<Vec<_>>()).await
}
