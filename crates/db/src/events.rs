//! The outbox: events are written with the change they tell of, then fanned out to deliveries.

use chrono::{DateTime, Utc};
use innkeeper_domain::EventId;
use serde_json::Value;
use sqlx::{PgConnection, Result};

/// An event to be written.
pub struct NewEvent<'a> {
    pub name: &'a str,
    pub aggregate: &'a str,
    pub aggregate_id: i64,
    pub payload: &'a Value,
    pub actor: &'a str,
    pub request_id: &'a str,
    pub now: DateTime<Utc>,
}

/// Writes an event with the next number of its aggregate. The number's row stays locked until commit,
/// so numbers follow the order of commits.
pub async fn insert(conn: &mut PgConnection, event: &NewEvent<'_>) -> Result<EventId> {
    let id = sqlx::query_scalar!(
        "WITH number AS (
             INSERT INTO aggregate_sequence (aggregate, aggregate_id, last) VALUES ($1, $2, 1)
             ON CONFLICT (aggregate, aggregate_id) DO UPDATE SET last = aggregate_sequence.last + 1 RETURNING last),
         written AS (
             INSERT INTO event (aggregate, aggregate_id, sequence, name, payload, actor, request_id, occurred_at)
             SELECT $1, $2, last, $3, $4, $5, $6, $7 FROM number RETURNING id)
         INSERT INTO outbox (event_id) SELECT id FROM written RETURNING event_id",
        event.aggregate,
        event.aggregate_id,
        event.name,
        event.payload,
        event.actor,
        event.request_id,
        event.now
    )
    .fetch_one(conn)
    .await?;
    Ok(EventId(id))
}

/// Moves up to `limit` events from the outbox into deliveries. One node at a time: a second one finds
/// the lock taken and moves nothing. Returns how many events were moved.
pub async fn fan_out(conn: &mut PgConnection, limit: i64) -> Result<u64> {
    let mine = sqlx::query_scalar!(r#"SELECT pg_try_advisory_xact_lock(hashtext('innkeeper fan-out')) AS "mine!""#)
        .fetch_one(&mut *conn)
        .await?;
    if !mine {
        return Ok(0);
    }
    let moved = sqlx::query_scalar!(
        r#"WITH taken AS (
               DELETE FROM outbox WHERE event_id IN (SELECT event_id FROM outbox ORDER BY event_id LIMIT $1)
               RETURNING event_id),
           written AS (
               INSERT INTO delivery (subscriber_id, event_id, aggregate, aggregate_id, sequence)
               SELECT s.id, e.id, e.aggregate, e.aggregate_id, e.sequence
               FROM taken JOIN event e ON e.id = taken.event_id
               JOIN subscriber s ON s.enabled AND e.id > s.since_event AND (s.events = '{}' OR e.name = ANY (s.events))
               ORDER BY e.id
               ON CONFLICT (subscriber_id, event_id) DO NOTHING)
           SELECT count(*) AS "moved!" FROM taken"#,
        limit
    )
    .fetch_one(conn)
    .await?;
    Ok(u64::try_from(moved).unwrap_or(0))
}

/// An event with how its deliveries stand.
#[derive(Clone, Debug)]
pub struct EventRow {
    pub id: EventId,
    pub name: String,
    pub aggregate: String,
    pub aggregate_id: i64,
    pub sequence: i64,
    pub payload: Value,
    pub actor: String,
    pub request_id: String,
    pub occurred_at: DateTime<Utc>,
    pub delivered: i64,
    pub pending: i64,
    pub dead: i64,
}

/// Which events to list.
#[derive(Clone, Debug, Default)]
pub struct EventFilter<'a> {
    pub name: Option<&'a str>,
    pub aggregate: Option<&'a str>,
    pub aggregate_id: Option<i64>,
    pub before: Option<EventId>,
    pub limit: i64,
}

/// A page of events, newest first.
pub async fn list(conn: &mut PgConnection, filter: &EventFilter<'_>) -> Result<Vec<EventRow>> {
    sqlx::query_as!(
        EventRow,
        r#"WITH page AS (
               SELECT * FROM event
               WHERE ($1::text IS NULL OR name = $1) AND ($2::text IS NULL OR aggregate = $2)
                 AND ($3::bigint IS NULL OR aggregate_id = $3) AND ($4::bigint IS NULL OR id < $4)
               ORDER BY id DESC LIMIT $5)
           SELECT p.id, p.name, p.aggregate, p.aggregate_id, p.sequence, p.payload, p.actor, p.request_id, p.occurred_at,
                  count(d.id) FILTER (WHERE d.state = 'delivered') AS "delivered!",
                  count(d.id) FILTER (WHERE d.state = 'pending') AS "pending!",
                  count(d.id) FILTER (WHERE d.state = 'dead') AS "dead!"
           FROM page p LEFT JOIN delivery d ON d.event_id = p.id
           GROUP BY p.id, p.name, p.aggregate, p.aggregate_id, p.sequence, p.payload, p.actor, p.request_id, p.occurred_at
           ORDER BY p.id DESC"#,
        filter.name,
        filter.aggregate,
        filter.aggregate_id,
        filter.before.map(EventId::get),
        filter.limit
    )
    .fetch_all(conn)
    .await
}

/// The event.
pub async fn get(conn: &mut PgConnection, id: EventId) -> Result<Option<EventRow>> {
    let just_it = EventFilter { before: Some(EventId(id.get().saturating_add(1))), limit: 1, ..EventFilter::default() };
    Ok(list(conn, &just_it).await?.pop().filter(|event| event.id == id))
}
