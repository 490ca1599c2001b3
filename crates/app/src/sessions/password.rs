//! Changing one's own password.

use innkeeper_db::{clients, sessions, staff, users};
use innkeeper_hooks::payloads::PasswordChanged;
use serde_json::json;

use super::{
    Session, owner,
    throttle::{self, PER_ACCOUNT},
};
use crate::{App, AppError, Checks, Identity, Result, mailer, passwords};

/// Replaces the password of whoever is logged in, ends their other sessions and makes links that were
/// mailed to set one useless. `current` is wrong: a field error, counted.
pub async fn change_password(app: &App, session: &Session, current: &str, new: &str) -> Result<()> {
    let owner = owner(&session.actor)?;
    let mut checks = Checks::default();
    passwords::check(&mut checks, "new_password", new);
    checks.finish()?;
    let key = format!("password:{}:{}", session.audience.as_str(), session.email);
    throttle::take(app, &key, PER_ACCOUNT).await?;
    let stored = stored(app, &session.actor.identity).await?;
    if !passwords::verify(Some(&stored), current).await? {
        return Err(AppError::invalid("current_password", "is wrong"));
    }
    let hash = passwords::hash(new).await?;
    let mut tx = app.begin(&session.actor).await?;
    match session.actor.identity {
        Identity::Staff(id) => {
            staff::set_password(tx.conn(), id, &hash).await?;
            tx.audit("password.change", "staff", id, json!({})).await?;
        }
        Identity::Client { user_id: Some(user_id), .. } => {
            users::set_password(tx.conn(), user_id, &hash).await?;
            clients::forget_resets(tx.conn(), user_id, app.now()).await?;
            tx.emit(&PasswordChanged { user_id }).await?;
            mailer::password_changed(&mut tx, user_id).await?;
            tx.audit("password.change", "user", user_id, json!({})).await?;
        }
        _ => return Err(AppError::Forbidden),
    }
    sessions::end_all(tx.conn(), owner, Some(session.id)).await?;
    tx.commit().await?;
    throttle::succeeded(app, &key, "password", "").await
}

async fn stored(app: &App, identity: &Identity) -> Result<String> {
    let mut conn = app.conn().await?;
    let found = match *identity {
        Identity::Staff(id) => staff::by_id(&mut conn, id).await?,
        Identity::Client { user_id: Some(id), .. } => users::by_id(&mut conn, id).await?,
        _ => None,
    };
    found.map(|f| f.password_hash).ok_or(AppError::Forbidden)
}
