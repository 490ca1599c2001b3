//! Invoices that nobody pays: the steps of their plans, and the services that suffer.

use chrono::NaiveDate;
use innkeeper_domain::{ClientId, Currency, InvoiceId, ServiceId, state::ServiceState};
use sqlx::{PgConnection, Result};

use crate::Text;

/// A plan: on which days after the due date something happens. A step that was missed for a week is left out,
/// a
/// reminder of an invoice that did not exist then, and a fee on a fee or on an order that was never accepted.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// `reminder`, `charge` or `late_fee`.
    pub kind: &'a str,
    pub steps: &'a [i32],
    pub day: NaiveDate,
}

/// A step that an invoice is due for.
#[derive(Clone, Debug)]
pub struct DueStep {
    pub invoice_id: InvoiceId,
    pub client_id: ClientId,
    pub number: String,
    pub currency: Text<Currency>,
    /// Not paid yet.
    pub owed: i64,
    pub due_on: NaiveDate,
    pub step: i32,
}

/// Notes every client with a due step as work of `task`; how many.
pub async fn collect(conn: &mut PgConnection, task: &str, plan: Plan<'_>) -> Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO task_client (task, day, client_id)
         SELECT DISTINCT $1, $2::date, i.client_id
         FROM unnest($3::int[]) AS s (step)
         JOIN invoice i ON i.state = 'unpaid' AND NOT i.is_disputed AND i.due_on <= $2::date - s.step AND i.due_on > $2::date - s.step - 7
              AND ($4 <> 'reminder' OR i.issued_on < i.due_on + s.step)
         JOIN client c ON c.id = i.client_id
              AND CASE $4 WHEN 'reminder' THEN c.reminders WHEN 'charge' THEN c.auto_charge ELSE c.late_fees END
         WHERE NOT EXISTS (SELECT 1 FROM dunning_step d WHERE d.invoice_id = i.id AND d.kind = $4 AND d.step = s.step)
           AND NOT EXISTS (SELECT 1 FROM parked k WHERE k.task = $1 AND k.client_id = i.client_id AND k.last_on >= $2)
           AND ($4 <> 'late_fee' OR NOT EXISTS (SELECT 1 FROM invoice_line l WHERE l.invoice_id = i.id AND l.kind = 'late_fee')
               AND NOT EXISTS (SELECT 1 FROM sales_order o WHERE o.id = i.order_id AND o.state = 'pending'))
         ON CONFLICT DO NOTHING",
        task,
        plan.day,
        plan.steps,
        plan.kind
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Takes all due steps of some clients: they are due no more. In the order of invoices and steps.
pub async fn take(conn: &mut PgConnection, clients: &[ClientId], plan: Plan<'_>) -> Result<Vec<DueStep>> {
    sqlx::query_as!(
        DueStep,
        r#"WITH taken AS (
               INSERT INTO dunning_step (invoice_id, kind, step, taken_on)
               SELECT i.id, $4, s.step, $2::date
               FROM unnest($3::int[]) AS s (step)
               JOIN invoice i ON i.state = 'unpaid' AND NOT i.is_disputed AND i.due_on <= $2::date - s.step AND i.due_on > $2::date - s.step - 7
              AND ($4 <> 'reminder' OR i.issued_on < i.due_on + s.step)
               JOIN client c ON c.id = i.client_id
                    AND CASE $4 WHEN 'reminder' THEN c.reminders WHEN 'charge' THEN c.auto_charge ELSE c.late_fees END
               WHERE i.client_id = ANY($1)
                 AND ($4 <> 'late_fee' OR NOT EXISTS (SELECT 1 FROM invoice_line l WHERE l.invoice_id = i.id AND l.kind = 'late_fee')
               AND NOT EXISTS (SELECT 1 FROM sales_order o WHERE o.id = i.order_id AND o.state = 'pending'))
               ON CONFLICT DO NOTHING RETURNING invoice_id, step)
           SELECT i.id AS invoice_id, i.client_id, i.number_text AS "number!", i.currency AS "currency: _",
                  (i.total - coalesce((SELECT sum(amount) FROM allocation a WHERE a.invoice_id = i.id), 0))::bigint AS "owed!",
                  i.due_on AS "due_on!", t.step
           FROM taken t JOIN invoice i ON i.id = t.invoice_id ORDER BY i.id, t.step"#,
        &clients.iter().map(|c| c.get()).collect::<Vec<_>>(),
        plan.day,
        plan.steps,
        plan.kind
    )
    .fetch_all(conn)
    .await
}

/// When a service suffers for an unpaid invoice.
#[derive(Clone, Copy, Debug)]
pub struct Overdue<'a> {
    /// `active` for those to be suspended, `suspended` for those to be terminated.
    pub state: &'a str,
    /// Days after the due date, for products that have none of their own; -1: never.
    pub days: i32,
    pub day: NaiveDate,
}

/// A service on which the automation acts.
#[derive(Clone, Debug)]
pub struct ServiceToSwitch {
    pub id: ServiceId,
    pub client_id: ClientId,
    pub plugin_id: Option<String>,
    pub state: Text<ServiceState>,
}

/// Services whose invoices are overdue for too long, of some clients or of all. Not those on which something is under
/// way, nor those whose payment is.
pub async fn overdue(
    conn: &mut PgConnection,
    clients: Option<&[ClientId]>,
    overdue: Overdue<'_>,
) -> Result<Vec<ServiceToSwitch>> {
    let clients: Option<Vec<i64>> = clients.map(|clients| clients.iter().map(|c| c.get()).collect());
    sqlx::query_as!(
        ServiceToSwitch,
        r#"SELECT s.id, s.client_id, p.plugin_id, s.state AS "state: _"
           FROM service s JOIN product p ON p.id = s.product_id JOIN client c ON c.id = s.client_id AND c.auto_suspend
           CROSS JOIN LATERAL (SELECT CASE $2 WHEN 'active' THEN p.suspend_after ELSE p.terminate_after END AS own) w
           WHERE ($1::bigint[] IS NULL OR s.client_id = ANY($1)) AND s.state = $2
             AND ($2 = 'active' OR s.suspend_reason = 'overdue') AND coalesce(w.own, $3::int) >= 0
             AND (s.spared_until IS NULL OR s.spared_until < $4::date)
             AND EXISTS (SELECT 1 FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id
                 WHERE l.service_id = s.id AND l.kind IN ('recurring', 'setup', 'one_time', 'usage') AND i.state = 'unpaid'
                   AND NOT i.is_disputed AND i.due_on < $4 AND greatest(i.due_on, i.reopened_on) <= $4::date - coalesce(w.own, $3::int)
                   AND NOT EXISTS (SELECT 1 FROM gateway_payment g WHERE g.state = 'pending' AND (g.invoice_id = i.id OR g.collection_id = ANY (
                       ARRAY(SELECT t.collection_id FROM collection_invoice t WHERE t.invoice_id = i.id)))))
             AND NOT EXISTS (SELECT 1 FROM effect e WHERE e.subject = 'service' AND e.subject_id = s.id
                 AND e.state IN ('planned', 'sent', 'pending', 'unknown'))
           ORDER BY s.id"#,
        clients.as_deref(),
        overdue.state,
        overdue.days,
        overdue.day
    )
    .fetch_all(conn)
    .await
}

/// Notes the clients of [`overdue`] services as work of `task`; how many.
pub async fn collect_overdue(conn: &mut PgConnection, task: &str, overdue: Overdue<'_>) -> Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO task_client (task, day, client_id)
         SELECT DISTINCT $1, $2::date, s.client_id
         FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id AND l.kind IN ('recurring', 'setup', 'one_time', 'usage')
         JOIN service s ON s.id = l.service_id AND s.state = $3 AND ($3 = 'active' OR s.suspend_reason = 'overdue')
         JOIN product p ON p.id = s.product_id JOIN client c ON c.id = s.client_id AND c.auto_suspend
         CROSS JOIN LATERAL (SELECT coalesce(CASE $3 WHEN 'active' THEN p.suspend_after ELSE p.terminate_after END, $4::int) AS days) w
         WHERE i.state = 'unpaid' AND NOT i.is_disputed AND i.due_on < $2 AND w.days >= 0 AND greatest(i.due_on, i.reopened_on) <= $2::date - w.days
           AND (s.spared_until IS NULL OR s.spared_until < $2)
           AND NOT EXISTS (SELECT 1 FROM gateway_payment g WHERE g.state = 'pending' AND (g.invoice_id = i.id OR g.collection_id = ANY (
                       ARRAY(SELECT t.collection_id FROM collection_invoice t WHERE t.invoice_id = i.id))))
           AND NOT EXISTS (SELECT 1 FROM effect e WHERE e.subject = 'service' AND e.subject_id = s.id
               AND e.state IN ('planned', 'sent', 'pending', 'unknown'))
           AND NOT EXISTS (SELECT 1 FROM parked k WHERE k.task = $1 AND k.client_id = s.client_id AND k.last_on >= $2)
         ON CONFLICT DO NOTHING",
        task,
        overdue.day,
        overdue.state,
        overdue.days
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Suspended services of an invoice that nothing overdue holds any more.
pub async fn to_lift(conn: &mut PgConnection, invoice: InvoiceId, today: NaiveDate) -> Result<Vec<ServiceToSwitch>> {
    sqlx::query_as!(
        ServiceToSwitch,
        r#"SELECT s.id, s.client_id, p.plugin_id, s.state AS "state: _"
           FROM service s JOIN product p ON p.id = s.product_id
           WHERE s.id IN (SELECT service_id FROM invoice_line WHERE invoice_id = $1 AND service_id IS NOT NULL)
             AND s.state = 'suspended' AND s.suspend_reason IN ('overdue', 'disputed')
             AND NOT EXISTS (SELECT 1 FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id
                 WHERE l.service_id = s.id AND i.state = 'unpaid'
                   AND (i.due_on < $2 OR s.suspend_reason = 'disputed' AND i.reopened_on IS NOT NULL))
           ORDER BY s.id"#,
        invoice.get(),
        today
    )
    .fetch_all(conn)
    .await
}

/// Notes the clients of services that end as work of `task`; how many.
pub async fn collect_ended(conn: &mut PgConnection, task: &str, day: NaiveDate) -> Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO task_client (task, day, client_id)
         SELECT DISTINCT $1, $2::date, s.client_id FROM service s
         WHERE s.over_on <= $2 AND s.state IN ('active', 'suspended')
           AND NOT EXISTS (SELECT 1 FROM effect e WHERE e.subject = 'service' AND e.subject_id = s.id
               AND e.state IN ('planned', 'sent', 'pending', 'unknown', 'needs_human'))
           AND NOT EXISTS (SELECT 1 FROM parked k WHERE k.task = $1 AND k.client_id = s.client_id AND k.last_on >= $2)
         ON CONFLICT DO NOTHING",
        task,
        day
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Services of some clients that end.
pub async fn ended(conn: &mut PgConnection, clients: &[ClientId], day: NaiveDate) -> Result<Vec<ServiceToSwitch>> {
    sqlx::query_as!(
        ServiceToSwitch,
        r#"SELECT s.id, s.client_id, p.plugin_id, s.state AS "state: _"
           FROM service s JOIN product p ON p.id = s.product_id
           WHERE s.client_id = ANY($1) AND s.over_on <= $2 AND s.state IN ('active', 'suspended')
             AND NOT EXISTS (SELECT 1 FROM effect e WHERE e.subject = 'service' AND e.subject_id = s.id
                 AND e.state IN ('planned', 'sent', 'pending', 'unknown', 'needs_human'))
           ORDER BY s.id"#,
        &clients.iter().map(|c| c.get()).collect::<Vec<_>>(),
        day
    )
    .fetch_all(conn)
    .await
}
