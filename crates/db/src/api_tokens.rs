//! Tokens of the REST API.

use chrono::{DateTime, Utc};
use innkeeper_domain::ApiTokenId;
use sqlx::{PgConnection, Result};

/// A token to be stored: for a member of staff or for a client.
pub struct NewApiToken<'a> {
    pub name: &'a str,
    pub token_hash: &'a [u8],
    pub staff_id: Option<i64>,
    pub client_id: Option<i64>,
    pub scopes: &'a [String],
    pub expires_at: Option<DateTime<Utc>>,
}

/// A token in a list.
#[derive(Clone, Debug)]
pub struct ApiTokenRow {
    pub id: ApiTokenId,
    pub name: String,
    pub staff_id: Option<i64>,
    pub client_id: Option<i64>,
    /// Name of the member of staff or of the client it acts for.
    pub owner: String,
    pub scopes: Vec<String>,
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// Whose tokens; neither: everybody's.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokenFilter {
    pub staff_id: Option<i64>,
    pub client_id: Option<i64>,
}

/// A token that may be used, with what its owner may do.
#[derive(Clone, Debug)]
pub struct UsableToken {
    pub id: ApiTokenId,
    pub name: String,
    pub staff_id: Option<i64>,
    pub client_id: Option<i64>,
    pub scopes: Vec<String>,
    /// Of the member of staff's role.
    pub permissions: Vec<String>,
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Stores a token.
pub async fn insert(conn: &mut PgConnection, token: &NewApiToken<'_>) -> Result<ApiTokenId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO api_token (name, token_hash, staff_id, client_id, scopes, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        token.name,
        token.token_hash,
        token.staff_id,
        token.client_id,
        token.scopes,
        token.expires_at
    )
    .fetch_one(conn)
    .await?;
    Ok(ApiTokenId(id))
}

/// Tokens, newest first.
pub async fn list(
    conn: &mut PgConnection,
    filter: TokenFilter,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<ApiTokenRow>> {
    sqlx::query_as!(
        ApiTokenRow,
        r#"SELECT a.id, a.name, a.staff_id, a.client_id, a.scopes, a.expires_at, a.revoked_at, a.last_used_at, a.created_at,
                  coalesce(t.name, nullif(c.company, ''), c.first_name || ' ' || c.last_name) AS "owner!"
           FROM api_token a LEFT JOIN staff t ON t.id = a.staff_id LEFT JOIN client c ON c.id = a.client_id
           WHERE ($1::bigint IS NULL OR a.staff_id = $1) AND ($2::bigint IS NULL OR a.client_id = $2)
             AND ($3::bigint IS NULL OR a.id < $3)
           ORDER BY a.id DESC LIMIT $4"#,
        filter.staff_id,
        filter.client_id,
        before,
        limit
    )
    .fetch_all(conn)
    .await
}

/// Revokes a token of `filter`. False: there is none that is not revoked.
pub async fn revoke(conn: &mut PgConnection, filter: TokenFilter, id: ApiTokenId, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE api_token SET revoked_at = $4 WHERE id = $3 AND revoked_at IS NULL
           AND ($1::bigint IS NULL OR staff_id = $1) AND ($2::bigint IS NULL OR client_id = $2)",
        filter.staff_id,
        filter.client_id,
        id.get(),
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The token with this hash, unless it is revoked or expired or its owner is disabled or closed.
pub async fn usable(conn: &mut PgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<UsableToken>> {
    sqlx::query_as!(
        UsableToken,
        r#"SELECT a.id, a.name, a.staff_id, a.client_id, a.scopes, coalesce(r.permissions, '{}') AS "permissions!", a.last_used_at
           FROM api_token a LEFT JOIN staff t ON t.id = a.staff_id LEFT JOIN role r ON r.id = t.role_id
           LEFT JOIN client c ON c.id = a.client_id
           WHERE a.token_hash = $1 AND a.revoked_at IS NULL AND (a.expires_at IS NULL OR a.expires_at > $2)
             AND t.disabled_at IS NULL AND c.state IS DISTINCT FROM 'closed'"#,
        token_hash,
        now
    )
    .fetch_optional(conn)
    .await
}

/// Notes a use.
pub async fn touch(conn: &mut PgConnection, id: ApiTokenId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("UPDATE api_token SET last_used_at = $2 WHERE id = $1", id.get(), now).execute(conn).await?;
    Ok(())
}
