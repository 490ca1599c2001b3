//! Deliveries: one for each event and subscriber, in order for one aggregate.

use chrono::{DateTime, Utc};
use innkeeper_domain::{DeliveryId, EventId, state::DeliveryState};
use serde_json::Value;
use sqlx::{PgConnection, Result};

use crate::Text;

/// A listener as stored.
#[derive(Clone, Debug)]
pub struct SubscriberRow {
    pub id: String,
    pub plugin_id: String,
    pub key: String,
}

/// A delivery that this node may make now.
#[derive(Clone, Debug)]
pub struct ClaimedDelivery {
    pub id: DeliveryId,
    pub attempts: i32,
    pub event_id: EventId,
    pub name: String,
    pub version: i32,
    pub occurred_at: DateTime<Utc>,
    pub aggregate: String,
    pub aggregate_id: i64,
    pub sequence: i64,
    pub payload: Value,
}

/// Adds or updates a subscriber. A new one is owed the events from now on.
pub async fn put_subscriber(
    conn: &mut PgConnection,
    id: &str,
    plugin_id: &str,
    key: &str,
    label: &str,
    events: &[String],
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO subscriber (id, plugin_id, key, label, events, since_event)
         VALUES ($1, $2, $3, $4, $5, coalesce((SELECT max(id) FROM event), 0))
         ON CONFLICT (id) DO UPDATE SET label = excluded.label, events = excluded.events, enabled = true,
             since_event = CASE WHEN subscriber.enabled THEN subscriber.since_event ELSE excluded.since_event END
         WHERE (subscriber.label, subscriber.events, subscriber.enabled) IS DISTINCT FROM (excluded.label, excluded.events, true)",
        id,
        plugin_id,
        key,
        label,
        events
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Switches off the subscribers of a plugin whose ids are not in `keep`.
pub async fn disable_others(conn: &mut PgConnection, plugin_id: &str, keep: &[String]) -> Result<()> {
    sqlx::query!(
        "UPDATE subscriber SET enabled = false WHERE plugin_id = $1 AND enabled AND NOT id = ANY ($2)",
        plugin_id,
        keep
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Subscribers that have something due.
pub async fn due_subscribers(conn: &mut PgConnection) -> Result<Vec<SubscriberRow>> {
    sqlx::query_as!(
        SubscriberRow,
        "SELECT id, plugin_id, key FROM subscriber s WHERE enabled AND EXISTS (
             SELECT 1 FROM delivery d WHERE d.subscriber_id = s.id AND d.state = 'pending' AND d.run_at <= now()
               AND (d.lease_until IS NULL OR d.lease_until < now()))"
    )
    .fetch_all(conn)
    .await
}

/// Leases due deliveries of a subscriber, at most one for each aggregate: its earliest.
pub async fn claim(
    conn: &mut PgConnection,
    subscriber: &str,
    lease_seconds: f64,
    limit: i64,
) -> Result<Vec<ClaimedDelivery>> {
    sqlx::query_as!(
        ClaimedDelivery,
        "WITH next AS (
             SELECT d.id FROM delivery d
             WHERE d.subscriber_id = $1 AND d.state = 'pending' AND d.run_at <= now()
               AND (d.lease_until IS NULL OR d.lease_until < now())
               AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.subscriber_id = d.subscriber_id AND e.state = 'pending'
                   AND e.aggregate = d.aggregate AND e.aggregate_id = d.aggregate_id AND e.sequence < d.sequence)
             ORDER BY d.run_at, d.id LIMIT $3 FOR UPDATE OF d SKIP LOCKED)
         UPDATE delivery SET attempts = attempts + 1, lease_until = now() + make_interval(secs => $2)
         FROM next, event e WHERE delivery.id = next.id AND e.id = delivery.event_id
         RETURNING delivery.id, delivery.attempts, e.id AS event_id, e.name, e.version, e.occurred_at,
                   e.aggregate, e.aggregate_id, e.sequence, e.payload",
        subscriber,
        lease_seconds,
        limit
    )
    .fetch_all(conn)
    .await
}

/// Marks a delivery as arrived, if `attempt` is still the current one.
pub async fn delivered(conn: &mut PgConnection, id: DeliveryId, attempt: i32) -> Result<()> {
    sqlx::query!(
        "UPDATE delivery SET state = 'delivered', lease_until = NULL, last_error = NULL,
                delivered_at = coalesce(delivered_at, clock_timestamp())
         WHERE id = $1 AND attempts = $2 AND state = 'pending'",
        id.get(),
        attempt
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes a failed attempt: tried again after `delay_seconds`, or dead if that is none.
pub async fn failed(
    conn: &mut PgConnection,
    id: DeliveryId,
    attempt: i32,
    error: &str,
    delay_seconds: Option<f64>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE delivery SET state = CASE WHEN $4::float8 IS NULL THEN 'dead' ELSE 'pending' END, lease_until = NULL,
                run_at = now() + make_interval(secs => coalesce($4, 0)), last_error = $3
         WHERE id = $1 AND attempts = $2 AND state = 'pending'",
        id.get(),
        attempt,
        error,
        delay_seconds
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes a delivery again. False: there is none, or it is under way anyway.
pub async fn replay(conn: &mut PgConnection, id: DeliveryId) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE delivery SET state = 'pending', attempts = 0, run_at = now(), lease_until = NULL
         WHERE id = $1 AND state IN ('delivered', 'dead')",
        id.get()
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A delivery as staff see it.
#[derive(Clone, Debug)]
pub struct DeliveryRow {
    pub id: DeliveryId,
    pub subscriber_id: String,
    pub subscriber: String,
    pub event_id: EventId,
    pub event_name: String,
    pub state: Text<DeliveryState>,
    pub attempts: i32,
    pub run_at: DateTime<Utc>,
    pub last_error: Option<String>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// Which deliveries to list.
#[derive(Clone, Debug, Default)]
pub struct DeliveryFilter<'a> {
    pub event: Option<EventId>,
    pub subscriber: Option<&'a str>,
    pub state: Option<DeliveryState>,
    pub before: Option<DeliveryId>,
    pub limit: i64,
}

/// A page of deliveries, newest first.
pub async fn list(conn: &mut PgConnection, filter: &DeliveryFilter<'_>) -> Result<Vec<DeliveryRow>> {
    sqlx::query_as!(
        DeliveryRow,
        r#"SELECT d.id, d.subscriber_id, s.label AS subscriber, d.event_id, e.name AS event_name, d.state AS "state: _",
                  d.attempts, d.run_at, d.last_error, d.delivered_at, d.created_at
           FROM delivery d JOIN subscriber s ON s.id = d.subscriber_id JOIN event e ON e.id = d.event_id
           WHERE ($1::bigint IS NULL OR d.event_id = $1) AND ($2::text IS NULL OR d.subscriber_id = $2)
             AND ($3::text IS NULL OR d.state = $3) AND ($4::bigint IS NULL OR d.id < $4)
           ORDER BY d.id DESC LIMIT $5"#,
        filter.event.map(EventId::get),
        filter.subscriber,
        filter.state.map(DeliveryState::as_str),
        filter.before.map(DeliveryId::get),
        filter.limit
    )
    .fetch_all(conn)
    .await
}

/// Makes every dead delivery of a subscriber again. Returns how many.
pub async fn replay_dead(conn: &mut PgConnection, subscriber: &str) -> Result<u64> {
    let done = sqlx::query!(
        "UPDATE delivery SET state = 'pending', attempts = 0, run_at = now(), lease_until = NULL
         WHERE subscriber_id = $1 AND state = 'dead'",
        subscriber
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// A subscriber with what it is owed.
#[derive(Clone, Debug)]
pub struct SubscriberSummary {
    pub id: String,
    pub plugin_id: String,
    pub label: String,
    pub events: Vec<String>,
    pub enabled: bool,
    pub pending: i64,
    pub dead: i64,
}

/// All subscribers with what they are owed, by id.
pub async fn subscribers(conn: &mut PgConnection) -> Result<Vec<SubscriberSummary>> {
    sqlx::query_as!(
        SubscriberSummary,
        r#"SELECT s.id, s.plugin_id, s.label, s.events, s.enabled,
                  coalesce(d.pending, 0) AS "pending!", coalesce(d.dead, 0) AS "dead!"
           FROM subscriber s LEFT JOIN (
               SELECT subscriber_id, count(*) FILTER (WHERE state = 'pending') AS pending,
                      count(*) FILTER (WHERE state = 'dead') AS dead
               FROM delivery WHERE state IN ('pending', 'dead') GROUP BY subscriber_id) d ON d.subscriber_id = s.id
           ORDER BY s.id"#
    )
    .fetch_all(conn)
    .await
}
