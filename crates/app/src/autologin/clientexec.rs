//! Clientexec's links: `hash = sha1(sha1(key) + email + timestamp)`, both as lower-case hex.
//!
//! The format is weak: one key for everything, no nonce, `goto` not signed. It is off until somebody
//! turns it on, a link works once here, and `goto` stays on this site.

use chrono::{DateTime, TimeDelta, Utc};
use innkeeper_db::settings;
use innkeeper_domain::Permission;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

use super::{
    goto::local_path,
    redeem::{Arrival, Verified, arrive, counted},
};
use crate::{Actor, App, AppError, Checks, Result};

const SETTING: &str = "autologin.clientexec";
/// A link works so long.
const VALID: TimeDelta = TimeDelta::minutes(15);
/// The other site's clock may be ahead by this.
const SKEW: TimeDelta = TimeDelta::seconds(30);

/// The parameters of a link, as they came in (URL-decoded).
#[derive(Clone, Debug, Deserialize)]
pub struct ClientexecLink {
    /// Address of the login.
    pub email: String,
    /// Unix seconds.
    pub timestamp: String,
    /// The signature.
    pub hash: String,
    /// Where to go; optional.
    #[serde(default)]
    pub goto: String,
}

impl ClientexecLink {
    /// The parameters of the address of the link, as they were before URL-encoding.
    pub fn parameters(&self) -> [(&'static str, String); 6] {
        [
            ("fuse", "admin".to_owned()),
            ("action", "autologin".to_owned()),
            ("email", self.email.clone()),
            ("timestamp", self.timestamp.clone()),
            ("hash", self.hash.clone()),
            ("goto", self.goto.clone()),
        ]
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Stored {
    enabled: bool,
    /// The application key, sealed; none: not set.
    application_key: Option<String>,
}

/// Whether Clientexec's links work here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientexecStatus {
    /// Are they accepted?
    pub enabled: bool,
    /// Is an application key stored?
    pub key_set: bool,
}

/// Whether they are on. Needs `system:read`.
pub async fn status(app: &App, actor: &Actor) -> Result<ClientexecStatus> {
    actor.require(Permission::SystemRead)?;
    let stored = stored(app).await?;
    Ok(ClientexecStatus { enabled: stored.enabled, key_set: stored.application_key.is_some() })
}

/// Turns them on or off; `key` replaces the application key, none keeps it. Needs `system:write` and
/// `clients:write`, since whoever knows the key can log in as any client.
pub async fn configure(app: &App, actor: &Actor, enabled: bool, key: Option<&str>) -> Result<()> {
    actor.require(Permission::SystemWrite)?;
    actor.require(Permission::ClientsWrite)?;
    let mut stored = stored(app).await?;
    if let Some(key) = key {
        let mut checks = Checks::default();
        checks.text("application_key", key, 200, true);
        checks.require(key.len() >= 16, "application_key", "must have at least 16 characters");
        checks.finish()?;
        stored.application_key = Some(app.cipher.seal(key)?);
    }
    stored.enabled = enabled;
    if enabled && stored.application_key.is_none() {
        return Err(AppError::invalid("application_key", "must be set first"));
    }
    let mut tx = app.begin(actor).await?;
    settings::put(tx.conn(), SETTING, &serde_json::to_value(&stored)?).await?;
    tx.audit("autologin.clientexec", "setting", 0, json!({ "enabled": enabled, "new_key": key.is_some() })).await?;
    tx.commit().await
}

async fn stored(app: &App) -> Result<Stored> {
    let value = settings::get(&mut *app.conn().await?, SETTING).await?;
    Ok(value.map(serde_json::from_value).transpose()?.unwrap_or_default())
}

/// Whether a link is good, without using it up. Whether its client may come in, only [`redeem`] tells.
pub async fn check(app: &App, visitor: &Actor, link: &ClientexecLink) -> Result<()> {
    counted(app, visitor, async { verify(app, link).await.map(drop) }).await
}

/// Logs the client of a link in.
pub async fn redeem(app: &App, visitor: &Actor, link: &ClientexecLink, user_agent: &str) -> Result<Arrival> {
    counted(app, visitor, async { arrive(app, visitor, verify(app, link).await?, user_agent).await }).await
}

async fn verify<'a>(app: &App, link: &'a ClientexecLink) -> Result<Verified<'a>> {
    let stored = stored(app).await?;
    let key = stored.application_key.filter(|_| stored.enabled);
    let key = key.ok_or(AppError::Unauthenticated("login links of this kind are switched off"))?;
    let expected = hash(&app.cipher.open(&key)?, &link.email, &link.timestamp);
    if !bool::from(expected.as_bytes().ct_eq(link.hash.as_bytes())) {
        return Err(AppError::Unauthenticated("the signature of the link is wrong"));
    }
    let issued = issued(&link.timestamp)?;
    let now = app.now();
    if issued > now + SKEW {
        return Err(AppError::Unauthenticated("the link is from the future: check the clock of the other site"));
    }
    if now > issued + VALID {
        return Err(AppError::Unauthenticated("the link has expired"));
    }
    Ok(Verified {
        email: &link.email,
        nonce: format!("clientexec:{expected}"),
        // The nonce outlives the link.
        expires_at: issued + VALID + TimeDelta::minutes(1),
        goto: local_path(&link.goto)?,
        signer: "clientexec".into(),
    })
}

/// In its one decimal form: the format has no separator, so that other forms could move digits
/// between address and time.
fn issued(timestamp: &str) -> Result<DateTime<Utc>> {
    let seconds = timestamp.parse::<i64>().ok().filter(|s| s.to_string() == timestamp);
    let time = seconds.and_then(|s| DateTime::from_timestamp(s, 0));
    time.ok_or(AppError::Unauthenticated("the link has no valid timestamp"))
}

pub(super) fn hash(key: &str, email: &str, timestamp: &str) -> String {
    let inner = hex::encode(Sha1::digest(key.as_bytes()));
    hex::encode(Sha1::digest(format!("{inner}{email}{timestamp}")))
}
