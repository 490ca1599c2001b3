//! What both kinds of link share once their signature is good: one link, one session.

use chrono::{DateTime, Utc};
use innkeeper_db::{autologin, staff, users};
use innkeeper_domain::UserId;
use serde_json::json;

use crate::{
    Actor, App, AppError, Result,
    sessions::{NewSession, open_client, open_for_user, portal_actor},
};

/// Somebody who came in through a link.
pub struct Arrival {
    /// Their new session.
    pub session: NewSession,
    /// Path of this site to go to.
    pub goto: String,
}

/// A link whose signature and time are good.
pub(super) struct Verified<'a> {
    pub(super) email: &'a str,
    /// Unique to the link.
    pub(super) nonce: String,
    /// From then on the link is refused anyway.
    pub(super) expires_at: DateTime<Utc>,
    pub(super) goto: String,
    /// Who signed it, for the audit log.
    pub(super) signer: String,
}

/// Opens the session and uses the link up, both or neither.
pub(super) async fn arrive(app: &App, visitor: &Actor, link: Verified<'_>, user_agent: &str) -> Result<Arrival> {
    let email = link.email.trim().to_lowercase();
    let mut conn = app.conn().await?;
    if staff::by_email(&mut conn, &email).await?.is_some() {
        return Err(AppError::Unauthenticated("links never log staff in: use the password"));
    }
    let found = users::by_email(&mut conn, &email).await?.filter(|f| !f.disabled);
    drop(conn);
    let found = found.ok_or(AppError::Unauthenticated("there is no login with this address"))?;
    let user = UserId(found.id);
    let client = open_client(app, user).await?;
    let actor = portal_actor(visitor, client, user, found.email);
    let mut tx = app.begin(&actor).await?;
    if !autologin::use_nonce(tx.conn(), &link.nonce, user, link.expires_at).await? {
        return Err(AppError::Unauthenticated("the link was already used"));
    }
    let session = open_for_user(&mut tx, user, client, None, "autologin", user_agent).await?;
    tx.audit("autologin.redeem", "user", user, json!({ "signer": link.signer, "goto": link.goto })).await?;
    tx.commit().await?;
    Ok(Arrival { session, goto: link.goto })
}
