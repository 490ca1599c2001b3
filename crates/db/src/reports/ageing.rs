//! What clients owe, by how late it is.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{ClientId, Currency};
use sqlx::{PgConnection, Result};

use crate::Text;

/// Owed at the end of a day, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Owed {
    pub not_due: i64,
    /// 1 to 30 days late.
    pub to_30: i64,
    /// 31 to 60 days late.
    pub to_60: i64,
    /// 61 to 90 days late.
    pub to_90: i64,
    /// More than 90 days late.
    pub older: i64,
    pub total: i64,
}

/// What a client owes in a currency; without a client, what all owe.
#[derive(Clone, Debug)]
pub struct OwedRow {
    pub client_id: Option<i64>,
    pub client_name: Option<String>,
    pub currency: Text<Currency>,
    pub not_due: i64,
    pub to_30: i64,
    pub to_60: i64,
    pub to_90: i64,
    pub older: i64,
    pub total: i64,
}

impl OwedRow {
    /// The sums.
    pub fn owed(&self) -> Owed {
        let Self { not_due, to_30, to_60, to_90, older, total, .. } = *self;
        Owed { not_due, to_30, to_60, to_90, older, total }
    }
}

/// What all owe at the end of a day, which is the moment `end`; for each currency.
pub async fn totals(conn: &mut PgConnection, day: NaiveDate, end: DateTime<Utc>) -> Result<Vec<OwedRow>> {
    sqlx::query_as!(
        OwedRow,
        r#"SELECT NULL::bigint AS client_id, NULL::text AS client_name, currency AS "currency!: _",
                  coalesce(sum(owed) FILTER (WHERE late <= 0), 0)::bigint AS "not_due!",
                  coalesce(sum(owed) FILTER (WHERE late BETWEEN 1 AND 30), 0)::bigint AS "to_30!",
                  coalesce(sum(owed) FILTER (WHERE late BETWEEN 31 AND 60), 0)::bigint AS "to_60!",
                  coalesce(sum(owed) FILTER (WHERE late BETWEEN 61 AND 90), 0)::bigint AS "to_90!",
                  coalesce(sum(owed) FILTER (WHERE late > 90), 0)::bigint AS "older!", sum(owed)::bigint AS "total!"
           FROM owed_on($1, $2) GROUP BY currency ORDER BY currency"#,
        day,
        end
    )
    .fetch_all(conn)
    .await
}

/// The same in one currency for each client, who owes most first; after the client that owed `after`.
pub async fn clients(
    conn: &mut PgConnection,
    (day, end): (NaiveDate, DateTime<Utc>),
    currency: Currency,
    after: Option<(i64, ClientId)>,
    limit: i64,
) -> Result<Vec<OwedRow>> {
    sqlx::query_as!(
        OwedRow,
        r#"SELECT o.client_id AS "client_id?",
                  (SELECT coalesce(nullif(c.company, ''), c.first_name || ' ' || c.last_name) FROM client c WHERE c.id = o.client_id) AS client_name,
                  $3::text AS "currency!: _",
                  coalesce(sum(owed) FILTER (WHERE late <= 0), 0)::bigint AS "not_due!",
                  coalesce(sum(owed) FILTER (WHERE late BETWEEN 1 AND 30), 0)::bigint AS "to_30!",
                  coalesce(sum(owed) FILTER (WHERE late BETWEEN 31 AND 60), 0)::bigint AS "to_60!",
                  coalesce(sum(owed) FILTER (WHERE late BETWEEN 61 AND 90), 0)::bigint AS "to_90!",
                  coalesce(sum(owed) FILTER (WHERE late > 90), 0)::bigint AS "older!", sum(owed)::bigint AS "total!"
           FROM owed_on($1, $2) o WHERE o.currency = $3 GROUP BY o.client_id
           HAVING $4::bigint IS NULL OR (sum(owed), o.client_id) < ($4, $5::bigint)
           ORDER BY sum(owed) DESC, o.client_id DESC LIMIT $6"#,
        day,
        end,
        currency.code(),
        after.map(|(total, _)| total),
        after.map(|(_, client)| client.get()),
        limit
    )
    .fetch_all(conn)
    .await
}
