//! A forgotten password: a link by mail that works once, for an hour.

use chrono::TimeDelta;
use innkeeper_db::{clients, sessions, users};
use innkeeper_domain::UserId;
use innkeeper_hooks::payloads::PasswordChanged;
use serde_json::json;

use crate::{
    Actor, App, AppError, Checks, Result, Tx, mailer, passwords,
    sessions::throttle::{self, MAILS, PER_ADDRESS},
    tokens,
};

/// How long a link works.
const VALID: TimeDelta = TimeDelta::hours(1);

/// Mails a link to the login of `email`, if there is one. The answer is the same either way.
pub async fn request_password_reset(app: &App, visitor: &Actor, email: &str) -> Result<()> {
    throttle::take_address(app, "reset", &visitor.ip, PER_ADDRESS).await?;
    let email = email.trim().to_lowercase();
    if email.len() > 254 || email.chars().any(char::is_control) {
        return Ok(());
    }
    match throttle::take(app, &format!("reset:{email}"), MAILS).await {
        Ok(()) => {}
        // Too many mails to one address: as if it was sent.
        Err(AppError::TooMany(_)) => return Ok(()),
        Err(other) => return Err(other),
    }
    let mut tx = app.begin(visitor).await?;
    let found = users::by_email(tx.conn(), &email).await?.filter(|f| !f.disabled);
    let Some(found) = found else { return Ok(()) };
    let user = UserId(found.id);
    let client = users::memberships(tx.conn(), user).await?.first().map(|m| m.client_id);
    let link = issue(&mut tx, user).await?;
    mailer::password_reset(&mut tx, client, &found.email, &link).await?;
    tx.audit("password.reset_request", "user", user, json!({})).await?;
    tx.commit().await
}

/// Stores a new link for a login and gives its token.
pub(super) async fn issue(tx: &mut Tx<'_>, user: UserId) -> Result<String> {
    let (token, hash) = tokens::fresh("")?;
    let expires_at = tx.now() + VALID;
    clients::insert_reset(tx.conn(), &hash, user, expires_at).await?;
    Ok(token)
}

/// Sets a new password with the token of a link, uses the link up, and ends all sessions of the login.
pub async fn reset_password(app: &App, visitor: &Actor, token: &str, new: &str) -> Result<()> {
    throttle::take_address(app, "reset", &visitor.ip, PER_ADDRESS).await?;
    let mut checks = Checks::default();
    passwords::check(&mut checks, "password", new);
    checks.finish()?;
    let hash = passwords::hash(new).await?;
    let mut tx = app.begin(visitor).await?;
    let now = tx.now();
    let user = clients::use_reset(tx.conn(), &tokens::hash(token), now).await?;
    let user_id = user.ok_or_else(|| AppError::conflict("the link was used or has expired: ask for a new one"))?;
    users::set_password(tx.conn(), user_id, &hash).await?;
    let owner = sessions::SessionOwner { staff_id: None, user_id: Some(user_id.get()) };
    sessions::end_all(tx.conn(), owner, None).await?;
    tx.emit(&PasswordChanged { user_id }).await?;
    mailer::password_changed(&mut tx, user_id).await?;
    tx.audit("password.reset", "user", user_id, json!({})).await?;
    tx.commit().await
}
