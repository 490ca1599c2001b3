//! What somebody logged in may do with their own sessions.

use innkeeper_db::{sessions, users};
use innkeeper_domain::{ClientId, SessionId};
use innkeeper_hooks::payloads::{StaffLoggedOut, UserLoggedOut};
use serde_json::json;

use super::{Session, SessionEntry, owner};
use crate::{Actor, App, AppError, Identity, Result};

/// The live sessions of the actor, latest use first.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<SessionEntry>> {
    Ok(sessions::list(&mut *app.conn().await?, owner(actor)?, app.now()).await?)
}

/// Ends one of the actor's own sessions.
pub async fn revoke(app: &App, actor: &Actor, id: SessionId) -> Result<()> {
    let owner = owner(actor)?;
    let mut tx = app.begin(actor).await?;
    if !sessions::end(tx.conn(), owner, id).await? {
        return Err(AppError::NotFound("session"));
    }
    tx.audit("session.revoke", "session", id, json!({})).await?;
    tx.commit().await
}

/// Ends the session itself. A session that is already gone is fine.
pub async fn logout(app: &App, session: &Session) -> Result<()> {
    let owner = owner(&session.actor)?;
    let mut tx = app.begin(&session.actor).await?;
    if !sessions::end(tx.conn(), owner, session.id).await? {
        return Ok(());
    }
    match session.actor.identity {
        Identity::Client { user_id: Some(user_id), .. } => drop(tx.emit(&UserLoggedOut { user_id }).await?),
        Identity::Staff(staff_id) => drop(tx.emit(&StaffLoggedOut { staff_id }).await?),
        _ => {}
    }
    tx.audit("session.close", "session", session.id, json!({})).await?;
    tx.commit().await
}

/// Lets a portal session act for another client of its login.
pub async fn switch_client(app: &App, session: &Session, client: ClientId) -> Result<()> {
    let Identity::Client { user_id: Some(user), .. } = session.actor.identity else { return Err(AppError::Forbidden) };
    let mut tx = app.begin(&session.actor).await?;
    if !users::may_act(tx.conn(), user, client).await? {
        return Err(AppError::NotFound("client"));
    }
    sessions::set_client(tx.conn(), session.id, client.get()).await?;
    tx.audit("session.switch", "client", client, json!({ "session_id": session.id })).await?;
    tx.commit().await
}
