//! What was sold to other member states of the European Union: for the one-stop shop, by member state and rate; for the
//! recapitulative statement, by VAT number. Refunds in money without a credit note are not in it.

use chrono::NaiveDate;
use innkeeper_db::reports::union as db;
use innkeeper_domain::{Currency, Money, Permission};
use rust_decimal::Decimal;

use super::Range;
use crate::{Actor, App, Result};

/// Sales to consumers in a member state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerSales {
    /// ISO 3166 alpha-2.
    pub country: String,
    /// A fraction: 0.2 is 20 %.
    pub rate: Decimal,
    /// Without tax.
    pub net: Money,
    /// Tax.
    pub tax: Money,
}

/// Sales to a business that pays the tax itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusinessSales {
    /// Its VAT number.
    pub number: String,
    /// Its name, as printed on the newest invoice.
    pub name: String,
    /// The first day of the month, or of the range.
    pub month: NaiveDate,
    /// What was sold.
    pub net: Money,
}

/// Sales to other member states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnionSales {
    /// For the one-stop shop.
    pub consumers: Vec<ConsumerSales>,
    /// For the recapitulative statement.
    pub businesses: Vec<BusinessSales>,
    /// All of the consumers' net and tax in euro; none: something was sold in another currency.
    pub in_euro: Option<(Money, Money)>,
}

/// Sales on invoices and credit notes of a time range. `monthly`: those to businesses are told apart by month.
pub async fn union(app: &App, actor: &Actor, range: Range, monthly: bool) -> Result<UnionSales> {
    actor.require(Permission::ReportsRead)?;
    range.check()?;
    let mut conn = app.conn().await?;
    let consumers = db::consumers(&mut conn, range.from, range.until).await?.into_iter().map(|row| ConsumerSales {
        country: row.country,
        rate: row.rate.normalize(),
        net: Money::new(row.net, *row.currency),
        tax: Money::new(row.tax, *row.currency),
    });
    let businesses = db::businesses(&mut conn, range.from, range.until, monthly).await?.into_iter();
    let businesses = businesses.map(|row| BusinessSales {
        net: Money::new(row.net, *row.currency),
        number: row.number,
        name: row.name,
        month: row.month,
    });
    let consumers: Vec<_> = consumers.collect();
    let all_euro = consumers.iter().all(|row| row.net.currency() == Currency::EUR);
    let in_euro = match all_euro {
        true => Some((
            Money::sum(Currency::EUR, consumers.iter().map(|row| row.net))?,
            Money::sum(Currency::EUR, consumers.iter().map(|row| row.tax))?,
        )),
        false => None,
    };
    Ok(UnionSales { consumers, businesses: businesses.collect(), in_euro })
}
