//! Looking ahead, in a transaction that is rolled back: everybody pays on time, and what was made is read.

use chrono::NaiveDate;
use innkeeper_domain::{ClientId, InvoiceId};
use sqlx::{PgConnection, Result};

/// Lets these clients pay what is due on `day`, and their renewed domains live on. Only marks: the ledger knows nothing
/// of it, so this must never be committed.
pub async fn assume_paid(conn: &mut PgConnection, clients: &[ClientId], day: NaiveDate) -> Result<()> {
    let clients: Vec<i64> = clients.iter().map(|c| c.get()).collect();
    let paid = sqlx::query_scalar!(
        "UPDATE invoice SET state = 'paid', paid_at = $2::date::timestamptz
         WHERE client_id = ANY($1) AND state = 'unpaid' AND due_on <= $2 RETURNING id",
        &clients,
        day
    )
    .fetch_all(&mut *conn)
    .await?;
    if paid.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "UPDATE service s SET paid_through = greatest(s.paid_through, p.until)
         FROM (SELECT service_id, max(upper(period)) AS until FROM invoice_line
               WHERE invoice_id = ANY($1) AND kind = 'recurring' AND NOT voided GROUP BY service_id) p
         WHERE s.id = p.service_id",
        &paid
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE domain d SET expires_on = (d.expires_on + l.quantity * interval '1 year')::date
         FROM invoice_line l
         WHERE l.invoice_id = ANY($1) AND l.kind = 'domain_renew' AND NOT l.voided AND d.id = l.domain_id
           AND d.expires_on = l.renews_from",
        &paid
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Marks the services of these clients that end by `day` as ended.
pub async fn assume_ended(conn: &mut PgConnection, clients: &[ClientId], day: NaiveDate) -> Result<()> {
    let clients: Vec<i64> = clients.iter().map(|c| c.get()).collect();
    sqlx::query!(
        "UPDATE service SET state = 'terminated', suspend_reason = NULL
         WHERE client_id = ANY($1) AND over_on <= $2 AND state IN ('active', 'suspended')",
        &clients,
        day
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The next day on which something of these clients is invoiced or paid; none: nothing any more. Cycles and domains are
/// invoiced so many days ahead.
pub async fn next_day(
    conn: &mut PgConnection,
    clients: &[ClientId],
    after: NaiveDate,
    invoice_days: i32,
    domain_days: i32,
) -> Result<Option<NaiveDate>> {
    let clients: Vec<i64> = clients.iter().map(|c| c.get()).collect();
    sqlx::query_scalar!(
        "SELECT min(greatest(day, $2::date + 1)) FROM (
             SELECT s.billed_through - coalesce(y.invoice_days, $3::int) AS day
             FROM service s JOIN billing_cycle y ON y.id = s.cycle_id
             WHERE s.client_id = ANY($1) AND s.state IN ('active', 'suspended') AND s.billed_through IS NOT NULL
               AND (s.bills_until IS NULL OR s.billed_through < s.bills_until) AND s.paused_on IS NULL
               AND s.covered_until >= s.billed_through
             UNION ALL SELECT s.paused_until FROM service s
             WHERE s.client_id = ANY($1) AND s.paused_until > $2 AND s.state = 'suspended'
             UNION ALL SELECT d.expires_on - $4::int FROM domain d
             WHERE d.client_id = ANY($1) AND d.state = 'active' AND d.auto_renew AND d.expires_on > $2
               AND NOT EXISTS (SELECT 1 FROM invoice_line l WHERE l.domain_id = d.id AND l.kind = 'domain_renew'
                   AND l.renews_from = d.expires_on AND NOT l.voided)
             UNION ALL SELECT due_on FROM invoice WHERE client_id = ANY($1) AND state = 'unpaid') x",
        &clients,
        after,
        invoice_days,
        domain_days
    )
    .fetch_one(conn)
    .await
}

/// An invoice that this transaction has made.
#[derive(Clone, Debug)]
pub struct Coming {
    pub id: InvoiceId,
    pub client_id: ClientId,
    pub currency: String,
    pub issued_on: NaiveDate,
    pub due_on: NaiveDate,
    pub subtotal: i64,
    pub tax: i64,
    pub total: i64,
    pub lines: Vec<String>,
}

/// The invoices of a series, in the order of their due dates.
pub async fn of_series(conn: &mut PgConnection, series: &str) -> Result<Vec<Coming>> {
    sqlx::query_as!(
        Coming,
        r#"SELECT i.id, i.client_id, i.currency, i.issued_on AS "issued_on!", i.due_on AS "due_on!", i.subtotal, i.tax, i.total,
                  ARRAY(SELECT l.description || coalesce(' (' || lower(l.period) || ' to ' || (upper(l.period) - 1) || ')', '')
                        FROM invoice_line l WHERE l.invoice_id = i.id ORDER BY l.id) AS "lines!"
           FROM invoice i WHERE i.series = $1 ORDER BY i.due_on, i.id"#,
        series
    )
    .fetch_all(conn)
    .await
}

/// Clients with something that recurs, after `after`.
pub async fn clients(conn: &mut PgConnection, after: ClientId, limit: i64) -> Result<Vec<ClientId>> {
    let ids = sqlx::query_scalar!(
        r#"SELECT id AS "id!" FROM client c WHERE id > $1 AND state <> 'closed' AND (
               EXISTS (SELECT 1 FROM service s WHERE s.client_id = c.id AND s.state IN ('active', 'suspended') AND s.billed_through IS NOT NULL)
               OR EXISTS (SELECT 1 FROM domain d WHERE d.client_id = c.id AND d.state = 'active' AND d.auto_renew))
           ORDER BY id LIMIT $2"#,
        after.get(),
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(ClientId).collect())
}
