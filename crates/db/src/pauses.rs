//! Services that are paused.

use chrono::NaiveDate;
use innkeeper_domain::{ClientId, ServiceId, state::ServiceState};
use sqlx::{PgConnection, Result};

use crate::{Text, dunning::ServiceToSwitch};

/// What decides whether a service can be paused.
#[derive(Clone, Debug)]
pub struct Pausable {
    pub client_id: ClientId,
    pub plugin_id: Option<String>,
    pub state: Text<ServiceState>,
    pub paused_on: Option<NaiveDate>,
    /// It recurs, and every period that is invoiced is paid.
    pub is_settled: bool,
    /// It ends on a day, or is to be something else.
    pub has_plans: bool,
}

/// A service, locked.
pub async fn lock(conn: &mut PgConnection, id: ServiceId) -> Result<Option<Pausable>> {
    sqlx::query_as!(
        Pausable,
        r#"SELECT s.client_id, p.plugin_id, s.state AS "state: _", s.paused_on,
                  coalesce(s.covered_until >= s.billed_through, false) AS "is_settled!",
                  s.ends_on IS NOT NULL OR EXISTS (SELECT 1 FROM plan_change k WHERE k.service_id = s.id
                      AND k.state IN ('waiting', 'scheduled')) AS "has_plans!"
           FROM service s JOIN product p ON p.id = s.product_id WHERE s.id = $1 FOR NO KEY UPDATE OF s"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// Notes that a service is paused from a day on.
pub async fn pause(conn: &mut PgConnection, id: ServiceId, on: NaiveDate, until: Option<NaiveDate>) -> Result<()> {
    sqlx::query!("UPDATE service SET paused_on = $2, paused_until = $3 WHERE id = $1", id.get(), on, until)
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends the pause of a service: what follows begins as many days later as it was long, a term included. The caller
/// has locked it. The first day that is not covered then.
pub async fn resume(conn: &mut PgConnection, id: ServiceId, on: NaiveDate) -> Result<Option<NaiveDate>> {
    sqlx::query_scalar!(
        "WITH before AS (SELECT billed_through FROM service WHERE id = $1 AND paused_on IS NOT NULL),
         resumed AS (
             UPDATE service SET paused_on = NULL, paused_until = NULL,
                 resumed_from = CASE WHEN $2 > paused_on THEN billed_through + ($2 - paused_on) ELSE resumed_from END,
                 anchor = CASE WHEN $2 > paused_on THEN billed_through + ($2 - paused_on) ELSE anchor END,
                 term_until = term_until + ($2 - paused_on), billed_through = billed_through + ($2 - paused_on)
             WHERE id = $1 AND paused_on IS NOT NULL RETURNING billed_through),
         kept AS (
             INSERT INTO service_pause (service_id, moved_from, moved_to)
             SELECT $1, b.billed_through, r.billed_through FROM before b, resumed r WHERE r.billed_through > b.billed_through)
         SELECT billed_through FROM resumed",
        id.get(),
        on
    )
    .fetch_optional(conn)
    .await
    .map(Option::flatten)
}

/// Notes the clients whose services go on by a day as work of `task`; how many.
pub async fn collect(conn: &mut PgConnection, task: &str, day: NaiveDate) -> Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO task_client (task, day, client_id)
         SELECT DISTINCT $1, $2::date, s.client_id FROM service s
         WHERE s.paused_until <= $2 AND s.state = 'suspended'
           AND NOT EXISTS (SELECT 1 FROM effect e WHERE e.subject = 'service' AND e.subject_id = s.id
               AND e.state IN ('planned', 'sent', 'pending', 'unknown'))
           AND NOT EXISTS (SELECT 1 FROM parked k WHERE k.task = $1 AND k.client_id = s.client_id AND k.last_on >= $2)
         ON CONFLICT DO NOTHING",
        task,
        day
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// The services of some clients that go on by a day, locked.
pub async fn over(conn: &mut PgConnection, clients: &[ClientId], day: NaiveDate) -> Result<Vec<ServiceToSwitch>> {
    sqlx::query_as!(
        ServiceToSwitch,
        r#"SELECT s.id, s.client_id, p.plugin_id, s.state AS "state: _"
           FROM service s JOIN product p ON p.id = s.product_id
           WHERE s.client_id = ANY($1) AND s.paused_until <= $2 AND s.state = 'suspended'
             AND NOT EXISTS (SELECT 1 FROM effect e WHERE e.subject = 'service' AND e.subject_id = s.id
                 AND e.state IN ('planned', 'sent', 'pending', 'unknown'))
           ORDER BY s.id FOR NO KEY UPDATE OF s"#,
        &clients.iter().map(|c| c.get()).collect::<Vec<_>>(),
        day
    )
    .fetch_all(conn)
    .await
}
