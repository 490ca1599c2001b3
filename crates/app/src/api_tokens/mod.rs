//! Tokens of the REST API: for a member of staff or for one client. Scopes only narrow what the owner
//! may do, now and later.

use chrono::{DateTime, TimeDelta, Utc};
use innkeeper_db::{
    api_tokens::{self, NewApiToken, TokenFilter, UsableToken},
    clients,
};
use innkeeper_domain::{ApiTokenId, ClientId, Permission, StaffId};
use serde_json::json;
use std::collections::BTreeSet;

pub use innkeeper_db::api_tokens::ApiTokenRow;

use crate::{Actor, App, AppError, Checks, Identity, Result, actor::CLIENT_PERMISSIONS, sessions::known, tokens};

/// How every token begins, so that leaked ones can be searched for.
const PREFIX: &str = "ink_";
const REFUSED: AppError = AppError::Unauthenticated("the API token is not valid");

/// Whom a token acts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenOwner {
    /// A member of staff: oneself, except for the program.
    Staff(StaffId),
    /// One client.
    Client(ClientId),
}

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// Whom it acts for.
    pub owner: TokenOwner,
    /// What it may do.
    pub scopes: BTreeSet<Permission>,
    /// When it ends; none: never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A token that was just made.
#[derive(Debug)]
pub struct CreatedToken {
    /// Its id, to revoke it.
    pub id: ApiTokenId,
    /// The token itself: not stored, cannot be shown again.
    pub token: String,
}

/// Makes a token. Staff make their own, and with `clients:write` those of clients; clients make their
/// own while logged in. The scopes must be ones that the actor and the owner have.
pub async fn create(app: &App, actor: &Actor, new: &NewToken) -> Result<CreatedToken> {
    let owner = may_make(actor, new.owner)?;
    let mut checks = Checks::default();
    checks.text("name", new.name.trim(), 100, true);
    checks.require(!new.scopes.is_empty(), "scopes", "must not be empty");
    let client = |p: &Permission| matches!(new.owner, TokenOwner::Staff(_)) || CLIENT_PERMISSIONS.contains(p);
    let beyond = |p: &&Permission| !actor.permissions.contains(p) || !client(p);
    let beyond: Vec<&str> = new.scopes.iter().filter(beyond).map(|p| p.as_str()).collect();
    checks.require(
        beyond.is_empty(),
        "scopes",
        format_args!("must not be wider than the owner's: {}", beyond.join(", ")),
    );
    let future = new.expires_at.is_none_or(|at| at > app.now());
    checks.require(future, "expires_at", "must be in the future");
    checks.finish()?;
    let (token, token_hash) = tokens::fresh(PREFIX)?;
    let scopes: Vec<String> = new.scopes.iter().map(ToString::to_string).collect();
    let mut tx = app.begin(actor).await?;
    if let TokenOwner::Client(id) = new.owner {
        clients::get(tx.conn(), None, id).await?.ok_or(AppError::NotFound("client"))?;
    }
    let row = NewApiToken {
        name: new.name.trim(),
        token_hash: &token_hash,
        staff_id: owner.staff_id,
        client_id: owner.client_id,
        scopes: &scopes,
        expires_at: new.expires_at,
    };
    let id = api_tokens::insert(tx.conn(), &row).await?;
    tx.audit("api_token.create", "api_token", id, json!({ "scopes": scopes })).await?;
    tx.commit().await?;
    Ok(CreatedToken { id, token })
}

fn may_make(actor: &Actor, owner: TokenOwner) -> Result<TokenFilter> {
    let allowed = match (&actor.identity, owner) {
        (Identity::System(_), _) => true,
        (Identity::Staff(own), TokenOwner::Staff(id)) => *own == id,
        (Identity::Staff(_), TokenOwner::Client(_)) => actor.permissions.contains(&Permission::ClientsWrite),
        (Identity::Client { client_id, user_id: Some(_) }, TokenOwner::Client(id)) => {
            if *client_id != id {
                return Err(AppError::NotFound("client"));
            }
            true
        }
        _ => false,
    };
    match owner {
        _ if !allowed => Err(AppError::Forbidden),
        TokenOwner::Staff(id) => Ok(TokenFilter { staff_id: Some(id.get()), client_id: None }),
        TokenOwner::Client(id) => Ok(TokenFilter { staff_id: None, client_id: Some(id.get()) }),
    }
}

/// Tokens, newest first: one's own; with `staff:write` everybody's.
pub async fn list(app: &App, actor: &Actor, before: Option<ApiTokenId>, limit: i64) -> Result<Vec<ApiTokenRow>> {
    let filter = visible(actor)?;
    let before = before.map(ApiTokenId::get);
    Ok(api_tokens::list(&mut *app.conn().await?, filter, before, limit.clamp(1, 500)).await?)
}

/// Ends a token that [`list`] shows.
pub async fn revoke(app: &App, actor: &Actor, id: ApiTokenId) -> Result<()> {
    let filter = visible(actor)?;
    let mut tx = app.begin(actor).await?;
    let now = tx.now();
    if !api_tokens::revoke(tx.conn(), filter, id, now).await? {
        return Err(AppError::NotFound("API token"));
    }
    tx.audit("api_token.revoke", "api_token", id, json!({})).await?;
    tx.commit().await
}

fn visible(actor: &Actor) -> Result<TokenFilter> {
    match actor.identity {
        Identity::Staff(_) | Identity::System(_) if actor.permissions.contains(&Permission::StaffWrite) => {
            Ok(TokenFilter::default())
        }
        Identity::Staff(id) => Ok(TokenFilter { staff_id: Some(id.get()), client_id: None }),
        Identity::Client { client_id, user_id: Some(_) } => {
            Ok(TokenFilter { staff_id: None, client_id: Some(client_id.get()) })
        }
        _ => Err(AppError::Forbidden),
    }
}

/// Who a bearer token is, with what its scopes and its owner both allow.
pub async fn authenticate(app: &App, bearer: &str, ip: &str, request_id: &str) -> Result<Actor> {
    if !bearer.starts_with(PREFIX) {
        return Err(REFUSED);
    }
    let now = app.now();
    let mut conn = app.conn().await?;
    let token = api_tokens::usable(&mut conn, &tokens::hash(bearer), now).await?.ok_or(REFUSED)?;
    if token.last_used_at.is_none_or(|at| now - at >= TimeDelta::minutes(1)) {
        api_tokens::touch(&mut conn, token.id, now).await?;
    }
    actor(&token, ip, request_id)
}

fn actor(token: &UsableToken, ip: &str, request_id: &str) -> Result<Actor> {
    let (identity, owned) = match (token.staff_id, token.client_id) {
        (Some(id), None) => (Identity::Staff(StaffId(id)), known(&token.permissions)),
        (None, Some(id)) => {
            let identity = Identity::Client { client_id: ClientId(id), user_id: None };
            (identity, CLIENT_PERMISSIONS.into_iter().collect())
        }
        _ => return Err(AppError::internal("an API token belongs to nobody")),
    };
    Ok(Actor {
        identity,
        name: format!("token {} ({})", token.id, token.name),
        permissions: known(&token.scopes).intersection(&owned).copied().collect(),
        ip: ip.to_owned(),
        request_id: request_id.to_owned(),
    })
}

#[cfg(test)]
mod tests;
