//! What the registrar's account has.

use futures_util::{StreamExt, stream};
use innkeeper_db::domain_imports::{self as db, DomainImport, Found, Verdict};
use innkeeper_domain::{DomainId, DomainName, ImportedDomainId, state::ImportedState};
use innkeeper_plugin_api::{DomainRef, ErrorKind, PluginError, Registrar, RemoteDomainState, registrar::RemoteDomain};
use serde_json::Value;
use std::sync::Arc;

use super::{
    super::registrar::{ask, lacks},
    still,
};
use crate::{Actor, App, AppError, Result};

/// Owners that are asked for in one step, and at once.
const OWNERS: (i64, usize) = (60, 4);

/// Reads a part of the list.
pub(super) async fn page(app: &App, actor: &Actor, import: &DomainImport) -> Result<bool> {
    let cursor = import.cursor.clone();
    let list = move |plugin: Arc<dyn Registrar>, ctx| async move {
        plugin.inventory().ok_or_else(|| lacks("list of domains"))?.with_owners(&ctx, cursor.as_deref()).await
    };
    let part = ask(app, &import.plugin_id, "domains", list).await?;
    let found: Vec<Found> = part.items.into_iter().map(found).collect::<Result<_>>()?;
    let mut tx = app.begin(actor).await?;
    if still(&mut tx, import).await? {
        db::add(tx.conn(), import.id, &found).await?;
        db::set_place(tx.conn(), import.id, part.next.as_deref(), part.next.is_none()).await?;
        tx.commit().await?;
    }
    Ok(true)
}

fn found(domain: RemoteDomain) -> Result<Found> {
    let reason = match domain.state {
        RemoteDomainState::Active | RemoteDomainState::Expired => "",
        _ => "it is neither active nor just expired at the registrar",
    };
    let owner = domain.owner.map(serde_json::to_value).transpose()?;
    Ok(Found {
        tld: domain.name.tld().to_owned(),
        name: domain.name.to_string(),
        remote_id: domain.remote_id,
        expires_on: domain.expires_on,
        owner,
        reason: reason.to_owned(),
    })
}

/// Asks for owners whom the list did not tell; whether there were any to ask for. A domain whose owner the registrar
/// refuses to tell is skipped; what may pass stops the step, once the answers are written.
pub(super) async fn owners(app: &App, actor: &Actor, import: &DomainImport) -> Result<bool> {
    let wanted = db::without_owner(&mut *app.conn().await?, import.id, OWNERS.0).await?;
    if wanted.is_empty() {
        return Ok(false);
    }
    let asked = wanted
        .into_iter()
        .map(|(id, name, remote_id)| async move { (id, owner(app, &import.plugin_id, &name, remote_id).await) });
    let answers: Vec<(ImportedDomainId, Result<Value>)> =
        stream::iter(asked).buffer_unordered(OWNERS.1).collect().await;
    let (mut told, mut refused, mut failed) = (vec![], vec![], None);
    for (id, answer) in answers {
        match answer {
            Ok(owner) => told.push((id, owner)),
            Err(AppError::External(error)) if is_final(&error) => {
                let reason = format!("the registrar does not tell its owner: {}", error.detail);
                refused.push(Verdict { id, state: ImportedState::Skipped, reason, client: None });
            }
            Err(error) => failed = Some(error),
        }
    }
    let mut tx = app.begin(actor).await?;
    if still(&mut tx, import).await? {
        db::set_owners(tx.conn(), &told).await?;
        db::settle(tx.conn(), &refused).await?;
        tx.commit().await?;
    }
    failed.map_or(Ok(true), Err)
}

async fn owner(app: &App, registrar: &str, name: &str, remote_id: String) -> Result<Value> {
    let name: DomainName = name.parse().map_err(|e| AppError::internal(format!("stored domain {name}: {e}")))?;
    let (reference, remote_id) = (format!("import:{name}"), Some(remote_id));
    let domain = DomainRef { reference, domain_id: DomainId(0), name, remote_id, pending: None };
    let tell = move |plugin: Arc<dyn Registrar>, ctx| async move { plugin.contacts(&ctx, &domain).await };
    Ok(serde_json::to_value(ask(app, registrar, "contacts", tell).await?.owner)?)
}

/// Asking again brings the same.
fn is_final(error: &PluginError) -> bool {
    !matches!(error.kind, ErrorKind::Temporary | ErrorKind::Unknown | ErrorKind::Config)
}
