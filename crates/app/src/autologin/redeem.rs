//! What both kinds of link share once their signature is good: one link, one session.

use chrono::{DateTime, Utc};
use innkeeper_db::{autologin, staff, users};
use innkeeper_domain::UserId;
use serde_json::json;

use crate::{
    Actor, App, AppError, Result,
    sessions::{
        NewSession, open_client, open_for_user, portal_actor,
        throttle::{self, PER_ADDRESS},
    },
};

/// Unknown, closed and disabled logins and those of staff look the same: a link is no way to find out
/// who has an account.
const NOBODY: AppError = AppError::Unauthenticated("the link opens no account here");
/// What the attempts of an address are counted under.
const COUNTED: &str = "autologin";

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

/// Counts a try of a link against the address it came from; a good one is given back.
pub(super) async fn counted<T>(app: &App, visitor: &Actor, attempt: impl Future<Output = Result<T>>) -> Result<T> {
    throttle::take_address(app, COUNTED, &visitor.ip, PER_ADDRESS).await?;
    let good = attempt.await?;
    throttle::give_back(app, COUNTED, &visitor.ip).await?;
    Ok(good)
}

/// Opens the session and uses the link up, both or neither.
pub(super) async fn arrive(app: &App, visitor: &Actor, link: Verified<'_>, user_agent: &str) -> Result<Arrival> {
    let email = link.email.trim().to_lowercase();
    let mut conn = app.conn().await?;
    let is_staff = staff::by_email(&mut conn, &email).await?.is_some();
    let found = users::by_email(&mut conn, &email).await?.filter(|f| !f.disabled && !is_staff);
    drop(conn);
    let Some(found) = found else {
        tracing::info!(signer = link.signer, is_staff, "a good link opened no account");
        return Err(NOBODY);
    };
    let user = UserId(found.id);
    let client = open_client(app, user).await.map_err(nobody)?;
    let actor = portal_actor(visitor, client, user, found.email);
    let mut tx = app.begin(&actor).await?;
    if !autologin::use_nonce(tx.conn(), &link.nonce, user, link.expires_at).await? {
        return Err(AppError::Unauthenticated("the link was already used"));
    }
    let opened = open_for_user(&mut tx, user, client, None, "autologin", user_agent).await;
    let session = opened.map_err(nobody)?;
    tx.audit("autologin.redeem", "user", user, json!({ "signer": link.signer, "goto": link.goto })).await?;
    tx.commit().await?;
    Ok(Arrival { session, goto: link.goto })
}

fn nobody(error: AppError) -> AppError {
    if let AppError::Unauthenticated(_) = error { NOBODY } else { error }
}
