//! The sites that may sign links, each with a key of its own.

use innkeeper_db::autologin;
use innkeeper_domain::{AutologinSiteId, Permission};
use serde_json::json;

use super::SiteRow;
use crate::{Actor, App, AppError, Checks, Result, tokens};

/// A site that was just added.
#[derive(Debug)]
pub struct CreatedSite {
    /// Its id.
    pub id: AutologinSiteId,
    /// Goes into links as `key`.
    pub key_id: String,
    /// The secret, used as text: 64 hex digits. Cannot be shown again.
    pub key: String,
}

/// Adds a site. Needs `staff:write` and `clients:write`, since its key logs in as any client.
pub async fn create(app: &App, actor: &Actor, name: &str) -> Result<CreatedSite> {
    actor.require(Permission::StaffWrite)?;
    actor.require(Permission::ClientsWrite)?;
    let mut checks = Checks::default();
    checks.text("name", name.trim(), 100, true);
    checks.finish()?;
    let key_id = format!("site_{}", hex::encode(tokens::random::<8>()?));
    let key = hex::encode(tokens::random::<32>()?);
    let sealed = app.cipher.seal(&key)?;
    let mut tx = app.begin(actor).await?;
    let id = autologin::insert(tx.conn(), name.trim(), &key_id, &sealed).await?;
    let id = id.ok_or_else(|| AppError::invalid("name", "is already used by another site"))?;
    tx.audit("autologin_site.create", "autologin_site", id, json!({ "key_id": key_id })).await?;
    tx.commit().await?;
    Ok(CreatedSite { id, key_id, key })
}

/// All sites, newest first. Needs `staff:write`.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<SiteRow>> {
    actor.require(Permission::StaffWrite)?;
    Ok(autologin::list(&mut *app.conn().await?).await?)
}

/// No longer accepts links of a site. For good: a new key is a new site. Needs `staff:write`.
pub async fn disable(app: &App, actor: &Actor, id: AutologinSiteId) -> Result<()> {
    actor.require(Permission::StaffWrite)?;
    let mut tx = app.begin(actor).await?;
    let now = tx.now();
    if !autologin::disable(tx.conn(), id, now).await? {
        return Err(AppError::NotFound("autologin site"));
    }
    tx.audit("autologin_site.disable", "autologin_site", id, json!({})).await?;
    tx.commit().await
}
