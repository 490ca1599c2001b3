//! Domains after their expiry, and what extensions say of that.

use chrono::NaiveDate;
use innkeeper_domain::{
    ClientId, Currency, DomainId, InvoiceId, LateDays, TldId,
    state::{DomainState, InvoiceState},
};
use sqlx::{PgConnection, Result};

use crate::{Text, domain_renewals::DueDomain};

/// Fees of an extension in one currency, in minor units.
#[derive(Clone, Debug)]
pub struct LateFeeRow {
    pub currency: Text<Currency>,
    pub grace: i64,
    /// None: nothing is restored.
    pub redemption: Option<i64>,
}

/// The days of an extension; none: nobody said, or there is no such extension.
pub async fn days(conn: &mut PgConnection, id: TldId) -> Result<Option<LateDays>> {
    let row = sqlx::query!("SELECT grace_days, redemption_days FROM tld WHERE id = $1", id.get());
    let row = row.fetch_optional(conn).await?;
    Ok(row.and_then(|row| LateDays::stored(row.grace_days, row.redemption_days)))
}

/// The fees of an extension.
pub async fn fees(conn: &mut PgConnection, id: TldId) -> Result<Vec<LateFeeRow>> {
    sqlx::query_as!(
        LateFeeRow,
        r#"SELECT currency AS "currency: _", grace, redemption FROM tld_late_fee WHERE tld_id = $1 ORDER BY currency"#,
        id.get()
    )
    .fetch_all(conn)
    .await
}

/// Gives an extension exactly these days and fees.
pub async fn set(conn: &mut PgConnection, id: TldId, days: Option<LateDays>, fees: &[LateFeeRow]) -> Result<()> {
    sqlx::query!(
        "UPDATE tld SET grace_days = $2, redemption_days = $3 WHERE id = $1",
        id.get(),
        days.map(|days| i32::from(days.grace)),
        days.map(|days| i32::from(days.redemption))
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("DELETE FROM tld_late_fee WHERE tld_id = $1", id.get()).execute(&mut *conn).await?;
    let currencies: Vec<String> = fees.iter().map(|fee| fee.currency.0.code().to_owned()).collect();
    let grace: Vec<i64> = fees.iter().map(|fee| fee.grace).collect();
    let redemption: Vec<Option<i64>> = fees.iter().map(|fee| fee.redemption).collect();
    sqlx::query!(
        "INSERT INTO tld_late_fee (tld_id, currency, grace, redemption)
         SELECT $1, f.currency, f.grace, f.redemption
         FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS f (currency, grace, redemption)",
        id.get(),
        &currencies,
        &grace,
        &redemption as &[Option<i64>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A domain with what its extension says of the time after its expiry.
#[derive(Clone, Debug)]
pub struct LateDomain {
    pub client_id: ClientId,
    pub state: Text<DomainState>,
    pub currency: Text<Currency>,
    /// Price of a year's renewal, which is for so many years.
    pub amount: i64,
    pub years: i32,
    pub expires_on: Option<NaiveDate>,
    pub grace_days: Option<i32>,
    pub redemption_days: Option<i32>,
    pub grace_fee: Option<i64>,
    pub redemption_fee: Option<i64>,
    /// Its renewal from this expiry, or its restoring, is under way or done.
    pub is_sent: bool,
}

/// A domain, if `owner` may see it.
pub async fn get(conn: &mut PgConnection, owner: Option<ClientId>, id: DomainId) -> Result<Option<LateDomain>> {
    sqlx::query_as!(
        LateDomain,
        r#"SELECT d.client_id, d.state AS "state: _", d.currency AS "currency: _", d.amount, t.min_years AS years,
                  d.expires_on, t.grace_days, t.redemption_days,
                  f.grace AS "grace_fee?", f.redemption AS redemption_fee,
                  EXISTS (SELECT 1 FROM effect e WHERE e.subject = 'domain' AND e.subject_id = d.id
                      AND e.kind IN ('domain.renew', 'domain.restore') AND e.state <> 'failed'
                      AND e.request ->> 'from' = d.expires_on::text) AS "is_sent!"
           FROM domain d JOIN tld t ON t.id = d.tld_id
           LEFT JOIN tld_late_fee f ON f.tld_id = t.id AND f.currency = d.currency
           WHERE d.id = $1 AND ($2::bigint IS NULL OR d.client_id = $2)"#,
        id.get(),
        owner.map(ClientId::get)
    )
    .fetch_optional(conn)
    .await
}

/// A line that renews a domain from an expiry, or a fee that goes with it.
#[derive(Clone, Debug)]
pub struct LateLine {
    pub kind: String,
    pub invoice_id: InvoiceId,
    pub state: Text<InvoiceState>,
}

/// What was invoiced of the renewal from an expiry.
pub async fn lines(conn: &mut PgConnection, id: DomainId, from: NaiveDate) -> Result<Vec<LateLine>> {
    sqlx::query_as!(
        LateLine,
        r#"SELECT l.kind, i.id AS invoice_id, i.state AS "state: _" FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id
           WHERE l.domain_id = $1 AND l.renews_from = $2 AND NOT l.voided
             AND l.kind IN ('domain_renew', 'domain_grace', 'domain_redemption') ORDER BY l.id"#,
        id.get(),
        from
    )
    .fetch_all(conn)
    .await
}

/// The domain as what is to be renewed, whatever its day, locked.
pub async fn due(conn: &mut PgConnection, id: DomainId) -> Result<Option<DueDomain>> {
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
           WHERE d.id = $1 AND d.state IN ('active', 'expired') AND d.expires_on IS NOT NULL FOR NO KEY UPDATE OF d"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}
