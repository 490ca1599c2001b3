//! Proformas, and the invoices that they become.

use chrono::NaiveDate;
use innkeeper_domain::InvoiceId;
use sqlx::{PgConnection, Result};

use crate::invoices::Series;

/// As what an invoice was asked for before it was one.
#[derive(Clone, Debug)]
pub struct ProformaRow {
    /// As printed.
    pub number: String,
    pub issued_on: NaiveDate,
}

/// The proforma that an invoice was.
pub async fn of_invoice(conn: &mut PgConnection, id: InvoiceId) -> Result<Option<ProformaRow>> {
    sqlx::query_as!(
        ProformaRow,
        "SELECT number_text AS number, issued_on FROM proforma WHERE invoice_id = $1",
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// Makes an invoice of a proforma: the next number of `series`, and the day and exchange rate of today. The printed
/// numbers of both; none: it is no proforma.
pub async fn invoice(
    conn: &mut PgConnection,
    id: InvoiceId,
    series: &Series,
    today: NaiveDate,
) -> Result<Option<(String, String)>> {
    let row = sqlx::query!(
        r#"WITH asked AS (
               INSERT INTO proforma (invoice_id, series, number, number_text, issued_on)
               SELECT id, series, number, number_text, issued_on FROM invoice WHERE id = $1 AND is_proforma
               RETURNING number_text),
           number AS (
               UPDATE number_series SET next = next + 1 WHERE series = $2 AND EXISTS (SELECT 1 FROM asked)
               RETURNING series, next - 1 AS number)
           UPDATE invoice i SET is_proforma = false, series = n.series, number = n.number, issued_on = $4,
                  number_text = document_number(n.series, n.number, $3), exchange_rate_id = exchange_rate_on(i.currency, $4)
           FROM number n, asked WHERE i.id = $1
           RETURNING asked.number_text AS "proforma!", i.number_text AS "number!""#,
        id.get(),
        series.name,
        series.digits,
        today
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.proforma, row.number)))
}
