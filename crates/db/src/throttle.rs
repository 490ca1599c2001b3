//! Counted attempts, shared by all nodes.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Result};

/// The attempts counted in the current window.
pub struct Attempts {
    pub attempts: i32,
    pub window_ends: DateTime<Utc>,
}

/// Counts an attempt; a window that is over starts anew and ends at `ends`.
pub async fn count(conn: &mut PgConnection, key: &str, now: DateTime<Utc>, ends: DateTime<Utc>) -> Result<Attempts> {
    sqlx::query_as!(
        Attempts,
        "INSERT INTO throttle AS t (key, attempts, window_ends) VALUES ($1, 1, $3)
         ON CONFLICT (key) DO UPDATE SET
             attempts = CASE WHEN t.window_ends <= $2 THEN 1 ELSE least(t.attempts, 1000000) + 1 END,
             window_ends = CASE WHEN t.window_ends <= $2 THEN excluded.window_ends ELSE t.window_ends END
         RETURNING attempts, window_ends",
        key,
        now,
        ends
    )
    .fetch_one(conn)
    .await
}

/// Takes back one attempt.
pub async fn uncount(conn: &mut PgConnection, key: &str) -> Result<()> {
    sqlx::query!("UPDATE throttle SET attempts = greatest(attempts - 1, 0) WHERE key = $1", key).execute(conn).await?;
    Ok(())
}

/// Forgets the attempts.
pub async fn clear(conn: &mut PgConnection, key: &str) -> Result<()> {
    sqlx::query!("DELETE FROM throttle WHERE key = $1", key).execute(conn).await?;
    Ok(())
}
