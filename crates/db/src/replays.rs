//! Sending events again. Each function wants the subscribers locked: [`lock`].

use chrono::{DateTime, Utc};
use innkeeper_domain::{DeliveryId, EventId};
use sqlx::{PgConnection, Result};

/// Locks subscribers until commit: the one with this id, or all that are switched on. Their ids.
pub async fn lock(conn: &mut PgConnection, subscriber: Option<&str>) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        "SELECT id FROM subscriber WHERE enabled AND ($1::text IS NULL OR id = $1) ORDER BY id FOR UPDATE",
        subscriber
    )
    .fetch_all(conn)
    .await
}

/// The subscriber of a delivery.
pub async fn subscriber_of(conn: &mut PgConnection, delivery: DeliveryId) -> Result<Option<String>> {
    sqlx::query_scalar!("SELECT subscriber_id FROM delivery WHERE id = $1", delivery.get()).fetch_optional(conn).await
}

/// Which events to send again.
#[derive(Clone, Copy, Debug, Default)]
pub struct Which<'a> {
    /// This one.
    pub event: Option<EventId>,
    /// With this name.
    pub name: Option<&'a str>,
    /// That happened then or later.
    pub from: Option<DateTime<Utc>>,
    /// That happened before.
    pub to: Option<DateTime<Utc>>,
}

/// How many deliveries [`again`] would make.
pub async fn count(conn: &mut PgConnection, subscribers: &[String], which: &Which<'_>) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM event e LEFT JOIN feed f ON f.event_id = e.id
           JOIN subscriber s ON s.id = ANY ($1) AND (s.events = '{}' OR e.name = ANY (s.events))
           WHERE ($2::bigint IS NULL OR e.id = $2) AND ($3::text IS NULL OR e.name = $3)
             AND ($4::timestamptz IS NULL OR e.occurred_at >= $4) AND ($5::timestamptz IS NULL OR e.occurred_at < $5)
             AND CASE WHEN f.position IS NULL THEN NOT EXISTS (SELECT 1 FROM outbox o WHERE o.event_id = e.id) ELSE f.position <= s.cursor END
             AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.subscriber_id = s.id AND d.event_id = e.id AND d.state = 'pending')"#,
        subscribers,
        which.event.map(EventId::get),
        which.name,
        which.from,
        which.to
    )
    .fetch_one(conn)
    .await
}

/// Sends events again to those of the subscribers that ask for such events, in the order of each thing. What
/// is still to come to a subscriber anyway is left alone. Returns how many deliveries are made.
pub async fn again(conn: &mut PgConnection, subscribers: &[String], which: &Which<'_>) -> Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO delivery (subscriber_id, event_id, aggregate, aggregate_id, sequence, run_at)
         SELECT s.id, e.id, e.aggregate, e.aggregate_id, e.sequence, NULL FROM event e LEFT JOIN feed f ON f.event_id = e.id
         JOIN subscriber s ON s.id = ANY ($1) AND (s.events = '{}' OR e.name = ANY (s.events))
         WHERE ($2::bigint IS NULL OR e.id = $2) AND ($3::text IS NULL OR e.name = $3)
           AND ($4::timestamptz IS NULL OR e.occurred_at >= $4) AND ($5::timestamptz IS NULL OR e.occurred_at < $5)
           AND CASE WHEN f.position IS NULL THEN NOT EXISTS (SELECT 1 FROM outbox o WHERE o.event_id = e.id) ELSE f.position <= s.cursor END
         ORDER BY e.id
         ON CONFLICT (subscriber_id, event_id) DO UPDATE SET state = 'pending', attempts = 0, last_error = NULL, run_at = NULL
         WHERE delivery.state <> 'pending'",
        subscribers,
        which.event.map(EventId::get),
        which.name,
        which.from,
        which.to
    )
    .execute(&mut *conn)
    .await?;
    line_up(conn, subscribers).await?;
    Ok(done.rows_affected())
}

/// Makes a delivery again. False: there is none, or it is under way anyway.
pub async fn delivery(conn: &mut PgConnection, subscriber: &str, id: DeliveryId) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE delivery SET state = 'pending', attempts = 0, run_at = NULL
         WHERE id = $1 AND subscriber_id = $2 AND state IN ('delivered', 'dead')",
        id.get(),
        subscriber
    )
    .execute(&mut *conn)
    .await?;
    line_up(conn, &[subscriber.to_owned()]).await?;
    Ok(done.rows_affected() == 1)
}

/// Makes every dead delivery of a subscriber again. Returns how many.
pub async fn dead(conn: &mut PgConnection, subscriber: &str) -> Result<u64> {
    let done = sqlx::query!(
        "UPDATE delivery SET state = 'pending', attempts = 0, run_at = NULL WHERE subscriber_id = $1 AND state = 'dead'",
        subscriber
    )
    .execute(&mut *conn)
    .await?;
    line_up(conn, &[subscriber.to_owned()]).await?;
    Ok(done.rows_affected())
}

/// Gives the first waiting delivery of each thing a time, and takes it from the others.
async fn line_up(conn: &mut PgConnection, subscribers: &[String]) -> Result<()> {
    sqlx::query!(
        "UPDATE delivery d SET run_at = CASE WHEN x.first THEN now() END
         FROM (SELECT id, row_number() OVER (PARTITION BY subscriber_id, aggregate, aggregate_id ORDER BY sequence) = 1 AS first
               FROM delivery WHERE subscriber_id = ANY ($1) AND state = 'pending') x
         WHERE d.id = x.id AND (d.run_at IS NOT NULL) <> x.first",
        subscribers
    )
    .execute(conn)
    .await?;
    Ok(())
}
