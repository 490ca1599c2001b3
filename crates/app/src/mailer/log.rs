//! What was sent, what waits, and what failed.

use innkeeper_db::mails;
use innkeeper_domain::{MailId, Permission, state::MailState};
use innkeeper_queue::NewJob;
use serde_json::json;

use super::send::NOT_KEPT;
use crate::{
    Actor, App, AppError, Result, jobs,
    mail_templates::{Secrecy, find},
};

pub use innkeeper_db::mails::{MailEntry, MailFilter};

/// A mail with its text.
#[derive(Clone, Debug)]
pub struct WholeMail {
    pub entry: MailEntry,
    /// What it is called.
    pub title: String,
    pub body: String,
    /// Whether it may be tried again.
    pub may_retry: bool,
}

/// A page of mails, newest first; `limit` 1 to 200. Needs `system:read`.
pub async fn list(app: &App, actor: &Actor, filter: &MailFilter) -> Result<Vec<MailEntry>> {
    actor.require(Permission::SystemRead)?;
    let filter = MailFilter { limit: filter.limit.clamp(1, 200), ..filter.clone() };
    Ok(mails::list(&mut *app.conn().await?, &filter).await?)
}

/// How many mails wait, and how many failed. Needs `system:read`.
pub async fn unsent(app: &App, actor: &Actor) -> Result<(i64, i64)> {
    actor.require(Permission::SystemRead)?;
    Ok(mails::unsent(&mut *app.conn().await?).await?)
}

/// A mail. The text of one that lets its reader in is not shown. Needs `system:read`.
pub async fn get(app: &App, actor: &Actor, id: MailId) -> Result<WholeMail> {
    actor.require(Permission::SystemRead)?;
    let mut conn = app.conn().await?;
    let entry = mails::entry(&mut conn, id).await?.ok_or(AppError::NotFound("mail"))?;
    let row = mails::get(&mut conn, id.get()).await?.ok_or(AppError::NotFound("mail"))?;
    let secret = is_secret(&row.template);
    Ok(WholeMail {
        title: find(&row.template).map_or_else(|| row.template.clone(), |about| about.title.to_owned()),
        body: if secret { NOT_KEPT.to_owned() } else { row.body },
        may_retry: entry.state.0 == MailState::Failed && !secret,
        entry,
    })
}

/// Sends a failed mail again, with fresh attempts. Needs `system:write`.
pub async fn retry(app: &App, actor: &Actor, id: MailId) -> Result<()> {
    actor.require(Permission::SystemWrite)?;
    let mut tx = app.begin(actor).await?;
    let mail = mails::get(tx.conn(), id.get()).await?.ok_or(AppError::NotFound("mail"))?;
    if is_secret(&mail.template) {
        return Err(AppError::conflict("the text of this mail is not kept: its reader has to ask for a new link"));
    }
    if !mails::requeue(tx.conn(), id).await? {
        return Err(AppError::conflict("only a mail that failed can be sent again"));
    }
    let job = NewJob::new(jobs::SEND_MAIL, json!({ "mail_id": id })).unique(format!("mail:{id}"));
    tx.enqueue(&job).await?;
    tx.audit("mail.retry", "mail", id, json!({})).await?;
    tx.commit().await
}

/// Does its text let whoever reads it in?
pub(super) fn is_secret(template: &str) -> bool {
    find(template).is_some_and(|about| about.secrecy == Secrecy::Secret)
}
