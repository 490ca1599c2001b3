//! Invoices that nobody will pay.

use chrono::{DateTime, Utc};
use innkeeper_domain::InvoiceId;
use sqlx::{PgConnection, Result};

/// What was written off of an invoice.
#[derive(Clone, Debug)]
pub struct WriteOffRow {
    /// Tax included.
    pub amount: i64,
    /// The tax in it.
    pub tax: i64,
    /// For staff.
    pub reason: String,
    pub created_at: DateTime<Utc>,
}

/// What credit notes took back of an invoice: tax included, and the tax in it.
pub async fn taken_back(conn: &mut PgConnection, invoice: InvoiceId) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"SELECT coalesce(-sum(c.net + c.tax), 0)::bigint AS "total!", coalesce(-sum(c.tax), 0)::bigint AS "tax!"
           FROM invoice_line l JOIN invoice_line c ON c.corrects = l.id AND NOT c.voided WHERE l.invoice_id = $1"#,
        invoice.get()
    )
    .fetch_one(conn)
    .await?;
    Ok((row.total, row.tax))
}

/// Writes off what is owed on an unpaid invoice.
pub async fn insert(
    conn: &mut PgConnection,
    invoice: InvoiceId,
    currency: &str,
    (amount, tax): (i64, i64),
    reason: &str,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO write_off (invoice_id, currency, amount, tax, reason) VALUES ($1, $2, $3, $4, $5)",
        invoice.get(),
        currency,
        amount,
        tax,
        reason
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("UPDATE invoice SET state = 'written_off' WHERE id = $1 AND state = 'unpaid'", invoice.get())
        .execute(conn)
        .await?;
    Ok(())
}

/// What was written off of an invoice, if anything.
pub async fn of_invoice(conn: &mut PgConnection, invoice: InvoiceId) -> Result<Option<WriteOffRow>> {
    sqlx::query_as!(
        WriteOffRow,
        "SELECT amount, tax, reason, created_at FROM write_off WHERE invoice_id = $1",
        invoice.get()
    )
    .fetch_optional(conn)
    .await
}
