//! Subscribers: how far each has read, and which node works for it.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Result};

/// A listener as stored.
#[derive(Clone, Debug)]
pub struct SubscriberRow {
    pub id: String,
    pub plugin_id: String,
    pub key: String,
    /// Names of the events it wants; empty: all.
    pub events: Vec<String>,
}

/// Adds or updates a subscriber. A new one, and one that was switched off, is owed the events from now
/// on. Whoever works for it by its old definition is fenced out.
pub async fn put(conn: &mut PgConnection, row: &SubscriberRow, label: &str) -> Result<()> {
    sqlx::query!(
        "INSERT INTO subscriber (id, plugin_id, key, label, events, cursor, since)
         SELECT $1, $2, $3, $4, $5, position, position FROM feed_head
         ON CONFLICT (id) DO UPDATE SET label = excluded.label, events = excluded.events, enabled = true,
             fence = subscriber.fence + 1, lease_until = NULL,
             cursor = CASE WHEN subscriber.enabled THEN subscriber.cursor ELSE excluded.cursor END,
             since = CASE WHEN NOT subscriber.enabled THEN excluded.since
                          WHEN subscriber.events = excluded.events THEN subscriber.since ELSE subscriber.cursor END
         WHERE (subscriber.label, subscriber.events, subscriber.enabled) IS DISTINCT FROM (excluded.label, excluded.events, true)",
        row.id,
        row.plugin_id,
        row.key,
        label,
        &row.events
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Switches off the subscribers of a plugin whose ids are not in `keep`.
pub async fn disable_others(conn: &mut PgConnection, plugin_id: &str, keep: &[String]) -> Result<()> {
    sqlx::query!(
        "UPDATE subscriber SET enabled = false, fence = fence + 1, lease_until = NULL
         WHERE plugin_id = $1 AND enabled AND NOT id = ANY ($2)",
        plugin_id,
        keep
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// All that are switched on.
pub async fn enabled(conn: &mut PgConnection) -> Result<Vec<SubscriberRow>> {
    sqlx::query_as!(SubscriberRow, "SELECT id, plugin_id, key, events FROM subscriber WHERE enabled ORDER BY id")
        .fetch_all(conn)
        .await
}

/// Those that something can be done for now, by a node that has none of them; and the head of the feed.
pub async fn due(conn: &mut PgConnection) -> Result<Vec<SubscriberRow>> {
    sqlx::query_as!(
        SubscriberRow,
        "SELECT s.id, s.plugin_id, s.key, s.events FROM subscriber s, feed_head h
         WHERE s.enabled AND (s.lease_until IS NULL OR s.lease_until < now()) AND (s.retry_at IS NULL OR s.retry_at <= now())
           AND (s.cursor < h.position OR EXISTS (
               SELECT 1 FROM delivery d WHERE d.subscriber_id = s.id AND d.state = 'pending' AND d.run_at <= now()))
         ORDER BY s.id"
    )
    .fetch_all(conn)
    .await
}

/// What a node that took a subscriber needs to know.
#[derive(Clone, Debug)]
pub struct Leased {
    pub fence: i64,
    pub cursor: i64,
    pub failures: i32,
    pub failing: bool,
    /// Something waits in `delivery`.
    pub parked: bool,
    /// The last place given in the feed.
    pub head: i64,
}

/// Takes a subscriber for a while, if nobody has it.
pub async fn lease(conn: &mut PgConnection, id: &str, seconds: f64) -> Result<Option<Leased>> {
    sqlx::query_as!(
        Leased,
        r#"UPDATE subscriber SET fence = fence + 1, lease_until = now() + make_interval(secs => $2)
           WHERE id = $1 AND enabled AND (lease_until IS NULL OR lease_until < now()) AND (retry_at IS NULL OR retry_at <= now())
           RETURNING fence, cursor, failures, failing_since IS NOT NULL AS "failing!",
               EXISTS (SELECT 1 FROM delivery d WHERE d.subscriber_id = $1 AND d.state = 'pending') AS "parked!",
               (SELECT position FROM feed_head) AS "head!""#,
        id,
        seconds
    )
    .fetch_optional(conn)
    .await
}

/// How a subscriber stands with the node that has it.
#[derive(Clone, Debug)]
pub struct Progress<'a> {
    /// Everything up to here is delivered or has a row in `delivery`.
    pub cursor: i64,
    /// Different events in a row that failed.
    pub failures: i32,
    /// Taken to be out of order.
    pub failing: bool,
    /// What it said last, if it fails.
    pub error: Option<&'a str>,
    /// The lease from now on, in seconds; none gives the subscriber back.
    pub lease: Option<f64>,
    /// Leave it alone for as long as it has been failing, at least and at most so many seconds.
    pub pause: Option<(f64, f64)>,
}

/// Writes the progress of whoever holds `fence`. False: somebody else has taken the subscriber, or it
/// has changed; nothing is written.
pub async fn advance(conn: &mut PgConnection, id: &str, fence: i64, progress: &Progress<'_>) -> Result<bool> {
    let (least, most) = progress.pause.unzip();
    let done = sqlx::query!(
        "UPDATE subscriber SET cursor = $3, failures = $4, last_error = CASE WHEN $5 THEN coalesce($6, last_error) ELSE $6 END,
             failing_since = CASE WHEN $5 THEN coalesce(failing_since, now()) END,
             lease_until = now() + make_interval(secs => $7),
             retry_at = CASE WHEN NOT $5 THEN NULL WHEN $8::float8 IS NULL THEN retry_at
                 ELSE now() + least(greatest(now() - coalesce(failing_since, now()), make_interval(secs => $8)),
                                    make_interval(secs => $9)) END
         WHERE id = $1 AND fence = $2",
        id,
        fence,
        progress.cursor,
        progress.failures,
        progress.failing,
        progress.error,
        progress.lease,
        least,
        most
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lets a failing subscriber be tried now. False: it does not fail.
pub async fn retry_now(conn: &mut PgConnection, id: &str) -> Result<bool> {
    let done = sqlx::query!("UPDATE subscriber SET retry_at = now() WHERE id = $1 AND failing_since IS NOT NULL", id)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Where a subscriber goes on reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The oldest event in the feed.
    Beginning,
    /// The first event in the feed that happened then or later.
    At(DateTime<Utc>),
    /// What comes next.
    Now,
}

/// Moves a subscriber's cursor; who works for it by the old one is fenced out. Returns how many events it
/// will read; none if there is no such subscriber.
pub async fn start_from(conn: &mut PgConnection, id: &str, start: Start) -> Result<Option<i64>> {
    let (beginning, at) = match start {
        Start::Beginning => (true, None),
        Start::At(at) => (false, Some(at)),
        Start::Now => (false, None),
    };
    sqlx::query_scalar!(
        r#"WITH place AS (
               SELECT h.position AS head, coalesce(
                   CASE WHEN $2 THEN (SELECT min(position) FROM feed)
                        ELSE (SELECT min(f.position) FROM feed f JOIN event e ON e.id = f.event_id WHERE e.occurred_at >= $3) END,
                   h.position + 1) - 1 AS position FROM feed_head h)
           UPDATE subscriber s SET cursor = p.position, fence = s.fence + 1, lease_until = NULL,
               since = CASE WHEN p.position < s.cursor THEN least(s.since, p.position) ELSE p.position END
           FROM place p WHERE s.id = $1 RETURNING p.head - p.position AS "ahead!""#,
        id,
        beginning,
        at
    )
    .fetch_optional(conn)
    .await
}

/// Forgets what had become of the events that a subscriber is about to read again.
pub async fn forget_ahead(conn: &mut PgConnection, id: &str) -> Result<()> {
    sqlx::query!(
        "DELETE FROM delivery d USING feed f, subscriber s WHERE s.id = $1 AND d.subscriber_id = s.id AND d.state <> 'pending'
           AND f.event_id = d.event_id AND f.position > s.cursor",
        id
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A subscriber as staff see it.
#[derive(Clone, Debug)]
pub struct SubscriberSummary {
    pub id: String,
    pub plugin_id: String,
    pub label: String,
    pub events: Vec<String>,
    pub enabled: bool,
    /// It has read the feed up to here …
    pub cursor: i64,
    /// … and so many events are behind that.
    pub behind: i64,
    /// When the first of them happened.
    pub behind_since: Option<DateTime<Utc>>,
    /// Events that failed and are tried again, and those that wait behind them.
    pub pending: i64,
    /// Events given up.
    pub dead: i64,
    /// Different events in a row that failed.
    pub failures: i32,
    pub failing_since: Option<DateTime<Utc>>,
    pub retry_at: Option<DateTime<Utc>>,
    pub last_error: Option<String>,
}

/// All subscribers, or the one with this id, by id.
pub async fn summaries(conn: &mut PgConnection, id: Option<&str>) -> Result<Vec<SubscriberSummary>> {
    sqlx::query_as!(
        SubscriberSummary,
        r#"SELECT s.id, s.plugin_id, s.label, s.events, s.enabled, s.cursor,
                  CASE WHEN s.enabled THEN h.position - s.cursor ELSE 0 END AS "behind!", n.occurred_at AS "behind_since?",
                  coalesce(d.pending, 0) AS "pending!", coalesce(d.dead, 0) AS "dead!",
                  s.failures, s.failing_since, s.retry_at, s.last_error
           FROM subscriber s CROSS JOIN feed_head h
           LEFT JOIN LATERAL (SELECT e.occurred_at FROM feed f JOIN event e ON e.id = f.event_id
               WHERE s.enabled AND f.position > s.cursor ORDER BY f.position LIMIT 1) n ON true
           LEFT JOIN (
               SELECT subscriber_id, count(*) FILTER (WHERE state = 'pending') AS pending,
                      count(*) FILTER (WHERE state = 'dead') AS dead
               FROM delivery WHERE state IN ('pending', 'dead') GROUP BY subscriber_id) d ON d.subscriber_id = s.id
           WHERE $1::text IS NULL OR s.id = $1 ORDER BY s.id"#,
        id
    )
    .fetch_all(conn)
    .await
}
