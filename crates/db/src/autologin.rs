//! Sites that sign login links, and the links that were used.

use chrono::{DateTime, Utc};
use innkeeper_domain::{AutologinSiteId, UserId};
use sqlx::{PgConnection, Result};

/// A site in a list.
#[derive(Clone, Debug)]
pub struct SiteRow {
    pub id: AutologinSiteId,
    pub name: String,
    pub key_id: String,
    pub disabled_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// A site with its key.
pub struct SiteKey {
    pub id: AutologinSiteId,
    pub name: String,
    pub key_id: String,
    pub key_sealed: String,
}

/// Adds a site. `None`: the name is taken.
pub async fn insert(
    conn: &mut PgConnection,
    name: &str,
    key_id: &str,
    key_sealed: &str,
) -> Result<Option<AutologinSiteId>> {
    let id = sqlx::query_scalar!(
        "INSERT INTO autologin_site (name, key_id, key_sealed) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO NOTHING RETURNING id",
        name,
        key_id,
        key_sealed
    )
    .fetch_optional(conn)
    .await?;
    Ok(id.map(AutologinSiteId))
}

/// All sites, newest first.
pub async fn list(conn: &mut PgConnection) -> Result<Vec<SiteRow>> {
    sqlx::query_as!(SiteRow, "SELECT id, name, key_id, disabled_at, created_at FROM autologin_site ORDER BY id DESC")
        .fetch_all(conn)
        .await
}

/// The enabled site with this key id.
pub async fn by_key_id(conn: &mut PgConnection, key_id: &str) -> Result<Option<SiteKey>> {
    sqlx::query_as!(
        SiteKey,
        "SELECT id, name, key_id, key_sealed FROM autologin_site WHERE key_id = $1 AND disabled_at IS NULL",
        key_id
    )
    .fetch_optional(conn)
    .await
}

/// The enabled site with this id.
pub async fn by_id(conn: &mut PgConnection, id: AutologinSiteId) -> Result<Option<SiteKey>> {
    sqlx::query_as!(
        SiteKey,
        "SELECT id, name, key_id, key_sealed FROM autologin_site WHERE id = $1 AND disabled_at IS NULL",
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// Disables a site. False: there is no such enabled site.
pub async fn disable(conn: &mut PgConnection, id: AutologinSiteId, now: DateTime<Utc>) -> Result<bool> {
    let done =
        sqlx::query!("UPDATE autologin_site SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL", id.get(), now)
            .execute(conn)
            .await?;
    Ok(done.rows_affected() > 0)
}

/// Uses a link up. False: it was used before. Another use at the same time waits for this one's commit.
pub async fn use_nonce(conn: &mut PgConnection, nonce: &str, user: UserId, expires_at: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO autologin_nonce (nonce, user_id, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        nonce,
        user.get(),
        expires_at
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}
