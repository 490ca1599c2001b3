//! Numbers that say whether the machine runs.

use sqlx::{PgConnection, Result};

/// How the machine stands. Ages in seconds, 0 if there is nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MetricsRow {
    pub oldest_open_effect_seconds: i64,
    pub open_effects: i64,
    pub effects_needing_human: i64,
    pub events_waiting: i64,
    pub oldest_waiting_event_seconds: i64,
    pub pending_deliveries: i64,
    pub oldest_due_delivery_seconds: i64,
    pub dead_deliveries: i64,
    pub failing_subscribers: i64,
    pub furthest_behind: i64,
    pub ready_jobs: i64,
    pub running_jobs: i64,
    pub dead_jobs: i64,
    pub oldest_due_job_seconds: i64,
}

/// The numbers, in one statement over partial indexes: cheap enough to be asked every few seconds.
pub async fn read(conn: &mut PgConnection) -> Result<MetricsRow> {
    sqlx::query_as!(
        MetricsRow,
        r#"SELECT e.oldest AS "oldest_open_effect_seconds!", e.open AS "open_effects!",
                  (SELECT count(*) FROM effect WHERE state = 'needs_human') AS "effects_needing_human!",
                  o.waiting AS "events_waiting!", o.oldest AS "oldest_waiting_event_seconds!",
                  d.pending AS "pending_deliveries!", d.oldest AS "oldest_due_delivery_seconds!",
                  (SELECT count(*) FROM delivery WHERE state = 'dead') AS "dead_deliveries!",
                  s.failing AS "failing_subscribers!", s.behind AS "furthest_behind!",
                  j.ready AS "ready_jobs!", (SELECT count(*) FROM job WHERE state = 'running') AS "running_jobs!",
                  (SELECT count(*) FROM job WHERE state = 'dead') AS "dead_jobs!", j.oldest AS "oldest_due_job_seconds!"
           FROM (SELECT count(*) AS open, coalesce(max(extract(epoch FROM now() - planned_at)), 0)::bigint AS oldest
                 FROM effect WHERE state IN ('planned', 'sent', 'unknown')) e,
                (SELECT count(*) AS waiting, coalesce(max(extract(epoch FROM now() - v.occurred_at)), 0)::bigint AS oldest
                 FROM outbox x JOIN event v ON v.id = x.event_id) o,
                (SELECT (SELECT count(*) FROM delivery WHERE state = 'pending') AS pending, greatest(coalesce(max(extract(epoch FROM now() - run_at)), 0), 0)::bigint AS oldest
                 FROM delivery WHERE state = 'pending' AND run_at IS NOT NULL) d,
                (SELECT count(*) FILTER (WHERE failing_since IS NOT NULL) AS failing, coalesce(max(h.position - s.cursor), 0) AS behind
                 FROM feed_head h LEFT JOIN subscriber s ON s.enabled) s,
                (SELECT count(*) AS ready, greatest(coalesce(max(extract(epoch FROM now() - run_at)), 0), 0)::bigint AS oldest
                 FROM job WHERE state = 'ready') j"#
    )
    .fetch_one(conn)
    .await
}

/// What the ledger is off by, in minor units summed over the currencies; 0 is well. Reads the whole ledger.
pub async fn ledger_imbalance(conn: &mut PgConnection) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT coalesce(sum(abs(off)), 0)::bigint AS "off!" FROM
               (SELECT sum(amount) AS off FROM ledger_entry GROUP BY currency) l"#
    )
    .fetch_one(conn)
    .await
}
