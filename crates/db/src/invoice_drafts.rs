//! Invoices that staff compose: kept, changed and thrown away until they are issued.

use chrono::{DateTime, Utc};
use innkeeper_domain::{ClientId, Currency, InvoiceDraftId, InvoiceId};
use sqlx::{PgConnection, Result};

use crate::Text;

/// A draft without its lines; `net` is their sum without tax.
#[derive(Clone, Debug)]
pub struct DraftRow {
    pub id: InvoiceDraftId,
    pub client_id: ClientId,
    pub client_name: String,
    pub currency: Text<Currency>,
    /// None: as the company gives.
    pub due_days: Option<i32>,
    pub notes: String,
    pub version: i32,
    pub invoice_id: Option<i64>,
    pub net: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Which drafts.
#[derive(Clone, Copy, Debug, Default)]
pub struct DraftFilter {
    pub client: Option<ClientId>,
    /// This one, issued or not; else those that are not issued.
    pub only: Option<InvoiceDraftId>,
    pub before: Option<InvoiceDraftId>,
    pub limit: i64,
}

/// Drafts, newest first.
pub async fn list(conn: &mut PgConnection, filter: DraftFilter) -> Result<Vec<DraftRow>> {
    sqlx::query_as!(
        DraftRow,
        r#"SELECT d.id, d.client_id, coalesce(nullif(c.company, ''), c.first_name || ' ' || c.last_name) AS "client_name!",
                  d.currency AS "currency: _", d.due_days, d.notes, d.version, d.invoice_id,
                  coalesce((SELECT sum(l.quantity * l.amount) FROM composed_line l WHERE l.draft_id = d.id), 0)::bigint AS "net!",
                  d.created_at, d.updated_at
           FROM invoice_draft d JOIN client c ON c.id = d.client_id
           WHERE ($1::bigint IS NULL OR d.client_id = $1) AND ($2::bigint IS NULL OR d.id < $2)
             AND (d.id = $3 OR ($3::bigint IS NULL AND d.invoice_id IS NULL))
           ORDER BY d.id DESC LIMIT $4"#,
        filter.client.map(ClientId::get),
        filter.before.map(InvoiceDraftId::get),
        filter.only.map(InvoiceDraftId::get),
        filter.limit
    )
    .fetch_all(conn)
    .await
}

/// The draft, issued or not.
pub async fn get(conn: &mut PgConnection, id: InvoiceDraftId) -> Result<Option<DraftRow>> {
    let filter = DraftFilter { only: Some(id), limit: 1, ..DraftFilter::default() };
    Ok(list(conn, filter).await?.into_iter().next())
}

/// Adds a draft without lines.
pub async fn insert(
    conn: &mut PgConnection,
    client: ClientId,
    currency: Currency,
    (due_days, notes): (Option<i32>, &str),
) -> Result<InvoiceDraftId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO invoice_draft (client_id, currency, due_days, notes) VALUES ($1, $2, $3, $4) RETURNING id",
        client.get(),
        currency.code(),
        due_days,
        notes
    )
    .fetch_one(conn)
    .await?;
    Ok(InvoiceDraftId(id))
}

/// Changes a draft.
pub async fn update(conn: &mut PgConnection, id: InvoiceDraftId, (due_days, notes): (Option<i32>, &str)) -> Result<()> {
    sqlx::query!(
        "UPDATE invoice_draft SET due_days = $2, notes = $3, version = version + 1, updated_at = now() WHERE id = $1",
        id.get(),
        due_days,
        notes
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes which invoice it has become, and gives that its text for the client.
pub async fn mark_issued(conn: &mut PgConnection, id: InvoiceDraftId, invoice: InvoiceId) -> Result<()> {
    sqlx::query!(
        "WITH d AS (UPDATE invoice_draft SET invoice_id = $2, updated_at = now() WHERE id = $1 RETURNING notes)
         UPDATE invoice i SET notes = d.notes FROM d WHERE i.id = $2",
        id.get(),
        invoice.get()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Throws a draft away that is not issued.
pub async fn delete(conn: &mut PgConnection, id: InvoiceDraftId) -> Result<()> {
    sqlx::query!("DELETE FROM invoice_draft WHERE id = $1 AND invoice_id IS NULL", id.get()).execute(conn).await?;
    Ok(())
}
