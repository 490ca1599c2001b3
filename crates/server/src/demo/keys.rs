//! Keys that the application shows once: the demo keeps them beside its data.

use anyhow::Result;
use innkeeper_app::{
    Actor, App,
    api_tokens::{self, NewToken, TokenOwner},
    autologin,
};
use innkeeper_domain::{Permission, StaffId};
use serde::{Deserialize, Serialize};

use super::place::{Place, write_private};

/// Name of the token and beginning of the site's name.
const NAME: &str = "Demo";

/// The keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Keys {
    pub api_token: String,
    pub autologin_key_id: String,
    pub autologin_key: String,
}

/// The keys of an earlier start, if they still work; else new ones in their place.
pub async fn load_or_make(app: &App, place: &Place, staff: StaffId) -> Result<Keys> {
    let path = place.directory().join("demo-keys.json");
    let kept = std::fs::read(&path).ok().and_then(|text| serde_json::from_slice::<Keys>(&text).ok());
    if let Some(keys) = kept
        && work(app, &keys).await?
    {
        return Ok(keys);
    }
    let keys = make(app, staff).await?;
    write_private(&path, &serde_json::to_vec_pretty(&keys)?)?;
    Ok(keys)
}

async fn work(app: &App, keys: &Keys) -> Result<bool> {
    let token = api_tokens::authenticate(app, &keys.api_token, "127.0.0.1", "demo").await.is_ok();
    let sites = autologin::sites(app, &Actor::system("demo")).await?;
    Ok(token && sites.iter().any(|site| site.key_id == keys.autologin_key_id && site.disabled_at.is_none()))
}

async fn make(app: &App, staff: StaffId) -> Result<Keys> {
    let actor = Actor::system("demo");
    for token in api_tokens::list(app, &actor, None, 200).await? {
        if token.name == NAME && token.revoked_at.is_none() {
            api_tokens::revoke(app, &actor, token.id).await?;
        }
    }
    let sites = autologin::sites(app, &actor).await?;
    for site in sites.iter().filter(|site| site.name.starts_with(NAME) && site.disabled_at.is_none()) {
        autologin::disable_site(app, &actor, site.id).await?;
    }
    let new = NewToken {
        name: NAME.to_owned(),
        owner: TokenOwner::Staff(staff),
        scopes: Permission::ALL.iter().copied().collect(),
        expires_at: None,
    };
    let token = api_tokens::create(app, &actor, &new).await?;
    let site = autologin::create_site(app, &actor, &format!("{NAME} site {}", sites.len() + 1)).await?;
    Ok(Keys { api_token: token.token, autologin_key_id: site.key_id, autologin_key: site.key })
}
