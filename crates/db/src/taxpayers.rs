//! What decides the tax of clients, read at once for many.

use chrono::{DateTime, Utc};
use innkeeper_domain::{ClientId, VatState};
use sqlx::{PgConnection, Result};

use crate::Text;

/// A client, as its tax sees it.
#[derive(Clone, Debug)]
pub struct TaxpayerRow {
    pub client_id: ClientId,
    pub country: String,
    pub region: String,
    pub is_business: bool,
    pub is_exempt: bool,
    pub language: String,
    /// The VAT number that the client has now, if it has the form of one.
    pub vat_number: Option<String>,
    pub vat_state: Option<Text<VatState>>,
    pub vat_reference: Option<String>,
    pub vat_checked_at: Option<DateTime<Utc>>,
}

/// These clients.
pub async fn of_clients(conn: &mut PgConnection, clients: &[ClientId]) -> Result<Vec<TaxpayerRow>> {
    sqlx::query_as!(
        TaxpayerRow,
        r#"SELECT c.id AS "client_id!", c.country AS "country!", c.region AS "region!", c.company <> '' AS "is_business!",
                  c.tax_exempt AS "is_exempt!", c.language AS "language!", v.number AS "vat_number?",
                  v.state AS "vat_state?: _", v.reference AS "vat_reference?", v.checked_at AS vat_checked_at
           FROM client c LEFT JOIN vat_number v ON v.client_id = c.id
           WHERE c.id = ANY($1)"#,
        &clients.iter().map(|id| id.get()).collect::<Vec<_>>()
    )
    .fetch_all(conn)
    .await
}
