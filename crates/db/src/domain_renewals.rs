//! Domains whose renewal is to be invoiced, and those whose renewal was paid.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{ClientId, Currency, Discount, DiscountKind, DomainId, InvoiceId, PromotionId};
use rust_decimal::Decimal;
use sqlx::{PgConnection, Result};

use crate::{Text, promotions};

/// A domain that is to be renewed.
#[derive(Clone, Debug)]
pub struct DueDomain {
    pub id: DomainId,
    pub client_id: ClientId,
    pub name: String,
    pub expires_on: NaiveDate,
    pub years: i32,
    pub currency: Text<Currency>,
    /// Price of a year.
    pub amount: i64,
    /// The catalogue's price, if the domain is charged that.
    pub tld_price_id: Option<i64>,
    pub separate: bool,
    /// What it was promised for this renewal.
    pub promotion: Option<i64>,
    pub promotion_code: Option<String>,
    pub discount_kind: Option<Text<DiscountKind>>,
    pub discount_percent: Option<Decimal>,
    pub discount_amount: Option<i64>,
}

impl DueDomain {
    /// What it was promised for this renewal: by which promotion, its code, and what is taken off.
    pub fn promised(&self) -> Option<(PromotionId, &str, Discount)> {
        let discount = promotions::discount(self.discount_kind?.0, self.discount_percent, self.discount_amount)?;
        Some((PromotionId(self.promotion?), self.promotion_code.as_deref()?, discount))
    }
}

/// Notes every client with a domain that expires within `days` as work of `task`; how many. What is not to be renewed,
/// or was invoiced, is left out.
pub async fn collect(conn: &mut PgConnection, task: &str, day: NaiveDate, days: i32) -> Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO task_client (task, day, client_id)
         SELECT DISTINCT $1, $2::date, d.client_id FROM domain d
         WHERE d.state = 'active' AND d.auto_renew AND d.expires_on <= $2::date + $3::int AND d.expires_on >= $2::date
           AND NOT EXISTS (SELECT 1 FROM invoice_line l WHERE l.domain_id = d.id AND l.kind = 'domain_renew'
               AND l.renews_from = d.expires_on AND NOT l.voided)
           AND NOT EXISTS (SELECT 1 FROM parked k WHERE k.task = $1 AND k.client_id = d.client_id AND k.last_on >= $2)
         ON CONFLICT DO NOTHING",
        task,
        day,
        days
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// The domains of some clients that are to be renewed, locked; those that share an invoice stand together.
pub async fn of_clients(
    conn: &mut PgConnection,
    clients: &[ClientId],
    day: NaiveDate,
    days: i32,
) -> Result<Vec<DueDomain>> {
    sqlx::query_as!(
        DueDomain,
        r#"SELECT d.id, d.client_id, d.name, d.expires_on AS "expires_on!", t.min_years AS years, d.currency AS "currency: _", d.amount,
                  p.id AS "tld_price_id?", c.separate_invoices AS separate,
                  o.id AS "promotion?", o.code AS "promotion_code?", s.kind AS "discount_kind?: _",
                  s.percent AS discount_percent, s.amount AS discount_amount
           FROM domain d JOIN tld t ON t.id = d.tld_id JOIN client c ON c.id = d.client_id
           LEFT JOIN tld_price p ON p.tld_id = t.id AND p.currency = d.currency AND p.retired_at IS NULL AND p.renew = d.amount
           LEFT JOIN domain_discount s ON s.domain_id = d.id AND coalesce(s.periods > (SELECT count(*) FROM invoice_line l
               WHERE l.domain_id = d.id AND l.promotion_id = s.promotion_id AND NOT l.voided AND l.kind <> 'credit'), true)
           LEFT JOIN promotion o ON o.id = s.promotion_id
           WHERE d.client_id = ANY($1) AND d.state = 'active' AND d.auto_renew
             AND d.expires_on <= $2::date + $3::int AND d.expires_on >= $2::date
             AND NOT EXISTS (SELECT 1 FROM invoice_line l WHERE l.domain_id = d.id AND l.kind = 'domain_renew'
                 AND l.renews_from = d.expires_on AND NOT l.voided)
           ORDER BY d.client_id, d.expires_on, d.currency, d.id FOR NO KEY UPDATE OF d"#,
        &clients.iter().map(|c| c.get()).collect::<Vec<_>>(),
        day,
        days
    )
    .fetch_all(conn)
    .await
}

/// A renewal that was paid, with the fees that go with it, and is not under way yet.
#[derive(Clone, Debug)]
pub struct PaidRenewal {
    pub domain_id: DomainId,
    pub plugin_id: String,
    pub years: i32,
    pub from: NaiveDate,
    /// When the last of it was paid.
    pub paid_at: Option<DateTime<Utc>>,
    /// A redemption fee is among it.
    pub is_restore: bool,
}

/// The renewals to which an invoice belongs, paid with their fees, for which nothing was planned.
pub async fn paid(conn: &mut PgConnection, invoice: InvoiceId) -> Result<Vec<PaidRenewal>> {
    sqlx::query_as!(
        PaidRenewal,
        r#"SELECT d.id AS domain_id, d.plugin_id, r.quantity AS years, r.renews_from AS "from!",
                  max(o.paid_at) AS paid_at, bool_or(a.kind = 'domain_redemption') AS "is_restore!"
           FROM invoice_line l JOIN domain d ON d.id = l.domain_id AND d.state IN ('active', 'expired')
           JOIN invoice_line r ON r.domain_id = d.id AND r.renews_from = l.renews_from AND r.kind = 'domain_renew' AND NOT r.voided
           JOIN invoice_line a ON a.domain_id = d.id AND a.renews_from = l.renews_from AND NOT a.voided
               AND a.kind IN ('domain_renew', 'domain_grace', 'domain_redemption')
           JOIN invoice o ON o.id = a.invoice_id
           WHERE l.invoice_id = $1 AND NOT l.voided AND l.kind IN ('domain_renew', 'domain_grace', 'domain_redemption')
             AND NOT EXISTS (SELECT 1 FROM effect e WHERE e.subject = 'domain' AND e.subject_id = d.id
                 AND e.kind IN ('domain.renew', 'domain.restore') AND e.state <> 'failed'
                 AND e.request ->> 'from' = r.renews_from::text)
           GROUP BY d.id, r.id HAVING bool_and(o.state = 'paid')
           ORDER BY r.id"#,
        invoice.get()
    )
    .fetch_all(conn)
    .await
}
