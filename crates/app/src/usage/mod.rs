//! What is measured of services and charged by the month: meters of products, what plugins tell, and the day on which a
//! month is reckoned. What it comes to is invoiced like what staff charge by hand.

mod meters;
mod task;
#[cfg(test)]
mod tests;

use chrono::{Datelike, NaiveDate};
use innkeeper_db::{
    services,
    usage::{self as db, Months, ReadAt, Reading},
};
use innkeeper_domain::{Measure, Money, Permission, ServerId, ServiceId, UsagePrice, usage::units};
use innkeeper_plugin_api::UsageReport;

use crate::{Actor, App, AppError, Result, calendar};

pub use db::{MeterRow, PriceRow, UsageRow};
pub use meters::{Meter, MeterInput, add_meter, get_meter, list_meters, metrics, retire_meter, set_prices};
pub(crate) use task::UsageMonths;

/// The key under which a plugin's bytes on disk are metered.
const DISK: &str = "disk";

/// What a month of a service comes to: so far, or as it was reckoned.
#[derive(Clone, Debug)]
pub struct MonthView {
    /// What was measured.
    pub row: UsageRow,
    /// What clients call it, and its unit.
    pub name: String,
    pub unit: String,
    /// Begun units.
    pub units: u64,
    /// What they cost.
    pub price: UsagePrice,
    /// Without tax.
    pub amount: Money,
}

/// The latest months of a service that are charged, newest first.
pub async fn of_service(app: &App, actor: &Actor, id: ServiceId) -> Result<Vec<MonthView>> {
    let owner = actor.owner(Permission::ServicesRead)?;
    let mut conn = app.conn().await?;
    services::get(&mut conn, owner, id).await?.ok_or(AppError::NotFound("service"))?;
    let rows = db::months(&mut conn, Months::Of(id)).await?;
    rows.into_iter().filter_map(|row| reckon(row).transpose()).collect()
}

/// What a month costs; none: nobody charges for it.
fn reckon(row: UsageRow) -> Result<Option<MonthView>> {
    let (Some(name), Some(unit), Some(size), Some(measure), Some(price)) = (
        row.name.clone(),
        row.unit.clone(),
        row.unit_size,
        row.measure,
        row.tiers.as_ref().map(|tiers| tiers.0.clone()),
    ) else {
        return Ok(None);
    };
    let quantity = match *measure {
        Measure::Highest => row.highest,
        Measure::Added => row.added,
    };
    let whole = |n: i64| u64::try_from(n).map_err(AppError::internal);
    let units = units(whole(quantity)?, whole(size)?);
    let amount = price.of(units, *row.currency)?;
    Ok(Some(MonthView { row, name, unit, units, price, amount }))
}

/// Keeps what a vendor told of the accounts of a server, as far as it is metered.
pub(crate) async fn keep(app: &App, server: ServerId, reports: &[UsageReport]) -> Result<()> {
    let mut readings = vec![];
    for report in reports {
        let others = report.usage.metrics.iter().map(|metric| (metric.key.as_str(), metric.quantity));
        for (metric, quantity) in [(DISK, report.usage.disk_bytes)].into_iter().chain(others) {
            // What does not fit is no quantity of anything.
            let Ok(quantity) = i64::try_from(quantity) else { continue };
            readings.push(Reading { remote_id: &report.remote_id, metric, quantity });
        }
    }
    readings.sort_by_key(|one| (one.remote_id, one.metric));
    readings.dedup_by_key(|one| (one.remote_id, one.metric));
    let (at, today) = (app.now(), calendar::today(app).await?);
    Ok(db::keep(&mut *app.conn().await?, server, &readings, ReadAt { at, month: month_of(today) }).await?)
}

/// The first day of the month of a day.
fn month_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The first day of the month after that of a day.
pub(crate) fn month_after(day: NaiveDate) -> NaiveDate {
    month_of(day).checked_add_months(chrono::Months::new(1)).unwrap_or(day)
}
