//! Events, written with the change they tell of: into the log, and into the outbox, from where the fan-out
//! takes them to the feed.

use chrono::{DateTime, Utc};
use innkeeper_domain::EventId;
use serde_json::Value;
use sqlx::{PgConnection, Result};

/// An event to be written.
pub struct NewEvent<'a> {
    pub name: &'a str,
    /// Of the payload.
    pub version: i32,
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
             INSERT INTO event (aggregate, aggregate_id, sequence, name, payload, actor, request_id, occurred_at, version)
             SELECT $1, $2, last, $3, $4, $5, $6, $7, $8 FROM number RETURNING id)
         INSERT INTO outbox (event_id) SELECT id FROM written RETURNING event_id",
        event.aggregate,
        event.aggregate_id,
        event.name,
        event.payload,
        event.actor,
        event.request_id,
        event.now,
        event.version
    )
    .fetch_one(conn)
    .await?;
    Ok(EventId(id))
}

/// Writes many events with few statements, the same way; those of one thing in the order given. Locks
/// their numbers in one order, so that two writers of many events do not wait for each other in a ring.
pub async fn insert_all(conn: &mut PgConnection, events: &[NewEvent<'_>]) -> Result<()> {
    let aggregates: Vec<&str> = events.iter().map(|e| e.aggregate).collect();
    let ids: Vec<i64> = events.iter().map(|e| e.aggregate_id).collect();
    let names: Vec<&str> = events.iter().map(|e| e.name).collect();
    let payloads: Vec<&Value> = events.iter().map(|e| e.payload).collect();
    let actors: Vec<&str> = events.iter().map(|e| e.actor).collect();
    let requests: Vec<&str> = events.iter().map(|e| e.request_id).collect();
    let versions: Vec<i32> = events.iter().map(|e| e.version).collect();
    let times: Vec<DateTime<Utc>> = events.iter().map(|e| e.now).collect();
    sqlx::query!(
        "WITH new AS (
             SELECT *, row_number() OVER (PARTITION BY aggregate, aggregate_id ORDER BY n) AS nth
             FROM unnest($1::text[], $2::bigint[], $3::text[], $4::jsonb[], $5::text[], $6::text[], $7::timestamptz[], $8::int[])
                 WITH ORDINALITY AS new (aggregate, aggregate_id, name, payload, actor, request_id, occurred_at, version, n)),
         number AS (
             INSERT INTO aggregate_sequence (aggregate, aggregate_id, last)
             SELECT aggregate, aggregate_id, count(*) FROM new GROUP BY aggregate, aggregate_id ORDER BY aggregate, aggregate_id
             ON CONFLICT (aggregate, aggregate_id) DO UPDATE SET last = aggregate_sequence.last + excluded.last
             RETURNING aggregate, aggregate_id, last),
         counted AS (SELECT aggregate, aggregate_id, count(*) AS many FROM new GROUP BY aggregate, aggregate_id),
         written AS (
             INSERT INTO event (aggregate, aggregate_id, sequence, name, payload, actor, request_id, occurred_at, version)
             SELECT new.aggregate, new.aggregate_id, number.last - counted.many + new.nth, new.name, new.payload, new.actor,
                    new.request_id, new.occurred_at, new.version
             FROM new JOIN number USING (aggregate, aggregate_id) JOIN counted USING (aggregate, aggregate_id)
             ORDER BY new.n RETURNING id)
         INSERT INTO outbox (event_id) SELECT id FROM written",
        &aggregates as &[&str],
        &ids,
        &names as &[&str],
        &payloads as &[&Value],
        &actors as &[&str],
        &requests as &[&str],
        &times,
        &versions
    )
    .execute(conn)
    .await?;
    Ok(())
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
                  count(*) FILTER (WHERE d.state = 'delivered') AS "delivered!",
                  count(*) FILTER (WHERE d.state = 'pending') AS "pending!",
                  count(*) FILTER (WHERE d.state = 'dead') AS "dead!"
           FROM page p LEFT JOIN feed f ON f.event_id = p.id LEFT JOIN LATERAL (
               SELECT coalesce(d.state, CASE WHEN f.position <= s.cursor THEN 'delivered' ELSE 'pending' END) AS state
               FROM subscriber s LEFT JOIN delivery d ON d.event_id = p.id AND d.subscriber_id = s.id
               WHERE d.id IS NOT NULL OR event_is_owed(p.id, p.name, f.position, s)) d ON true
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
