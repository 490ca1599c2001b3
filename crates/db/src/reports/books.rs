//! The ledger to be taken elsewhere, in parts.

use chrono::{DateTime, Utc};
use innkeeper_domain::Currency;
use sqlx::{PgConnection, Result};

use crate::Text;

/// One side of a transaction.
#[derive(Clone, Debug)]
pub struct EntryRow {
    pub transaction_id: i64,
    pub account_id: i64,
    /// Why it exists: `payment:17`.
    pub key: String,
    pub occurred_at: DateTime<Utc>,
    /// `cash`, `receivable`, `client_credit`, `income`, `tax_payable`, `bad_debt` or `adjustment`.
    pub account: String,
    pub client_id: Option<i64>,
    pub client_name: Option<String>,
    pub currency: Text<Currency>,
    /// In minor units; debits are positive.
    pub amount: i64,
}

/// The transactions booked between two moments.
#[derive(Clone, Copy, Debug, Default)]
pub struct Booked {
    pub transactions: i64,
    pub first: i64,
    pub last: i64,
}

/// Which transactions were booked between two moments.
pub async fn booked(conn: &mut PgConnection, start: DateTime<Utc>, end: DateTime<Utc>) -> Result<Booked> {
    sqlx::query_as!(
        Booked,
        r#"SELECT count(*) AS "transactions!", coalesce(min(id), 0) AS "first!", coalesce(max(id), 0) AS "last!"
           FROM ledger_transaction WHERE occurred_at >= $1 AND occurred_at < $2"#,
        start,
        end
    )
    .fetch_one(conn)
    .await
}

/// The next entries booked between two moments, in the order of transaction and account: after `after`, up to the
/// transaction `last`.
pub async fn entries(
    conn: &mut PgConnection,
    (start, end): (DateTime<Utc>, DateTime<Utc>),
    after: (i64, i64),
    last: i64,
    limit: i64,
) -> Result<Vec<EntryRow>> {
    sqlx::query_as!(
        EntryRow,
        r#"SELECT e.transaction_id, e.account_id, t.key, t.occurred_at, a.kind AS account, a.client_id,
                  coalesce(nullif(c.company, ''), c.first_name || ' ' || c.last_name) AS client_name,
                  e.currency AS "currency: _", e.amount
           FROM ledger_entry e JOIN ledger_transaction t ON t.id = e.transaction_id
           JOIN ledger_account a ON a.id = e.account_id LEFT JOIN client c ON c.id = a.client_id
           WHERE (e.transaction_id, e.account_id) > ($3, $4) AND e.transaction_id <= $5 AND t.id BETWEEN $3 AND $5
             AND t.occurred_at >= $1 AND t.occurred_at < $2
           ORDER BY e.transaction_id, e.account_id LIMIT $6"#,
        start,
        end,
        after.0,
        after.1,
        last,
        limit
    )
    .fetch_all(conn)
    .await
}
