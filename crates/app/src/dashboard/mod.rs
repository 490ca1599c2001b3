//! The figures of the first page.

mod kept;

use chrono::{Days, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use innkeeper_db::{dashboard as db, metrics};
use innkeeper_domain::{Currency, Money, Permission};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use crate::{Actor, App, Result, settings};

pub use innkeeper_db::dashboard::StateCount;
pub(crate) use kept::Kept;

/// The figures of the last days.
#[derive(Clone, Debug, Default)]
pub struct Dashboard {
    /// The days, oldest first; today is the last.
    pub days: Vec<NaiveDate>,
    /// Payments received, per currency: one amount for each of `days`.
    pub income: Vec<(Currency, Vec<Money>)>,
    /// Orders placed on each of `days`.
    pub orders: Vec<i64>,
    /// What is owed, per currency.
    pub due: Vec<Due>,
    /// Services by state, most first.
    pub services: Vec<StateCount>,
    /// Active clients.
    pub clients: i64,
    /// Orders that wait to be accepted.
    pub pending_orders: i64,
    /// What failed and waits for staff.
    pub failures: Failures,
}

/// What is owed in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Owed on unpaid invoices.
    pub due: Money,
    /// How many invoices.
    pub due_count: i64,
    /// Of it, past the due day.
    pub overdue: Money,
    /// How many invoices.
    pub overdue_count: i64,
}

/// What failed and waits for staff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// Effects that need a decision.
    pub effects: i64,
    /// Jobs given up.
    pub jobs: i64,
    /// Deliveries given up.
    pub deliveries: i64,
}

/// The figures of the last `days` days (1 to 366), today included. Days are those of the company's time zone. What took
/// long to count is shown again for ten times as long as it took.
pub async fn dashboard(app: &App, actor: &Actor, days: u16) -> Result<Dashboard> {
    actor.require(Permission::InvoicesRead)?;
    if let Some(kept) = app.figures.get(days) {
        return Ok(kept);
    }
    let started = Instant::now();
    let figures = count(app, days).await?;
    app.figures.put(days, started.elapsed(), &figures);
    Ok(figures)
}

async fn count(app: &App, days: u16) -> Result<Dashboard> {
    let zone: Tz = settings::company(app).await?.time_zone.parse().unwrap_or(Tz::UTC);
    let today = app.now().with_timezone(&zone).date_naive();
    let from = today - Days::new(u64::from(days.clamp(1, 366)) - 1);
    let days: Vec<NaiveDate> = from.iter_days().take_while(|day| *day <= today).collect();
    let mut conn = app.conn().await?;
    let income = income(&days, db::income(&mut conn, from).await?);
    let midnight = from.and_hms_opt(0, 0, 0).unwrap_or_default();
    let start = zone.from_local_datetime(&midnight).earliest().map_or(midnight.and_utc(), |t| t.with_timezone(&Utc));
    let placed: BTreeMap<NaiveDate, i64> =
        db::orders(&mut conn, start, zone.name()).await?.into_iter().map(|r| (r.day, r.orders)).collect();
    let due = db::due(&mut conn, today).await?.into_iter().map(|r| Due {
        due: Money::new(r.due, *r.currency),
        due_count: r.due_count,
        overdue: Money::new(r.overdue, *r.currency),
        overdue_count: r.overdue_count,
    });
    let (clients, pending_orders) = db::clients_and_pending_orders(&mut conn).await?;
    let machine = metrics::read(&mut conn).await?;
    Ok(Dashboard {
        orders: days.iter().map(|day| placed.get(day).copied().unwrap_or(0)).collect(),
        due: due.collect(),
        services: db::services(&mut conn).await?,
        failures: Failures {
            effects: machine.effects_needing_human,
            jobs: machine.dead_jobs,
            deliveries: machine.dead_deliveries,
        },
        days,
        income,
        clients,
        pending_orders,
    })
}

fn income(days: &[NaiveDate], rows: Vec<db::IncomeRow>) -> Vec<(Currency, Vec<Money>)> {
    let currencies: BTreeSet<Currency> = rows.iter().map(|r| *r.currency).collect();
    let received: BTreeMap<(Currency, NaiveDate), i64> =
        rows.into_iter().map(|r| ((*r.currency, r.day), r.amount)).collect();
    let series = |currency: Currency| {
        let on = |day: &NaiveDate| Money::new(received.get(&(currency, *day)).copied().unwrap_or(0), currency);
        (currency, days.iter().map(on).collect())
    };
    currencies.into_iter().map(series).collect()
}

#[cfg(test)]
mod tests;
