//! Logging in with a password.

use chrono::{DateTime, Utc};
use innkeeper_db::{sessions, staff, users, users::Credentials};
use innkeeper_domain::{ClientId, StaffId, UserId, state::ClientState};
use innkeeper_hooks::payloads::{StaffLoggedIn, UserLoggedIn};
use serde_json::json;

use super::{
    resume::Audience,
    throttle::{self, PER_ACCOUNT, PER_ADDRESS},
};
use crate::{Actor, App, AppError, Identity, Result, Tx, passwords, tokens};

const REFUSED: AppError = AppError::Unauthenticated("the e-mail address or the password is wrong");
const CLOSED: AppError = AppError::Unauthenticated("this account is closed");
/// Longest browser name that is kept, in characters.
const USER_AGENT: usize = 200;

/// A session that was just opened.
pub struct NewSession {
    /// For the cookie; not stored, cannot be shown again.
    pub token: String,
    /// Latest end of the session, however busy it is.
    pub expires_at: DateTime<Utc>,
}

/// Logs a member of staff in.
pub async fn staff_login(
    app: &App,
    visitor: &Actor,
    email: &str,
    password: &str,
    user_agent: &str,
) -> Result<NewSession> {
    let attempt = Attempt::begin(app, visitor, Audience::Staff, email).await?;
    let found = staff::by_email(&mut *app.conn().await?, &attempt.email).await?;
    let found = attempt.check(found, password).await?;
    let id = StaffId(found.id);
    let actor = Actor { identity: Identity::Staff(id), name: found.email, ..visitor.clone() };
    let mut tx = app.begin(&actor).await?;
    let now = tx.now();
    if !staff::enter(tx.conn(), id, &found.password_hash, now).await? {
        return Err(REFUSED);
    }
    let opening = Opening { staff_id: Some(id), user: None, via: "password", user_agent };
    let session = insert(&mut tx, &opening).await?;
    tx.emit(&StaffLoggedIn { staff_id: id, email: actor.name.clone() }).await?;
    tx.audit("session.open", "staff", id, json!({ "via": "password" })).await?;
    tx.commit().await?;
    attempt.succeeded().await?;
    Ok(session)
}

/// Logs a portal login in. It acts for its own client first, else for one it was let into.
pub async fn client_login(
    app: &App,
    visitor: &Actor,
    email: &str,
    password: &str,
    user_agent: &str,
) -> Result<NewSession> {
    let attempt = Attempt::begin(app, visitor, Audience::Portal, email).await?;
    let found = users::by_email(&mut *app.conn().await?, &attempt.email).await?;
    let found = attempt.check(found, password).await?;
    let user = UserId(found.id);
    let client = open_client(app, user).await?;
    let actor = portal_actor(visitor, client, user, found.email);
    let mut tx = app.begin(&actor).await?;
    let session = open_for_user(&mut tx, user, client, Some(&found.password_hash), "password", user_agent).await?;
    tx.commit().await?;
    attempt.succeeded().await?;
    Ok(session)
}

/// The client a login acts for at first. Closed clients do not count.
pub(crate) async fn open_client(app: &App, user: UserId) -> Result<ClientId> {
    let memberships = users::memberships(&mut *app.conn().await?, user).await?;
    let open = memberships.iter().find(|m| *m.state != ClientState::Closed);
    open.map(|m| m.client_id).ok_or(CLOSED)
}

/// Who a visitor is once logged in to the portal.
pub(crate) fn portal_actor(visitor: &Actor, client_id: ClientId, user: UserId, email: String) -> Actor {
    let identity = Identity::Client { client_id, user_id: Some(user) };
    Actor { identity, name: email, ..visitor.clone() }
}

/// Opens a portal session in `tx`, unless the login was disabled, got another password than `hash`
/// or lost its client meanwhile.
pub(crate) async fn open_for_user(
    tx: &mut Tx<'_>,
    user: UserId,
    client: ClientId,
    hash: Option<&str>,
    via: &'static str,
    user_agent: &str,
) -> Result<NewSession> {
    let now = tx.now();
    if !users::enter(tx.conn(), user, hash, now).await? {
        return Err(REFUSED);
    }
    if !users::may_act(tx.conn(), user, client).await? {
        return Err(CLOSED);
    }
    let session = insert(tx, &Opening { staff_id: None, user: Some((user, client)), via, user_agent }).await?;
    tx.emit(&UserLoggedIn { user_id: user, method: via.into() }).await?;
    tx.audit("session.open", "user", user, json!({ "via": via, "client_id": client })).await?;
    Ok(session)
}

struct Opening<'a> {
    staff_id: Option<StaffId>,
    user: Option<(UserId, ClientId)>,
    via: &'static str,
    user_agent: &'a str,
}

async fn insert(tx: &mut Tx<'_>, opening: &Opening<'_>) -> Result<NewSession> {
    let audience = if opening.staff_id.is_some() { Audience::Staff } else { Audience::Portal };
    let (token, token_hash) = tokens::fresh("")?;
    let (now, ip) = (tx.now(), tx.actor().ip.clone());
    let user_agent: String = opening.user_agent.chars().filter(|c| !c.is_control()).take(USER_AGENT).collect();
    let row = sessions::NewSession {
        token_hash: &token_hash,
        staff_id: opening.staff_id.map(StaffId::get),
        user_id: opening.user.map(|(user, _)| user.get()),
        client_id: opening.user.map(|(_, client)| client.get()),
        via: opening.via,
        ip: &ip,
        user_agent: &user_agent,
        now,
        expires_at: now + audience.idle(),
    };
    sessions::insert(tx.conn(), &row).await?;
    Ok(NewSession { token, expires_at: now + audience.longest() })
}

/// One try of a password, counted before it is looked at.
struct Attempt<'a> {
    app: &'a App,
    email: String,
    key: String,
    ip: &'a str,
}

impl<'a> Attempt<'a> {
    async fn begin(app: &'a App, visitor: &'a Actor, audience: Audience, email: &str) -> Result<Self> {
        let email = email.trim().to_lowercase();
        if email.len() > 254 || email.chars().any(char::is_control) {
            return Err(REFUSED);
        }
        let key = format!("login:{}:{email}", audience.as_str());
        throttle::take_address(app, "login", &visitor.ip, PER_ADDRESS).await?;
        throttle::take(app, &key, PER_ACCOUNT).await?;
        Ok(Self { app, email, key, ip: &visitor.ip })
    }
    async fn check(&self, found: Option<Credentials>, password: &str) -> Result<Credentials> {
        let right = passwords::verify(found.as_ref().map(|f| f.password_hash.as_str()), password).await?;
        match found {
            Some(found) if right && found.disabled => Err(CLOSED),
            Some(found) if right => Ok(found),
            _ => {
                tracing::info!(ip = self.ip, key = self.key, "a login was refused");
                Err(REFUSED)
            }
        }
    }
    async fn succeeded(&self) -> Result<()> {
        throttle::succeeded(self.app, &self.key, "login", self.ip).await
    }
}
