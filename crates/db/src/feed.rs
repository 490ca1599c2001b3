//! The feed: every event at a place of its own, in an order that no late commit can get in front of.

use chrono::{DateTime, Utc};
use innkeeper_domain::EventId;
use serde_json::Value;
use sqlx::{PgConnection, Result};

/// What a fan-out did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Events moved.
    pub events: i64,
    /// The last place given, if events were moved.
    pub head: Option<i64>,
}

/// Moves up to `limit` events from the outbox into the feed. One node at a time: a second one finds the
/// lock taken and moves nothing. Ids of one aggregate follow the order of its commits (see
/// [`crate::events::insert`]), so an event never gets a place before its predecessor.
pub async fn fan_out(conn: &mut PgConnection, limit: i64) -> Result<Moved> {
    let mine = sqlx::query_scalar!(r#"SELECT pg_try_advisory_xact_lock(hashtext('innkeeper fan-out')) AS "mine!""#)
        .fetch_one(&mut *conn)
        .await?;
    if !mine {
        return Ok(Moved::default());
    }
    // A statement of its own: it sees what the holder of the lock before us has committed.
    sqlx::query_as!(
        Moved,
        r#"WITH taken AS (
               DELETE FROM outbox WHERE event_id IN (SELECT event_id FROM outbox ORDER BY event_id LIMIT $1)
               RETURNING event_id),
           head AS (
               UPDATE feed_head SET position = position + (SELECT count(*) FROM taken)
               WHERE EXISTS (SELECT 1 FROM taken) RETURNING position),
           placed AS (
               INSERT INTO feed (position, event_id)
               SELECT h.position - count(*) OVER () + row_number() OVER (ORDER BY t.event_id), t.event_id
               FROM taken t, head h)
           SELECT (SELECT count(*) FROM taken) AS "events!", (SELECT position FROM head) AS head"#,
        limit
    )
    .fetch_one(conn)
    .await
}

/// An event at its place.
#[derive(Clone, Debug)]
pub struct FedRow {
    pub position: i64,
    pub id: EventId,
    pub name: String,
    pub version: i32,
    pub occurred_at: DateTime<Utc>,
    pub aggregate: String,
    pub aggregate_id: i64,
    pub sequence: i64,
    pub payload: Value,
}

/// The next `limit` events behind a place. Looked up one by one in the order of the feed, whatever the
/// planner thinks of a table that was empty a moment ago.
pub async fn after(conn: &mut PgConnection, position: i64, limit: i64) -> Result<Vec<FedRow>> {
    sqlx::query_as!(
        FedRow,
        r#"SELECT f.position AS "position!", e.id AS "id!", e.name AS "name!", e.version AS "version!",
                  e.occurred_at AS "occurred_at!", e.aggregate AS "aggregate!", e.aggregate_id AS "aggregate_id!",
                  e.sequence AS "sequence!", e.payload AS "payload!"
           FROM (SELECT position, event_id FROM feed WHERE position > $1 ORDER BY position LIMIT $2) f
           CROSS JOIN LATERAL (SELECT * FROM event WHERE event.id = f.event_id OFFSET 0) e
           ORDER BY f.position"#,
        position,
        limit
    )
    .fetch_all(conn)
    .await
}

/// Forgets the places of events older than `before` that every enabled subscriber has read, at most
/// `limit` of them, from the front. Returns how many.
pub async fn prune(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> Result<u64> {
    let done = sqlx::query!(
        "WITH front AS (
             SELECT f.position, f.event_id, e.occurred_at < $1 AS old
             FROM (SELECT position, event_id FROM feed ORDER BY position LIMIT $2) f JOIN event e ON e.id = f.event_id),
         upto AS (
             SELECT least((SELECT max(position) FROM front), (SELECT min(position) - 1 FROM front WHERE NOT old),
                          (SELECT min(cursor) FROM subscriber WHERE enabled)) AS position),
         gone AS (DELETE FROM feed USING upto WHERE feed.position <= upto.position RETURNING feed.event_id)
         UPDATE feed_head SET pruned_event = greatest(pruned_event, (SELECT max(event_id) FROM gone))
         WHERE EXISTS (SELECT 1 FROM gone)
         RETURNING (SELECT count(*) FROM gone) AS \"gone!\"",
        before,
        limit
    )
    .fetch_optional(conn)
    .await?;
    Ok(done.map_or(0, |row| u64::try_from(row.gone).unwrap_or(0)))
}
