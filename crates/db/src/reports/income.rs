//! What was invoiced, received and given back. Invoices that are void are left out.

use chrono::NaiveDate;
use innkeeper_domain::Currency;
use sqlx::{PgConnection, Result};

use super::Span;
use crate::Text;

/// A step of the time range in a currency, in minor units.
#[derive(Clone, Debug)]
pub struct StepRow {
    /// First day of the step.
    pub step: NaiveDate,
    pub currency: Text<Currency>,
    pub invoices: i64,
    pub net: i64,
    pub tax: i64,
    pub received: i64,
    pub refunded: i64,
    /// Tax included.
    pub written_off: i64,
}

/// What was sold, without tax.
#[derive(Clone, Debug)]
pub struct SoldRow {
    pub currency: Text<Currency>,
    /// `product`, `domain` or `other`.
    pub kind: String,
    /// Of the product or the extension.
    pub id: Option<i64>,
    /// Of the product or the extension; of anything else the kind of the line.
    pub name: String,
    pub lines: i64,
    pub net: i64,
}

/// What came in by a gateway.
#[derive(Clone, Debug)]
pub struct GatewayRow {
    pub currency: Text<Currency>,
    pub gateway: String,
    pub payments: i64,
    pub received: i64,
    pub refunded: i64,
}

/// By step (`day`, `month` or `year`); each currency that occurs has every step.
pub async fn by_step(conn: &mut PgConnection, span: Span<'_>, step: &str) -> Result<Vec<StepRow>> {
    sqlx::query_as!(
        StepRow,
        r#"WITH fact AS (
               SELECT date_trunc($6::text, issued_on::timestamp)::date AS step, currency, count(*) FILTER (WHERE state <> 'credit') AS invoices,
                      sum(subtotal) AS net, sum(tax) AS tax, 0 AS received, 0 AS refunded, 0 AS written_off
               FROM invoice WHERE issued_on BETWEEN $1 AND $2 AND (state <> 'void' OR credited) AND NOT is_proforma GROUP BY 1, 2
               UNION ALL
               SELECT date_trunc($6::text, received_on::timestamp)::date, currency, 0, 0, 0, sum(amount), 0, 0
               FROM payment WHERE received_on BETWEEN $1 AND $2 AND credit_note_id IS NULL AND adjustment_id IS NULL GROUP BY 1, 2
               UNION ALL
               SELECT date_trunc($6::text, created_at AT TIME ZONE $5)::date, currency, 0, 0, 0, 0, sum(amount), 0
               FROM refund WHERE created_at >= $3 AND created_at < $4 AND adjustment_id IS NULL GROUP BY 1, 2
               UNION ALL
               SELECT date_trunc($6::text, created_at AT TIME ZONE $5)::date, currency, 0, 0, 0, 0, 0, sum(amount)
               FROM write_off WHERE created_at >= $3 AND created_at < $4 GROUP BY 1, 2)
           SELECT s.step::date AS "step!", c.currency AS "currency!: _",
                  coalesce(sum(f.invoices), 0)::bigint AS "invoices!", coalesce(sum(f.net), 0)::bigint AS "net!",
                  coalesce(sum(f.tax), 0)::bigint AS "tax!", coalesce(sum(f.received), 0)::bigint AS "received!",
                  coalesce(sum(f.refunded), 0)::bigint AS "refunded!",
                  coalesce(sum(f.written_off), 0)::bigint AS "written_off!"
           FROM generate_series(date_trunc($6::text, $1::date::timestamp), $2::date::timestamp, ('1 ' || $6::text)::interval) AS s (step)
           CROSS JOIN (SELECT DISTINCT currency FROM fact) c
           LEFT JOIN fact f ON f.step = s.step::date AND f.currency = c.currency
           GROUP BY s.step, c.currency ORDER BY c.currency, s.step"#,
        span.from,
        span.until,
        span.start,
        span.end,
        span.zone,
        step
    )
    .fetch_all(conn)
    .await
}

/// Lines of invoices by product, by extension of a domain, or by kind; most first.
pub async fn sold(conn: &mut PgConnection, from: NaiveDate, until: NaiveDate) -> Result<Vec<SoldRow>> {
    sqlx::query_as!(
        SoldRow,
        r#"SELECT i.currency AS "currency: _",
                  CASE WHEN p.id IS NOT NULL THEN 'product' WHEN t.id IS NOT NULL THEN 'domain' ELSE 'other' END AS "kind!",
                  coalesce(p.id, t.id) AS id, coalesce(p.name, '.' || t.name, l.kind) AS "name!",
                  count(*) AS "lines!", sum(l.net)::bigint AS "net!"
           FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id AND (NOT l.voided OR i.credited)
           LEFT JOIN service s ON s.id = l.service_id LEFT JOIN product p ON p.id = s.product_id
           LEFT JOIN domain d ON d.id = l.domain_id LEFT JOIN tld t ON t.id = d.tld_id
           WHERE i.issued_on BETWEEN $1 AND $2 AND (i.state <> 'void' OR i.credited) AND NOT i.is_proforma
           GROUP BY 1, 2, 3, 4 ORDER BY 1, 6 DESC, 4"#,
        from,
        until
    )
    .fetch_all(conn)
    .await
}

/// Payments and refunds by gateway, most first.
pub async fn by_gateway(conn: &mut PgConnection, span: Span<'_>) -> Result<Vec<GatewayRow>> {
    sqlx::query_as!(
        GatewayRow,
        r#"SELECT currency AS "currency!: _", gateway AS "gateway!", sum(payments)::bigint AS "payments!",
                  sum(received)::bigint AS "received!", sum(refunded)::bigint AS "refunded!"
           FROM (SELECT currency, gateway, count(*) AS payments, sum(amount) AS received, 0 AS refunded
                 FROM payment WHERE received_on BETWEEN $1 AND $2 AND credit_note_id IS NULL AND adjustment_id IS NULL GROUP BY 1, 2
                 UNION ALL
                 SELECT currency, gateway, 0, 0, sum(amount) FROM refund
                 WHERE created_at >= $3 AND created_at < $4 AND adjustment_id IS NULL GROUP BY 1, 2) x
           GROUP BY 1, 2 ORDER BY 1, 4 DESC, 2"#,
        span.from,
        span.until,
        span.start,
        span.end
    )
    .fetch_all(conn)
    .await
}
