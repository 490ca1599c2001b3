//! Sales to other member states of the European Union, for the returns of the seller. Credit notes count for the
//! invoice that they correct, on their own day. Invoices that are void are left out.

use chrono::NaiveDate;
use innkeeper_domain::Currency;
use rust_decimal::Decimal;
use sqlx::{PgConnection, Result};

use crate::Text;

/// Sales to consumers in a member state at a rate, in minor units.
#[derive(Clone, Debug)]
pub struct ConsumerRow {
    pub country: String,
    pub rate: Decimal,
    pub currency: Text<Currency>,
    pub net: i64,
    pub tax: i64,
}

/// Sales to a business that pays the tax itself, in minor units.
#[derive(Clone, Debug)]
pub struct BusinessRow {
    pub number: String,
    /// As printed on the newest invoice.
    pub name: String,
    /// First day of the month; of the range, if months are not told apart.
    pub month: NaiveDate,
    pub currency: Text<Currency>,
    pub net: i64,
}

/// Sales to consumers.
pub async fn consumers(conn: &mut PgConnection, from: NaiveDate, until: NaiveDate) -> Result<Vec<ConsumerRow>> {
    sqlx::query_as!(
        ConsumerRow,
        r#"SELECT i.tax_basis ->> 'country' AS "country!", l.tax_rate AS rate, i.currency AS "currency: _",
                  sum(l.net)::bigint AS "net!", sum(l.tax)::bigint AS "tax!"
           FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id AND (NOT l.voided OR i.credited)
           WHERE i.issued_on BETWEEN $1 AND $2 AND (i.state <> 'void' OR i.credited) AND NOT i.is_proforma
             AND i.tax_basis ->> 'reason' = 'consumer'
             AND l.tax_rate <> 0
           GROUP BY 1, 2, 3 ORDER BY 1, 2 DESC, 3"#,
        from,
        until
    )
    .fetch_all(conn)
    .await
}

/// Sales under reverse charge, for each number and, if asked for, month.
pub async fn businesses(
    conn: &mut PgConnection,
    from: NaiveDate,
    until: NaiveDate,
    monthly: bool,
) -> Result<Vec<BusinessRow>> {
    sqlx::query_as!(
        BusinessRow,
        r#"SELECT i.tax_basis ->> 'number' AS "number!",
                  (array_agg(coalesce(nullif(i.client_snapshot ->> 'company', ''), i.client_snapshot ->> 'name', '')
                             ORDER BY i.id DESC))[1] AS "name!",
                  CASE WHEN $3 THEN date_trunc('month', i.issued_on::timestamp)::date ELSE $1 END AS "month!",
                  i.currency AS "currency: _", sum(i.subtotal)::bigint AS "net!"
           FROM invoice i
           WHERE i.issued_on BETWEEN $1 AND $2 AND (i.state <> 'void' OR i.credited) AND NOT i.is_proforma
             AND i.tax_basis ->> 'reason' = 'reverse_charge'
             AND i.subtotal <> 0
           GROUP BY 1, 3, 4 ORDER BY 1, 3, 4"#,
        from,
        until,
        monthly
    )
    .fetch_all(conn)
    .await
}
