//! Portal logins, and the clients they may act for.

use chrono::{DateTime, Utc};
use innkeeper_domain::{ClientId, UserId, state::ClientState};
use sqlx::{PgConnection, Result};

use crate::Text;

/// What is needed to check a password.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub id: i64,
    pub email: String,
    pub password_hash: String,
    pub disabled: bool,
}

/// A client that a login may act for.
#[derive(Clone, Debug)]
pub struct Membership {
    pub client_id: ClientId,
    /// The company's name, else the person's.
    pub name: String,
    pub state: Text<ClientState>,
}

/// A login of a client.
#[derive(Clone, Debug)]
pub struct ClientLogin {
    pub user_id: UserId,
    pub email: String,
    pub is_owner: bool,
    pub disabled_at: Option<DateTime<Utc>>,
    pub last_login_at: Option<DateTime<Utc>>,
}

/// The login with this (lower-case) address.
pub async fn by_email(conn: &mut PgConnection, email: &str) -> Result<Option<Credentials>> {
    sqlx::query_as!(
        Credentials,
        r#"SELECT id, email, password_hash, disabled_at IS NOT NULL AS "disabled!" FROM user_account WHERE email = $1"#,
        email
    )
    .fetch_optional(conn)
    .await
}

/// The login with this id.
pub async fn by_id(conn: &mut PgConnection, id: UserId) -> Result<Option<Credentials>> {
    sqlx::query_as!(
        Credentials,
        r#"SELECT id, email, password_hash, disabled_at IS NOT NULL AS "disabled!" FROM user_account WHERE id = $1"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// Notes a login and keeps the account as it is until commit. False if meanwhile it was disabled or
/// (with `hash`) got another password.
pub async fn enter(conn: &mut PgConnection, id: UserId, hash: Option<&str>, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE user_account SET last_login_at = $3
         WHERE id = $1 AND disabled_at IS NULL AND ($2::text IS NULL OR password_hash = $2)",
        id.get(),
        hash,
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Adds a login. `None`: the address is taken.
pub async fn insert(conn: &mut PgConnection, email: &str, password_hash: &str) -> Result<Option<UserId>> {
    let id = sqlx::query_scalar!(
        "INSERT INTO user_account (email, password_hash) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING RETURNING id",
        email,
        password_hash
    )
    .fetch_optional(conn)
    .await?;
    Ok(id.map(UserId))
}

/// Replaces the password.
pub async fn set_password(conn: &mut PgConnection, id: UserId, password_hash: &str) -> Result<()> {
    sqlx::query!("UPDATE user_account SET password_hash = $2 WHERE id = $1", id.get(), password_hash)
        .execute(conn)
        .await?;
    Ok(())
}

/// Lets a login act for a client. False: it already may.
pub async fn link(conn: &mut PgConnection, client: ClientId, user: UserId, is_owner: bool) -> Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO client_user (client_id, user_id, is_owner) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        client.get(),
        user.get(),
        is_owner
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// No longer lets a login act for a client. False: it did not.
pub async fn unlink(conn: &mut PgConnection, client: ClientId, user: UserId) -> Result<bool> {
    let done = sqlx::query!("DELETE FROM client_user WHERE client_id = $1 AND user_id = $2", client.get(), user.get())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// The clients a login may act for, its own first.
pub async fn memberships(conn: &mut PgConnection, id: UserId) -> Result<Vec<Membership>> {
    sqlx::query_as!(
        Membership,
        r#"SELECT c.id AS client_id, c.state AS "state: _",
                  CASE WHEN c.company <> '' THEN c.company ELSE c.first_name || ' ' || c.last_name END AS "name!"
           FROM client_user m JOIN client c ON c.id = m.client_id
           WHERE m.user_id = $1 ORDER BY m.is_owner DESC, c.id"#,
        id.get()
    )
    .fetch_all(conn)
    .await
}

/// May the login act for the client, and is the client open? Keeps it so until commit.
pub async fn may_act(conn: &mut PgConnection, user: UserId, client: ClientId) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"SELECT 1 AS "one!" FROM client_user m JOIN client c ON c.id = m.client_id
           WHERE m.user_id = $1 AND m.client_id = $2 AND c.state <> 'closed' FOR SHARE"#,
        user.get(),
        client.get()
    )
    .fetch_optional(conn)
    .await?;
    Ok(found.is_some())
}

/// The logins of a client, the owner first.
pub async fn of_client(conn: &mut PgConnection, client: ClientId) -> Result<Vec<ClientLogin>> {
    sqlx::query_as!(
        ClientLogin,
        "SELECT u.id AS user_id, u.email, m.is_owner, u.disabled_at, u.last_login_at
         FROM client_user m JOIN user_account u ON u.id = m.user_id
         WHERE m.client_id = $1 ORDER BY m.is_owner DESC, u.id",
        client.get()
    )
    .fetch_all(conn)
    .await
}
