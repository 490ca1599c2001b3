//! What promotions took off.

use chrono::NaiveDate;
use innkeeper_domain::{Currency, PromotionId};
use sqlx::{PgConnection, Result};

use crate::Text;

/// A promotion in one currency.
#[derive(Clone, Debug)]
pub struct PromotionSum {
    pub id: PromotionId,
    pub code: String,
    pub currency: Text<Currency>,
    pub invoices: i64,
    pub clients: i64,
    pub off: i64,
    pub net: i64,
}

/// Lines of invoices that a promotion took something off, by promotion; most first.
pub async fn by_promotion(conn: &mut PgConnection, from: NaiveDate, until: NaiveDate) -> Result<Vec<PromotionSum>> {
    sqlx::query_as!(
        PromotionSum,
        r#"SELECT p.id, p.code, i.currency AS "currency: _", count(DISTINCT i.id) AS "invoices!",
                  count(DISTINCT i.client_id) AS "clients!", sum(l.discount)::bigint AS "off!", sum(l.net)::bigint AS "net!"
           FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id JOIN promotion p ON p.id = l.promotion_id
           WHERE i.issued_on BETWEEN $1 AND $2 AND i.state <> 'void' AND NOT i.is_proforma
           GROUP BY p.id, p.code, i.currency ORDER BY i.currency, 6 DESC, p.code"#,
        from,
        until
    )
    .fetch_all(conn)
    .await
}
