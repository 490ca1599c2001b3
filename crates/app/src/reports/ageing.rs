//! What clients owe, by how late it is.

use chrono::NaiveDate;
use chrono_tz::Tz;
use innkeeper_db::reports::ageing::{self as db, Owed};
use innkeeper_domain::{ClientId, Currency, Permission};

use super::range::{end, zone};
use crate::{Actor, App, AppError, Result};

/// What all clients owe in a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ageing {
    /// The currency.
    pub currency: Currency,
    /// In its minor units.
    pub owed: Owed,
}

/// What one client owes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Debtor {
    /// The client.
    pub client_id: ClientId,
    /// Its name, or its company's.
    pub name: String,
    /// In minor units of the currency asked for.
    pub owed: Owed,
}

/// Which part of the debtors.
#[derive(Clone, Copy, Debug)]
pub struct DebtorQuery {
    /// At the end of this day.
    pub day: NaiveDate,
    /// In this currency.
    pub currency: Currency,
    /// After the client that owed so much, in minor units; none: from the one that owes most.
    pub after: Option<(i64, ClientId)>,
    /// How many at most.
    pub limit: i64,
}

/// What all clients owed at the end of `day`, for each currency. The day must not be in the future.
pub async fn ageing(app: &App, actor: &Actor, day: NaiveDate) -> Result<Vec<Ageing>> {
    actor.require(Permission::ReportsRead)?;
    let zone = check(app, day).await?;
    let rows = db::totals(&mut *app.conn().await?, day, end(day, zone)).await?;
    Ok(rows.iter().map(|row| Ageing { currency: *row.currency, owed: row.owed() }).collect())
}

/// What each client owed, who owed most first.
pub async fn debtors(app: &App, actor: &Actor, query: DebtorQuery) -> Result<Vec<Debtor>> {
    actor.require(Permission::ReportsRead)?;
    let zone = check(app, query.day).await?;
    let day = (query.day, end(query.day, zone));
    let rows = db::clients(&mut *app.conn().await?, day, query.currency, query.after, query.limit).await?;
    let debtor = |row: db::OwedRow| {
        let owed = row.owed();
        Some(Debtor { client_id: ClientId(row.client_id?), name: row.client_name.unwrap_or_default(), owed })
    };
    Ok(rows.into_iter().filter_map(debtor).collect())
}

async fn check(app: &App, day: NaiveDate) -> Result<Tz> {
    let zone = zone(app).await?;
    if day > app.now().with_timezone(&zone).date_naive() {
        return Err(AppError::invalid("day", "must not be in the future"));
    }
    Ok(zone)
}
