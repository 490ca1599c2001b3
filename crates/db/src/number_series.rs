//! Series of numbers without gaps.

use sqlx::{PgConnection, Result};

/// The next number of a series, if it has begun.
pub async fn next(conn: &mut PgConnection, series: &str) -> Result<Option<i64>> {
    sqlx::query_scalar!("SELECT next FROM number_series WHERE series = $1", series).fetch_optional(conn).await
}

/// Begins each of these series with 1, unless it has begun, and locks them, always in the same order.
pub async fn lock(conn: &mut PgConnection, series: &[String]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO number_series (series, next) SELECT s, 1 FROM unnest($1::text[]) s ORDER BY s ON CONFLICT DO NOTHING",
        series
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("SELECT FROM number_series WHERE series = ANY($1) ORDER BY series FOR UPDATE", series)
        .execute(conn)
        .await?;
    Ok(())
}

/// Lets a series begin with a number. False: something else has a number of it already.
pub async fn begin(conn: &mut PgConnection, series: &str, first: i64) -> Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO number_series AS s (series, first, next) VALUES ($1, $2, $2)
         ON CONFLICT (series) DO UPDATE SET first = CASE WHEN s.next = s.first THEN $2 ELSE s.first END,
             next = CASE WHEN s.next = s.first THEN $2 ELSE s.next END WHERE s.next = s.first OR s.next = $2",
        series,
        first
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
