//! Closing and reopening a client.

use innkeeper_db::{clients, sessions};
use innkeeper_domain::{ClientId, Permission, state::ClientState};
use innkeeper_hooks::payloads::{ClientClosed, ClientUpdated};
use serde_json::json;

use super::NOT_FOUND;
use crate::{Actor, App, AppError, Result, Tx, payments};

/// Moves a client to another state. Closing ends its sessions, shuts its logins and tokens
/// out and has gateways forget its ways to pay.
/// Needs `clients:write` of staff.
pub async fn set_state(app: &App, actor: &Actor, id: ClientId, state: ClientState) -> Result<()> {
    actor.require(Permission::ClientsWrite)?;
    let mut tx = app.begin(actor).await?;
    change(&mut tx, id, state).await?;
    tx.commit().await
}

/// The same within a transaction, for who may.
pub(crate) async fn change(tx: &mut Tx<'_>, id: ClientId, state: ClientState) -> Result<()> {
    let old = clients::lock(tx.conn(), None, id).await?.ok_or(NOT_FOUND)?;
    if *old.state == state {
        return Ok(());
    }
    if !old.state.can_become(state) {
        return Err(AppError::conflict(format!("a client that is {} cannot become {state}", old.state)));
    }
    clients::set_state(tx.conn(), id, state).await?;
    if state == ClientState::Closed {
        sessions::end_of_client(tx.conn(), id.get(), None).await?;
    }
    tx.audit("client.state", "client", id, json!({ "from": old.state.as_str(), "to": state })).await?;
    let before = [("state".to_owned(), old.state.as_str().to_owned())].into();
    tx.emit(&ClientUpdated { client_id: id, changed: vec!["state".into()], details: None, before }).await?;
    if state == ClientState::Closed {
        tx.emit(&ClientClosed { client_id: id }).await?;
        payments::forget_everywhere(tx, id).await?;
    }
    Ok(())
}
