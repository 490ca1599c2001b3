//! Ends of services, and what was invoiced for days after them.

use chrono::NaiveDate;
use innkeeper_domain::{ClientId, InvoiceId, InvoiceLineId, ServiceId, state::ServiceState};
use sqlx::{PgConnection, Result};

use crate::Text;

/// A service that may end.
#[derive(Clone, Debug)]
pub struct Ending {
    pub plugin_id: Option<String>,
    pub state: Text<ServiceState>,
    /// End of what is paid; at first the end of what is free.
    pub covered_until: NaiveDate,
    pub paused_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    /// Another product or rhythm was ordered for it.
    pub is_changing: bool,
}

/// A service that `owner` may see, locked.
pub async fn lock(conn: &mut PgConnection, owner: Option<ClientId>, id: ServiceId) -> Result<Option<Ending>> {
    sqlx::query_as!(
        Ending,
        r#"SELECT p.plugin_id, s.state AS "state: _", s.covered_until AS "covered_until!", s.paused_on, s.ends_on,
                  EXISTS (SELECT 1 FROM plan_change k WHERE k.service_id = s.id AND k.state IN ('waiting', 'scheduled'))
                      AS "is_changing!"
           FROM service s JOIN product p ON p.id = s.product_id
           WHERE s.id = $1 AND ($2::bigint IS NULL OR s.client_id = $2) FOR NO KEY UPDATE OF s"#,
        id.get(),
        owner.map(ClientId::get)
    )
    .fetch_optional(conn)
    .await
}

/// Lets a service end on a day, or go on.
pub async fn set_end(conn: &mut PgConnection, id: ServiceId, on: Option<NaiveDate>, reason: &str) -> Result<()> {
    sqlx::query!("UPDATE service SET ends_on = $2, end_reason = $3 WHERE id = $1", id.get(), on, reason)
        .execute(conn)
        .await?;
    Ok(())
}

/// A line over a period of a service that begins on a day or later, on an unpaid invoice.
#[derive(Clone, Debug)]
pub struct Needless {
    pub line_id: InvoiceLineId,
    pub invoice_id: InvoiceId,
    pub description: String,
    pub net: i64,
    pub start: NaiveDate,
    pub end: NaiveDate,
    /// Nothing else is on the invoice, and nothing of it is paid.
    pub is_alone: bool,
}

/// Those of a service, in their order.
pub async fn needless(conn: &mut PgConnection, id: ServiceId, from: NaiveDate) -> Result<Vec<Needless>> {
    sqlx::query_as!(
        Needless,
        r#"SELECT l.id AS line_id, l.invoice_id, l.description,
                  (l.net + coalesce((SELECT sum(c.net) FROM invoice_line c WHERE c.corrects = l.id AND NOT c.voided), 0))::bigint AS "net!",
                  lower(l.period) AS "start!", upper(l.period) AS "end!",
                  NOT EXISTS (SELECT 1 FROM allocation a WHERE a.invoice_id = i.id)
                  AND NOT EXISTS (SELECT 1 FROM invoice_line o WHERE o.invoice_id = i.id
                      AND (o.service_id IS DISTINCT FROM l.service_id OR o.kind <> 'recurring' OR lower(o.period) < $2))
                      AS "is_alone!"
           FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id AND i.state = 'unpaid'
           WHERE l.service_id = $1 AND l.kind = 'recurring' AND NOT l.voided AND lower(l.period) >= $2
           ORDER BY l.id"#,
        id.get(),
        from
    )
    .fetch_all(conn)
    .await
}
