//! Deliveries that are not simply made: events that failed for a subscriber, those of the same thing that
//! wait behind them, and those sent again. The first of a thing has a time, the others have none.
//!
//! Whoever writes here holds the subscriber's row (`subscribers::advance`, `replays`): what is the first
//! cannot change under its hands.

use chrono::{DateTime, Utc};
use innkeeper_domain::{DeliveryId, EventId, state::DeliveryState};
use serde_json::Value;
use sqlx::{PgConnection, Result};

use crate::Text;

/// A delivery whose time has come.
#[derive(Clone, Debug)]
pub struct DueDelivery {
    pub delivery_id: DeliveryId,
    pub attempts: i32,
    pub id: EventId,
    pub name: String,
    pub version: i32,
    pub occurred_at: DateTime<Utc>,
    pub aggregate: String,
    pub aggregate_id: i64,
    pub sequence: i64,
    pub payload: Value,
}

/// Deliveries of a subscriber whose time has come, the earliest first.
pub async fn due(conn: &mut PgConnection, subscriber: &str, limit: i64) -> Result<Vec<DueDelivery>> {
    sqlx::query_as!(
        DueDelivery,
        "SELECT d.id AS delivery_id, d.attempts, e.id, e.name, e.version, e.occurred_at, e.aggregate, e.aggregate_id, e.sequence,
                e.payload
         FROM delivery d JOIN event e ON e.id = d.event_id
         WHERE d.subscriber_id = $1 AND d.state = 'pending' AND d.run_at <= now() ORDER BY d.run_at, d.id LIMIT $2",
        subscriber,
        limit
    )
    .fetch_all(conn)
    .await
}

/// Things by kind and id, side by side.
#[derive(Clone, Debug, Default)]
pub struct Things {
    pub aggregates: Vec<String>,
    pub ids: Vec<i64>,
}

/// Those of the things that have a delivery waiting.
pub async fn blocked(conn: &mut PgConnection, subscriber: &str, things: &Things) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"SELECT t.aggregate AS "aggregate!", t.id AS "id!" FROM unnest($2::text[], $3::bigint[]) AS t (aggregate, id)
           WHERE EXISTS (SELECT 1 FROM delivery d WHERE d.subscriber_id = $1 AND d.state = 'pending'
               AND d.aggregate = t.aggregate AND d.aggregate_id = t.id)"#,
        subscriber,
        &things.aggregates,
        &things.ids
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.aggregate, row.id)).collect())
}

/// An event that is put aside for a subscriber.
#[derive(Clone, Debug)]
pub struct NewDelivery<'a> {
    pub event: EventId,
    pub aggregate: &'a str,
    pub aggregate_id: i64,
    pub sequence: i64,
    /// 0 or 1.
    pub attempts: i32,
    /// Why it failed.
    pub error: Option<&'a str>,
    /// Tried again after so many seconds; none: it waits behind another one.
    pub delay: Option<f64>,
}

/// Puts events aside. One that is there already stays as it is, unless it was delivered.
pub async fn park(conn: &mut PgConnection, subscriber: &str, new: &[NewDelivery<'_>]) -> Result<()> {
    let events: Vec<i64> = new.iter().map(|d| d.event.get()).collect();
    let aggregates: Vec<&str> = new.iter().map(|d| d.aggregate).collect();
    let ids: Vec<i64> = new.iter().map(|d| d.aggregate_id).collect();
    let sequences: Vec<i64> = new.iter().map(|d| d.sequence).collect();
    let attempts: Vec<i32> = new.iter().map(|d| d.attempts).collect();
    let errors: Vec<Option<&str>> = new.iter().map(|d| d.error).collect();
    let delays: Vec<Option<f64>> = new.iter().map(|d| d.delay).collect();
    sqlx::query!(
        "INSERT INTO delivery (subscriber_id, event_id, aggregate, aggregate_id, sequence, attempts, last_error, run_at)
         SELECT $1, event, aggregate, id, sequence, attempts, error, now() + make_interval(secs => delay)
         FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::int[], $7::text[], $8::float8[])
             AS new (event, aggregate, id, sequence, attempts, error, delay)
         ON CONFLICT (subscriber_id, event_id) DO UPDATE SET state = 'pending', attempts = excluded.attempts,
             last_error = excluded.last_error, run_at = excluded.run_at
         WHERE delivery.state <> 'pending'",
        subscriber,
        &events,
        &aggregates as &[&str],
        &ids,
        &sequences,
        &attempts,
        &errors as &[Option<&str>],
        &delays as &[Option<f64>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Marks deliveries as arrived.
pub async fn delivered(conn: &mut PgConnection, ids: &[i64]) -> Result<()> {
    sqlx::query!(
        "UPDATE delivery SET state = 'delivered', attempts = attempts + 1, last_error = NULL, run_at = now(),
                delivered_at = coalesce(delivered_at, clock_timestamp())
         WHERE id = ANY ($1) AND state = 'pending'",
        ids
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes a failed attempt: tried again after `delay` seconds, or dead if that is none.
pub async fn failed(conn: &mut PgConnection, id: DeliveryId, error: &str, delay: Option<f64>) -> Result<()> {
    sqlx::query!(
        "UPDATE delivery SET state = CASE WHEN $3::float8 IS NULL THEN 'dead' ELSE 'pending' END, attempts = attempts + 1,
                run_at = now() + make_interval(secs => coalesce($3, 0)), last_error = $2
         WHERE id = $1 AND state = 'pending'",
        id.get(),
        error,
        delay
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives the first waiting delivery of each of the things a time, and takes it from the others.
pub async fn line_up(conn: &mut PgConnection, subscriber: &str, things: &Things) -> Result<()> {
    sqlx::query!(
        "UPDATE delivery d SET run_at = NULL FROM unnest($2::text[], $3::bigint[]) AS t (aggregate, id)
         WHERE d.subscriber_id = $1 AND d.state = 'pending' AND d.run_at IS NOT NULL AND d.aggregate = t.aggregate AND d.aggregate_id = t.id
           AND EXISTS (SELECT 1 FROM delivery e WHERE e.subscriber_id = $1 AND e.state = 'pending'
               AND e.aggregate = d.aggregate AND e.aggregate_id = d.aggregate_id AND e.sequence < d.sequence)",
        subscriber,
        &things.aggregates,
        &things.ids
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE delivery SET run_at = now()
         FROM unnest($2::text[], $3::bigint[]) AS t (aggregate, id) CROSS JOIN LATERAL (
             SELECT d.id, d.run_at FROM delivery d WHERE d.subscriber_id = $1 AND d.state = 'pending'
               AND d.aggregate = t.aggregate AND d.aggregate_id = t.id ORDER BY d.sequence LIMIT 1) first
         WHERE delivery.id = first.id AND first.run_at IS NULL",
        subscriber,
        &things.aggregates,
        &things.ids
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A delivery as staff see it.
#[derive(Clone, Debug)]
pub struct DeliveryRow {
    /// None for one that was simply made, or whose turn has not come: it has no row.
    pub id: Option<i64>,
    pub subscriber_id: String,
    pub subscriber: String,
    pub event_id: EventId,
    pub event_name: String,
    pub state: Text<DeliveryState>,
    pub attempts: i32,
    /// None: after an earlier event of the same thing, or in its turn.
    pub run_at: Option<DateTime<Utc>>,
    pub last_error: Option<String>,
    /// Of the first success of one that had failed.
    pub delivered_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// Which deliveries to list.
#[derive(Clone, Debug, Default)]
pub struct DeliveryFilter<'a> {
    pub subscriber: Option<&'a str>,
    pub state: Option<DeliveryState>,
    pub before: Option<DeliveryId>,
    pub limit: i64,
}

/// A page of the deliveries that were not simply made, newest first.
pub async fn list(conn: &mut PgConnection, filter: &DeliveryFilter<'_>) -> Result<Vec<DeliveryRow>> {
    sqlx::query_as!(
        DeliveryRow,
        r#"SELECT d.id AS "id?", d.subscriber_id, s.label AS subscriber, d.event_id, e.name AS event_name, d.state AS "state: _",
                  d.attempts, d.run_at, d.last_error, d.delivered_at, d.created_at
           FROM delivery d JOIN subscriber s ON s.id = d.subscriber_id JOIN event e ON e.id = d.event_id
           WHERE ($1::text IS NULL OR d.subscriber_id = $1)
             AND ($2::text IS NULL OR d.state = $2) AND ($3::bigint IS NULL OR d.id < $3)
           ORDER BY d.id DESC LIMIT $4"#,
        filter.subscriber,
        filter.state.map(DeliveryState::as_str),
        filter.before.map(DeliveryId::get),
        filter.limit
    )
    .fetch_all(conn)
    .await
}

/// Where an event stands with each subscriber that asked for it, by subscriber.
pub async fn of_event(conn: &mut PgConnection, event: EventId) -> Result<Vec<DeliveryRow>> {
    sqlx::query_as!(
        DeliveryRow,
        r#"SELECT d.id AS "id?", s.id AS subscriber_id, s.label AS subscriber, e.id AS event_id, e.name AS event_name,
                  coalesce(d.state, CASE WHEN f.position <= s.cursor THEN 'delivered' ELSE 'pending' END) AS "state!: _",
                  coalesce(d.attempts, CASE WHEN f.position <= s.cursor THEN 1 ELSE 0 END) AS "attempts!",
                  d.run_at AS "run_at?", d.last_error AS "last_error?", d.delivered_at AS "delivered_at?",
                  coalesce(d.created_at, e.occurred_at) AS "created_at!"
           FROM event e LEFT JOIN feed f ON f.event_id = e.id CROSS JOIN subscriber s
           LEFT JOIN delivery d ON d.event_id = e.id AND d.subscriber_id = s.id
           WHERE e.id = $1 AND (d.id IS NOT NULL OR event_is_owed(e.id, e.name, f.position, s))
           ORDER BY s.id"#,
        event.get()
    )
    .fetch_all(conn)
    .await
}

/// Forgets deliveries that arrived before `before`, at most `limit` of them. Returns how many.
pub async fn prune(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM delivery WHERE id IN (
             SELECT id FROM delivery WHERE state = 'delivered' AND created_at < $1 AND coalesce(delivered_at, run_at) < $1 LIMIT $2)",
        before,
        limit
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
