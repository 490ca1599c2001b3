//! Exchange rates, and those that documents keep.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{Currency, Exchange, InvoiceId};
use rust_decimal::Decimal;
use sqlx::{PgConnection, Result};

use crate::Text;

/// A rate of a day.
#[derive(Clone, Debug)]
pub struct RateRow {
    /// The default currency of then.
    pub home: Text<Currency>,
    pub currency: Text<Currency>,
    pub day: NaiveDate,
    /// Units of `currency` for one of `home`.
    pub rate: Decimal,
    /// `ecb` or `hand`.
    pub source: String,
    pub actor: String,
    pub recorded_at: DateTime<Utc>,
}

impl RateRow {
    /// To reckon with.
    pub fn exchange(&self) -> Option<Exchange> {
        Exchange::new(*self.home, *self.currency, self.rate)
    }
}

/// Records rates that were published for a day; how many. What the day has already stays.
pub async fn publish(
    conn: &mut PgConnection,
    rates: &[Exchange],
    day: NaiveDate,
    actor: &str,
    now: DateTime<Utc>,
) -> Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO exchange_rate (home, currency, day, rate, source, actor, recorded_at)
         SELECT v.home, v.currency, $4, v.rate, 'ecb', $5, $6
         FROM unnest($1::text[], $2::text[], $3::numeric[]) AS v (home, currency, rate)
         WHERE NOT EXISTS (SELECT 1 FROM exchange_rate r WHERE (r.home, r.currency, r.day) = (v.home, v.currency, $4))
         ON CONFLICT DO NOTHING",
        &rates.iter().map(|r| r.home().code()).collect::<Vec<_>>() as &[&str],
        &rates.iter().map(|r| r.currency().code()).collect::<Vec<_>>() as &[&str],
        &rates.iter().map(|r| r.rate()).collect::<Vec<_>>(),
        day,
        actor,
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Records a rate by hand, which counts from that day on instead of others of the day.
pub async fn insert(
    conn: &mut PgConnection,
    rate: Exchange,
    day: NaiveDate,
    actor: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO exchange_rate (home, currency, day, rate, source, actor, recorded_at) VALUES ($1, $2, $3, $4, 'hand', $5, $6)",
        rate.home().code(),
        rate.currency().code(),
        day,
        rate.rate(),
        actor,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The rates that count on a day to the default currency, by currency.
pub async fn on(conn: &mut PgConnection, day: NaiveDate) -> Result<Vec<RateRow>> {
    sqlx::query_as!(
        RateRow,
        r#"SELECT x.home AS "home: _", x.currency AS "currency: _", x.day, x.rate, x.source, x.actor, x.recorded_at
           FROM currency c JOIN exchange_rate x ON x.id = exchange_rate_on(c.code, $1) ORDER BY x.currency"#,
        day
    )
    .fetch_all(conn)
    .await
}

/// The rates of a day and those after it to the default currency, one for each day, by currency and day.
pub async fn since(conn: &mut PgConnection, day: NaiveDate) -> Result<Vec<RateRow>> {
    sqlx::query_as!(
        RateRow,
        r#"SELECT DISTINCT ON (r.currency, r.day) r.home AS "home: _", r.currency AS "currency: _", r.day, r.rate, r.source,
                  r.actor, r.recorded_at
           FROM exchange_rate r JOIN currency h ON h.code = r.home AND h.is_default
           WHERE r.day >= $1 ORDER BY r.currency, r.day, r.id DESC"#,
        day
    )
    .fetch_all(conn)
    .await
}

/// The rate that a document keeps.
pub async fn of_invoice(conn: &mut PgConnection, id: InvoiceId) -> Result<Option<RateRow>> {
    sqlx::query_as!(
        RateRow,
        r#"SELECT r.home AS "home: _", r.currency AS "currency: _", r.day, r.rate, r.source, r.actor, r.recorded_at
           FROM invoice i JOIN exchange_rate r ON r.id = i.exchange_rate_id WHERE i.id = $1"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}
