//! Exchange rates to the default currency, the one of the books. They convert nothing that is charged: each currency has
//! prices of its own. A document in another currency keeps the rate that counts on its day.

mod ecb;
#[cfg(test)]
mod tests;

use chrono::{Days, NaiveDate};
use innkeeper_db::{currencies, exchange_rates as db};
use innkeeper_domain::{Currency, Exchange, Money, Permission};
use rust_decimal::Decimal;
use serde_json::json;

use crate::{Actor, App, AppError, Result, calendar};

pub use db::RateRow;

/// Days that a line of rates looks back.
const HISTORY: u64 = 90;

/// What the European Central Bank had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The day of its rates.
    pub day: NaiveDate,
    /// Rates that were not known yet.
    pub new: u64,
    /// Currencies of the business that it publishes no rate of.
    pub missing: Vec<Currency>,
}

/// The rates that count today, by currency; those that have none are left out.
pub async fn rates(app: &App, actor: &Actor) -> Result<Vec<RateRow>> {
    actor.require(Permission::CatalogueRead)?;
    let today = calendar::today(app).await?;
    Ok(db::on(&mut *app.conn().await?, today).await?)
}

/// The rates of the last 90 days, by currency and day.
pub async fn history(app: &App, actor: &Actor) -> Result<Vec<RateRow>> {
    actor.require(Permission::CatalogueRead)?;
    let today = calendar::today(app).await?;
    Ok(db::since(&mut *app.conn().await?, today - Days::new(HISTORY)).await?)
}

/// Sets by hand how many units of a currency are one of the default currency, from today on.
pub async fn set_rate(app: &App, actor: &Actor, currency: Currency, rate: Decimal) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    let (home, others) = split(currencies::all(tx.conn()).await?)?;
    if currency == home {
        return Err(AppError::conflict(format!("{home} is the default currency: rates are of the others to it")));
    }
    if !others.contains(&currency) {
        return Err(AppError::NotFound("currency"));
    }
    let exchange = Exchange::new(home, currency, rate).ok_or_else(|| {
        AppError::invalid("rate", "must be above zero and at most 1,000,000,000, with at most 10 decimals")
    })?;
    let (today, now, tag) = (calendar::today_in(&mut tx).await?, tx.now(), tx.actor().tag());
    db::insert(tx.conn(), exchange, today, &tag, now).await?;
    tx.audit("exchange_rate.set", "currency", 0, told(exchange, today)).await?;
    tx.commit().await
}

/// Asks the European Central Bank for its latest rates and records those of the business's currencies.
pub async fn fetch(app: &App, actor: &Actor) -> Result<Fetched> {
    actor.require(Permission::CatalogueWrite)?;
    let published = ecb::latest(&app.http, &app.options.rates_url).await?;
    let mut tx = app.begin(actor).await?;
    let tomorrow = calendar::today_in(&mut tx).await? + Days::new(1);
    if published.day > tomorrow {
        return Err(AppError::conflict(format!("the rates are of {}, which is still to come", published.day)));
    }
    let (home, others) = split(currencies::all(tx.conn()).await?)?;
    let per_euro = |currency: &Currency| published.per_euro.get(currency).copied();
    let (mut rates, mut missing) = (vec![], vec![]);
    for currency in others {
        let rate = per_euro(&home).zip(per_euro(&currency));
        match rate.and_then(|(one, other)| Exchange::across(home, one, currency, other)) {
            Some(rate) => rates.push(rate),
            None => missing.push(currency),
        }
    }
    let (now, tag) = (tx.now(), tx.actor().tag());
    let new = db::publish(tx.conn(), &rates, published.day, &tag, now).await?;
    if new > 0 {
        let all: Vec<_> = rates.iter().map(|rate| told(*rate, published.day)).collect();
        tx.audit("exchange_rate.fetch", "currency", 0, json!({ "rates": all })).await?;
    }
    tx.commit().await?;
    Ok(Fetched { day: published.day, new, missing })
}

/// The job's part: asks if there is more than one currency.
pub(crate) async fn refresh(app: &App) -> Result<()> {
    let enabled = currencies::all(&mut *app.conn().await?).await?.iter().filter(|row| row.enabled).count();
    if enabled > 1 {
        fetch(app, &Actor::system("schedule")).await?;
    }
    Ok(())
}

/// The default currency, and the others that are in use.
fn split(all: Vec<currencies::CurrencyRow>) -> Result<(Currency, Vec<Currency>)> {
    let home = all.iter().find(|row| row.is_default).map(|row| *row.code);
    let home = home.ok_or_else(|| AppError::conflict("no default currency is set: make one the default"))?;
    Ok((home, all.iter().filter(|row| row.enabled && *row.code != home).map(|row| *row.code).collect()))
}

fn told(rate: Exchange, day: NaiveDate) -> serde_json::Value {
    json!({ "home": rate.home(), "currency": rate.currency(), "rate": rate.rate(), "day": day })
}

/// An amount in the currency of the books, and where its rate is from: `19.37 EUR (1 EUR = 1.0841 USD, …)`.
pub(crate) fn in_books(row: &RateRow, money: Money) -> Option<(Money, String)> {
    let exchange = row.exchange()?;
    let from = if row.source == "ecb" { "European Central Bank, " } else { "" };
    let rate = exchange.rate();
    let why = format!("1 {} = {rate} {}, {from}{}", exchange.home(), exchange.currency(), row.day);
    Some((exchange.to_home(money).ok()?, why))
}
