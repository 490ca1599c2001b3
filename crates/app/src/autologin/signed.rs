//! Our own links: HMAC-SHA-256 with the site's key (its text as bytes) over these fields, each with its
//! length in bytes as four bytes, big-endian, before it: `innkeeper-autologin-v1`, key id, e-mail
//! address, issued, expires (both unix seconds), nonce, goto, audience. A link lives at most a minute
//! and works once.

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use innkeeper_db::autologin;
use innkeeper_domain::{AutologinSiteId, EmailAddress, Permission};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::json;
use sha2::Sha256;

use super::{
    goto::local_path,
    redeem::{Arrival, Verified, arrive, counted},
};
use crate::{Actor, App, AppError, Checks, Result, tokens};

/// Where links point to on this site.
pub const PATH: &str = "/autologin";

const VERSION: &str = "innkeeper-autologin-v1";
/// Longest life of a link in seconds.
const LONGEST: i64 = 60;
/// The other site's clock may be ahead by this.
const SKEW: TimeDelta = TimeDelta::seconds(5);
const FORGED: AppError = AppError::Unauthenticated("the signature of the link is wrong");

/// The parameters of a link, as they came in (URL-decoded).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SignedLink {
    /// Names the site's key.
    pub key: String,
    /// Address of the login.
    pub email: String,
    /// Unix seconds.
    pub issued: i64,
    /// Unix seconds, at most 60 after `issued`.
    pub expires: i64,
    /// Different in every link: 16 to 64 letters, digits, `-` and `_`.
    pub nonce: String,
    /// Path of this site to go to; may be empty.
    #[serde(default)]
    pub goto: String,
    /// Base URL of the site the link is for.
    pub audience: String,
    /// The signature, lower-case hex.
    pub sig: String,
}

impl SignedLink {
    fn mac(&self, key: &str) -> Result<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).map_err(|e| AppError::internal(e.to_string()))?;
        let (issued, expires) = (self.issued.to_string(), self.expires.to_string());
        for field in [VERSION, &self.key, &self.email, &issued, &expires, &self.nonce, &self.goto, &self.audience] {
            let length = u32::try_from(field.len()).map_err(AppError::internal)?;
            mac.update(&length.to_be_bytes());
            mac.update(field.as_bytes());
        }
        Ok(mac)
    }
    /// The signature that fits.
    pub(super) fn signature(&self, key: &str) -> Result<String> {
        Ok(hex::encode(self.mac(key)?.finalize().into_bytes()))
    }
    /// The parameters, as they were before URL-encoding.
    pub fn parameters(&self) -> [(&'static str, String); 8] {
        [
            ("key", self.key.clone()),
            ("email", self.email.clone()),
            ("issued", self.issued.to_string()),
            ("expires", self.expires.to_string()),
            ("nonce", self.nonce.clone()),
            ("goto", self.goto.clone()),
            ("audience", self.audience.clone()),
            ("sig", self.sig.clone()),
        ]
    }
    fn url(&self, base_url: &str) -> String {
        let pairs =
            self.parameters().map(|(name, value)| format!("{name}={}", utf8_percent_encode(&value, NON_ALPHANUMERIC)));
        format!("{base_url}{PATH}?{}", pairs.join("&"))
    }
}

/// A link that logs the login of `email` in, as the site would sign it. Needs `clients:write` of staff.
pub async fn create_link(app: &App, actor: &Actor, site: AutologinSiteId, email: &str, goto: &str) -> Result<String> {
    actor.require(Permission::ClientsWrite)?;
    let mut checks = Checks::default();
    let email = checks.parse("email", email.parse::<EmailAddress>());
    checks.finish()?;
    local_path(goto)?;
    let mut tx = app.begin(actor).await?;
    let site = autologin::by_id(tx.conn(), site).await?.ok_or(AppError::NotFound("autologin site"))?;
    let issued = tx.now().timestamp();
    let mut link = SignedLink {
        key: site.key_id,
        email: email.map_or_else(String::new, String::from),
        issued,
        expires: issued + LONGEST,
        nonce: hex::encode(tokens::random::<16>()?),
        goto: goto.to_owned(),
        audience: app.base_url().to_owned(),
        sig: String::new(),
    };
    link.sig = link.signature(&app.cipher.open(&site.key_sealed)?)?;
    tx.audit("autologin.create_link", "autologin_site", site.id, json!({ "email": link.email, "goto": goto })).await?;
    tx.commit().await?;
    Ok(link.url(app.base_url()))
}

/// Whether a link is good, without using it up. Whether its client may come in, only [`redeem`] tells.
pub async fn check(app: &App, visitor: &Actor, link: &SignedLink) -> Result<()> {
    counted(app, visitor, async { verify(app, link).await.map(drop) }).await
}

/// Logs the client of a link in.
pub async fn redeem(app: &App, visitor: &Actor, link: &SignedLink, user_agent: &str) -> Result<Arrival> {
    counted(app, visitor, async { arrive(app, visitor, verify(app, link).await?, user_agent).await }).await
}

async fn verify<'a>(app: &App, link: &'a SignedLink) -> Result<Verified<'a>> {
    let site = autologin::by_key_id(&mut *app.conn().await?, &link.key).await?;
    let site = site.ok_or(AppError::Unauthenticated("the site that signed the link is not known here"))?;
    let given = hex::decode(&link.sig).map_err(|_| FORGED)?;
    link.mac(&app.cipher.open(&site.key_sealed)?)?.verify_slice(&given).map_err(|_| FORGED)?;
    if link.audience != app.base_url() {
        return Err(AppError::Unauthenticated("the link is for another site"));
    }
    let expires_at = check_time(link, app.now())?;
    let plain = link.nonce.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if !(16..=64).contains(&link.nonce.len()) || !plain {
        return Err(AppError::invalid("nonce", "must have 16 to 64 letters, digits, dashes and underscores"));
    }
    Ok(Verified {
        email: &link.email,
        nonce: format!("{}:{}", site.key_id, link.nonce),
        // The nonce outlives the link.
        expires_at: expires_at + TimeDelta::minutes(1),
        goto: local_path(&link.goto)?,
        signer: format!("site {} ({})", site.id, site.name),
    })
}

fn check_time(link: &SignedLink, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    const BAD: AppError = AppError::Unauthenticated("the link has no valid time");
    let issued = DateTime::from_timestamp(link.issued, 0).ok_or(BAD)?;
    let expires = DateTime::from_timestamp(link.expires, 0).ok_or(BAD)?;
    if !(1..=LONGEST).contains(&(expires - issued).num_seconds()) {
        return Err(AppError::Unauthenticated("the link would live too long: at most 60 seconds"));
    }
    if issued > now + SKEW {
        return Err(AppError::Unauthenticated("the link is from the future: check the clock of the other site"));
    }
    if now >= expires {
        return Err(AppError::Unauthenticated("the link has expired"));
    }
    Ok(expires)
}
