//! Tax on what was invoiced, and what the ledger says of it. Invoices that are void are left out.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::Currency;
use rust_decimal::Decimal;
use sqlx::{PgConnection, Result};

use crate::Text;

/// Tax of a rate in a country, in minor units.
#[derive(Clone, Debug)]
pub struct RateRow {
    pub currency: Text<Currency>,
    /// Of the client, as printed on the invoice.
    pub country: String,
    /// Empty: none is charged.
    pub tax_name: String,
    /// A fraction: 0.2 is 20 %.
    pub tax_rate: Decimal,
    pub invoices: i64,
    pub net: i64,
    pub tax: i64,
}

/// All tax of a currency, in minor units.
#[derive(Clone, Debug)]
pub struct TotalRow {
    pub currency: Text<Currency>,
    pub invoices: i64,
    pub net: i64,
    pub tax: i64,
    /// Tax that the ledger holds for these invoices.
    pub booked: i64,
}

/// What refunds took back of paid invoices and write-offs of others, in minor units.
#[derive(Clone, Debug)]
pub struct ReversedRow {
    pub currency: Text<Currency>,
    pub net: i64,
    pub tax: i64,
}

/// By country, name and rate of the tax; a line with two taxes counts for each.
pub async fn by_rate(conn: &mut PgConnection, from: NaiveDate, until: NaiveDate) -> Result<Vec<RateRow>> {
    sqlx::query_as!(
        RateRow,
        r#"SELECT i.currency AS "currency: _", coalesce(i.client_snapshot ->> 'country', '') AS "country!",
                  t.name AS "tax_name!", t.rate AS "tax_rate!", count(DISTINCT i.id) AS "invoices!",
                  sum(l.net)::bigint AS "net!", sum(t.tax)::bigint AS "tax!"
           FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id AND (NOT l.voided OR i.credited)
           CROSS JOIN LATERAL (SELECT l.tax_name AS name, coalesce(l.tax1_rate, l.tax_rate) AS rate, l.tax - l.tax2 AS tax
                               UNION ALL SELECT l.tax2_name, l.tax2_rate, l.tax2 WHERE l.tax2_rate <> 0) t
           WHERE i.issued_on BETWEEN $1 AND $2 AND (i.state <> 'void' OR i.credited) AND NOT i.is_proforma
           GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 4 DESC, 3"#,
        from,
        until
    )
    .fetch_all(conn)
    .await
}

/// The sums of invoices, and what the ledger has booked for them.
pub async fn totals(conn: &mut PgConnection, from: NaiveDate, until: NaiveDate) -> Result<Vec<TotalRow>> {
    sqlx::query_as!(
        TotalRow,
        r#"SELECT i.currency AS "currency: _", count(*) AS "invoices!", sum(i.subtotal)::bigint AS "net!",
                  sum(i.tax)::bigint AS "tax!", coalesce(-sum(e.amount), 0)::bigint AS "booked!"
           FROM invoice i LEFT JOIN ledger_account a ON a.kind = 'tax_payable' AND a.currency = i.currency
           LEFT JOIN payment p ON p.credit_note_id = i.id
           LEFT JOIN ledger_transaction t ON t.key = coalesce('payment:' || p.id, 'invoice:' || i.id)
           LEFT JOIN ledger_entry e ON e.transaction_id = t.id AND e.account_id = a.id
           WHERE i.issued_on BETWEEN $1 AND $2 AND (i.state <> 'void' OR i.credited) AND NOT i.is_proforma
           GROUP BY i.currency ORDER BY i.currency"#,
        from,
        until
    )
    .fetch_all(conn)
    .await
}

/// Invoices of a currency in that of the books, each by the rate that it keeps and rounded, in minor units.
#[derive(Clone, Debug)]
pub struct InBooksRow {
    pub home: Text<Currency>,
    pub currency: Text<Currency>,
    pub invoices: i64,
    pub net: i64,
    pub tax: i64,
}

/// Those that keep a rate. Each of `factors` is how many minor units of the books' currency one of the other is, were
/// both worth the same.
pub async fn in_books(
    conn: &mut PgConnection,
    (from, until): (NaiveDate, NaiveDate),
    factors: &[(Currency, Currency, Decimal)],
) -> Result<Vec<InBooksRow>> {
    sqlx::query_as!(
        InBooksRow,
        r#"SELECT r.home AS "home: _", r.currency AS "currency: _", count(*) AS "invoices!",
                  sum(round(i.total * f.factor / r.rate) - round(i.tax * f.factor / r.rate))::bigint AS "net!",
                  sum(round(i.tax * f.factor / r.rate))::bigint AS "tax!"
           FROM invoice i JOIN exchange_rate r ON r.id = i.exchange_rate_id
           JOIN unnest($3::text[], $4::text[], $5::numeric[]) AS f (home, currency, factor)
               ON (f.home, f.currency) = (r.home, r.currency)
           WHERE i.issued_on BETWEEN $1 AND $2 AND (i.state <> 'void' OR i.credited) AND NOT i.is_proforma
           GROUP BY 1, 2 ORDER BY 1, 2"#,
        from,
        until,
        &factors.iter().map(|(home, ..)| home.code()).collect::<Vec<_>>() as &[&str],
        &factors.iter().map(|(_, currency, _)| currency.code()).collect::<Vec<_>>() as &[&str],
        &factors.iter().map(|(.., factor)| *factor).collect::<Vec<_>>()
    )
    .fetch_all(conn)
    .await
}

/// Income and tax that refunds and write-offs made between two moments took back.
pub async fn reversed(conn: &mut PgConnection, start: DateTime<Utc>, end: DateTime<Utc>) -> Result<Vec<ReversedRow>> {
    sqlx::query_as!(
        ReversedRow,
        r#"SELECT currency AS "currency!: _", sum(net)::bigint AS "net!", sum(tax)::bigint AS "tax!"
           FROM (SELECT r.currency, coalesce(sum(e.amount) FILTER (WHERE a.kind = 'income'), 0) AS net,
                        coalesce(sum(e.amount) FILTER (WHERE a.kind = 'tax_payable'), 0) AS tax
                 FROM refund r JOIN ledger_transaction t ON t.key = 'refund:' || r.id
                 JOIN ledger_entry e ON e.transaction_id = t.id
                 JOIN ledger_account a ON a.id = e.account_id AND a.kind IN ('income', 'tax_payable')
                 WHERE r.created_at >= $1 AND r.created_at < $2 GROUP BY 1
                 UNION ALL
                 SELECT currency, sum(amount - tax), sum(tax) FROM write_off
                 WHERE created_at >= $1 AND created_at < $2 GROUP BY 1) x
           GROUP BY currency ORDER BY currency"#,
        start,
        end
    )
    .fetch_all(conn)
    .await
}
