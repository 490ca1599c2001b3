//! The ledger to be taken elsewhere: every transaction with its entries, in parts of bounded size.

use chrono::{DateTime, Utc};
use innkeeper_db::reports::books as db;
use innkeeper_domain::{ClientId, Money, Permission};

use super::{Range, range::zone};
use crate::{Actor, App, Result};

/// Entries of a part.
const PART: i64 = 2000;

/// What is in a time range: transactions count by when they were booked.
#[derive(Clone, Copy, Debug)]
pub struct Books {
    /// How many transactions there are.
    pub transactions: i64,
    /// Where their entries begin.
    pub start: Cursor,
}

/// Where to go on.
#[derive(Clone, Copy, Debug)]
pub struct Cursor {
    after: (i64, i64),
    last: i64,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

/// One side of a transaction.
#[derive(Clone, Debug)]
pub struct Booking {
    /// The transaction. Its entries sum to zero.
    pub transaction: i64,
    /// Why it exists: `payment:17`.
    pub key: String,
    /// When it was booked.
    pub at: DateTime<Utc>,
    /// `cash`, `receivable`, `client_credit`, `income`, `tax_payable`, `bad_debt` or `adjustment`.
    pub account: String,
    /// Whose account; none: the business's own.
    pub client: Option<(ClientId, String)>,
    /// Debits are positive, credits negative.
    pub amount: Money,
}

/// What was booked in a time range.
pub async fn books(app: &App, actor: &Actor, range: Range) -> Result<Books> {
    actor.require(Permission::ReportsRead)?;
    range.check()?;
    let span = range.span(zone(app).await?);
    let booked = db::booked(&mut *app.conn().await?, span.start, span.end).await?;
    let start = Cursor { after: (booked.first, 0), last: booked.last, from: span.start, until: span.end };
    Ok(Books { transactions: booked.transactions, start })
}

/// The next entries, and where to go on; none: that was all.
pub async fn next_bookings(app: &App, actor: &Actor, cursor: Cursor) -> Result<Option<(Vec<Booking>, Cursor)>> {
    actor.require(Permission::ReportsRead)?;
    part(app, cursor, PART).await
}

/// At most `limit` entries.
pub(super) async fn part(app: &App, cursor: Cursor, limit: i64) -> Result<Option<(Vec<Booking>, Cursor)>> {
    let span = (cursor.from, cursor.until);
    let rows = db::entries(&mut *app.conn().await?, span, cursor.after, cursor.last, limit).await?;
    let Some(last) = rows.last() else { return Ok(None) };
    let next = Cursor { after: (last.transaction_id, last.account_id), ..cursor };
    Ok(Some((rows.into_iter().map(booking).collect(), next)))
}

fn booking(row: db::EntryRow) -> Booking {
    Booking {
        transaction: row.transaction_id,
        key: row.key,
        at: row.occurred_at,
        account: row.account,
        client: row.client_id.map(|id| (ClientId(id), row.client_name.unwrap_or_default())),
        amount: Money::new(row.amount, *row.currency),
    }
}
