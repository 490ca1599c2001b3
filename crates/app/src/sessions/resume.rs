//! From a cookie to who asks.

use chrono::{DateTime, TimeDelta, Utc};
use innkeeper_db::{sessions, sessions::SessionRow, users};
use innkeeper_domain::{ClientId, Permission, SessionId, StaffId, UserId, state::ClientState};
use std::collections::BTreeSet;

use crate::{Actor, App, AppError, Identity, Result, actor::CLIENT_PERMISSIONS, tokens};

/// Which of the two doors a session opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The admin panel.
    Staff,
    /// The client portal.
    Portal,
}

impl Audience {
    /// `staff` or `portal`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Portal => "portal",
        }
    }
    /// Unused for so long, a session ends.
    pub(crate) const fn idle(self) -> TimeDelta {
        match self {
            Self::Staff => TimeDelta::hours(8),
            Self::Portal => TimeDelta::hours(24),
        }
    }
    /// A session ends after this, however busy it is.
    pub(crate) const fn longest(self) -> TimeDelta {
        match self {
            Self::Staff => TimeDelta::hours(24),
            Self::Portal => TimeDelta::days(14),
        }
    }
}

/// A live session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id, for [`super::revoke`].
    pub id: SessionId,
    /// Who asks.
    pub actor: Actor,
    /// Name to greet with.
    pub user_name: String,
    /// Address it logs in with.
    pub email: String,
    /// The door it opens.
    pub audience: Audience,
    /// The open clients the login may act for, with their names; empty for staff.
    pub clients: Vec<(ClientId, String)>,
    /// `password` or `autologin`.
    pub via: String,
}

/// The session of a cookie, if it is still good. Using it keeps it open.
pub async fn resume(app: &App, token: &str, ip: &str, request_id: &str) -> Result<Option<Session>> {
    let now = app.now();
    let mut conn = app.conn().await?;
    let Some(row) = sessions::live(&mut conn, &tokens::hash(token), now).await? else { return Ok(None) };
    let audience = if row.staff_id.is_some() { Audience::Staff } else { Audience::Portal };
    if now - row.last_seen_at >= TimeDelta::minutes(1) {
        sessions::touch(&mut conn, row.id, now, expiry(audience, row.created_at, now)).await?;
    }
    let clients = match row.user_id {
        Some(user) => users::memberships(&mut conn, UserId(user)).await?,
        None => vec![],
    };
    let open = clients.into_iter().filter(|m| *m.state != ClientState::Closed);
    let clients = open.map(|m| (m.client_id, m.name)).collect();
    let actor = actor(&row, ip, request_id)?;
    Ok(Some(Session { id: row.id, actor, user_name: row.name, email: row.email, audience, clients, via: row.via }))
}

fn expiry(audience: Audience, opened: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    (now + audience.idle()).min(opened + audience.longest())
}

fn actor(row: &SessionRow, ip: &str, request_id: &str) -> Result<Actor> {
    let (identity, permissions) = match (row.staff_id, row.user_id, row.client_id) {
        (Some(staff), None, None) => (Identity::Staff(StaffId(staff)), known(&row.permissions)),
        (None, Some(user), Some(client)) => {
            let identity = Identity::Client { client_id: ClientId(client), user_id: Some(UserId(user)) };
            (identity, CLIENT_PERMISSIONS.into_iter().collect())
        }
        _ => return Err(AppError::internal("a session belongs to nobody")),
    };
    let (ip, request_id) = (ip.to_owned(), request_id.to_owned());
    Ok(Actor { identity, name: row.email.clone(), permissions, ip, request_id })
}

/// Permissions of their words. Words of an older or newer version count for nothing.
pub(crate) fn known(words: &[String]) -> BTreeSet<Permission> {
    words.iter().filter_map(|word| word.parse().ok()).collect()
}
