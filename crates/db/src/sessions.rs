//! Sessions of staff and of portal logins, and what expires with them.

use chrono::{DateTime, Utc};
use innkeeper_domain::SessionId;
use sqlx::{PgConnection, Result};

/// A session to be opened: of staff, or of a login acting for a client.
pub struct NewSession<'a> {
    pub token_hash: &'a [u8],
    pub staff_id: Option<i64>,
    pub user_id: Option<i64>,
    pub client_id: Option<i64>,
    pub via: &'a str,
    pub ip: &'a str,
    pub user_agent: &'a str,
    pub now: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// A session with who it belongs to.
#[derive(Clone, Debug)]
pub struct SessionRow {
    pub id: SessionId,
    pub staff_id: Option<i64>,
    pub user_id: Option<i64>,
    pub client_id: Option<i64>,
    pub via: String,
    pub name: String,
    pub email: String,
    /// Of the role; empty for portal logins.
    pub permissions: Vec<String>,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
}

/// A session as its owner sees it in a list.
#[derive(Clone, Debug)]
pub struct SessionEntry {
    pub id: SessionId,
    pub via: String,
    pub ip: String,
    pub user_agent: String,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
}

/// Whose sessions: exactly one of the two is set.
#[derive(Clone, Copy, Debug)]
pub struct SessionOwner {
    pub staff_id: Option<i64>,
    pub user_id: Option<i64>,
}

/// Opens a session.
pub async fn insert(conn: &mut PgConnection, session: &NewSession<'_>) -> Result<SessionId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO session (token_hash, staff_id, user_id, client_id, via, ip, user_agent, created_at, last_seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9) RETURNING id",
        session.token_hash,
        session.staff_id,
        session.user_id,
        session.client_id,
        session.via,
        session.ip,
        session.user_agent,
        session.now,
        session.expires_at
    )
    .fetch_one(conn)
    .await?;
    Ok(SessionId(id))
}

/// The live session with this token. None for those of disabled people, of closed clients, and of
/// logins that no longer belong to the client.
pub async fn live(conn: &mut PgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<SessionRow>> {
    sqlx::query_as!(
        SessionRow,
        r#"SELECT s.id, s.staff_id, s.user_id, s.client_id, s.via, s.created_at, s.last_seen_at,
                  coalesce(t.name, CASE WHEN m.is_owner THEN c.first_name || ' ' || c.last_name ELSE u.email END) AS "name!",
                  coalesce(t.email, u.email) AS "email!", coalesce(r.permissions, '{}') AS "permissions!"
           FROM session s
           LEFT JOIN staff t ON t.id = s.staff_id LEFT JOIN role r ON r.id = t.role_id
           LEFT JOIN user_account u ON u.id = s.user_id LEFT JOIN client c ON c.id = s.client_id
           LEFT JOIN client_user m ON m.user_id = s.user_id AND m.client_id = s.client_id
           WHERE s.token_hash = $1 AND s.expires_at > $2 AND t.disabled_at IS NULL AND u.disabled_at IS NULL
             AND (s.user_id IS NULL OR (m.user_id IS NOT NULL AND c.state <> 'closed'))"#,
        token_hash,
        now
    )
    .fetch_optional(conn)
    .await
}

/// Moves the expiry of a session that was just used.
pub async fn touch(
    conn: &mut PgConnection,
    id: SessionId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!("UPDATE session SET last_seen_at = $2, expires_at = $3 WHERE id = $1", id.get(), now, expires_at)
        .execute(conn)
        .await?;
    Ok(())
}

/// Lets a portal session act for another client of its login.
pub async fn set_client(conn: &mut PgConnection, id: SessionId, client_id: i64) -> Result<()> {
    sqlx::query!("UPDATE session SET client_id = $2 WHERE id = $1 AND user_id IS NOT NULL", id.get(), client_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// The live sessions of somebody, latest use first.
pub async fn list(conn: &mut PgConnection, owner: SessionOwner, now: DateTime<Utc>) -> Result<Vec<SessionEntry>> {
    sqlx::query_as!(
        SessionEntry,
        "SELECT id, via, ip, user_agent, created_at, last_seen_at FROM session
         WHERE (staff_id = $1 OR user_id = $2) AND expires_at > $3 ORDER BY last_seen_at DESC, id DESC LIMIT 100",
        owner.staff_id,
        owner.user_id,
        now
    )
    .fetch_all(conn)
    .await
}

/// Ends one session of somebody. False: there is none.
pub async fn end(conn: &mut PgConnection, owner: SessionOwner, id: SessionId) -> Result<bool> {
    let done = sqlx::query!(
        "DELETE FROM session WHERE id = $3 AND (staff_id = $1 OR user_id = $2)",
        owner.staff_id,
        owner.user_id,
        id.get()
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Ends the sessions of somebody, except `keep`.
pub async fn end_all(conn: &mut PgConnection, owner: SessionOwner, keep: Option<SessionId>) -> Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM session WHERE (staff_id = $1 OR user_id = $2) AND id IS DISTINCT FROM $3",
        owner.staff_id,
        owner.user_id,
        keep.map(SessionId::get)
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Ends the sessions that act for a client; of one login only, if given.
pub async fn end_of_client(conn: &mut PgConnection, client_id: i64, user_id: Option<i64>) -> Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM session WHERE client_id = $1 AND ($2::bigint IS NULL OR user_id = $2)",
        client_id,
        user_id
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Removes what is of no use any more: expired sessions, links, nonces and throttles; remembered
/// requests from before `old`; carts that nobody touched since `carts_before`.
pub async fn clean_up(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    old: DateTime<Utc>,
    carts_before: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!("DELETE FROM session WHERE expires_at <= $1", now).execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM one_time_token WHERE expires_at <= $1", now).execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM autologin_nonce WHERE expires_at <= $1", now).execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM throttle WHERE window_ends <= $1", now).execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM cart WHERE updated_at <= $1", carts_before).execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM idempotent_request WHERE created_at <= $1", old).execute(conn).await?;
    Ok(())
}
