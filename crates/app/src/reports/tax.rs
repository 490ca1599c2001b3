//! Tax on what was invoiced, by country and rate, and what the ledger says of it.

use innkeeper_db::{currencies, reports::tax as db};
use innkeeper_domain::{Currency, Money, Permission, exchange::factor};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

use super::{Range, range::zone};
use crate::{Actor, App, Result};

/// Tax in a currency.
#[derive(Clone, Debug)]
pub struct TaxTotal {
    /// The currency of all its amounts.
    pub currency: Currency,
    /// By country and rate.
    pub rates: Vec<TaxRate>,
    /// Invoices issued in the range, those that are void left out.
    pub invoices: i64,
    /// On them, without tax.
    pub net: Money,
    /// Tax on them.
    pub tax: Money,
    /// Tax that the ledger holds for them: the same, or something is wrong.
    pub booked: Money,
    /// What refunds made in the range took back of what was sold, without tax.
    pub reversed_net: Money,
    /// Tax that they took back.
    pub reversed_tax: Money,
    /// The invoices in the currency of the books; empty if this is it. Several if that changed.
    pub in_books: Vec<InBooks>,
}

/// Invoices in the currency of the books, each by the rate that it keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InBooks {
    /// Those that keep one.
    pub invoices: i64,
    /// Without tax.
    pub net: Money,
    /// Tax.
    pub tax: Money,
}

/// Tax of a rate in a country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxRate {
    /// ISO 3166 alpha-2, as printed on the invoices; empty if there was none.
    pub country: String,
    /// Empty: no tax is charged.
    pub name: String,
    /// A fraction: 0.2 is 20 %.
    pub rate: Decimal,
    /// Invoices with a line of it.
    pub invoices: i64,
    /// Without tax.
    pub net: Money,
    /// Tax.
    pub tax: Money,
}

/// Tax on invoices issued in a time range, for each currency that occurs in it.
pub async fn tax(app: &App, actor: &Actor, range: Range) -> Result<Vec<TaxTotal>> {
    actor.require(Permission::ReportsRead)?;
    range.check()?;
    let span = range.span(zone(app).await?);
    let mut conn = app.conn().await?;
    let mut all: BTreeMap<Currency, TaxTotal> = BTreeMap::new();
    for row in db::totals(&mut conn, range.from, range.until).await? {
        let total = of(&mut all, *row.currency);
        let money = |minor| Money::new(minor, *row.currency);
        total.invoices = row.invoices;
        (total.net, total.tax, total.booked) = (money(row.net), money(row.tax), money(row.booked));
    }
    for row in db::by_rate(&mut conn, range.from, range.until).await? {
        let money = |minor| Money::new(minor, *row.currency);
        let (net, tax) = (money(row.net), money(row.tax));
        let (country, name, rate, invoices) = (row.country, row.tax_name, row.tax_rate.normalize(), row.invoices);
        of(&mut all, *row.currency).rates.push(TaxRate { country, name, rate, invoices, net, tax });
    }
    for row in db::reversed(&mut conn, span.start, span.end).await? {
        let total = of(&mut all, *row.currency);
        total.reversed_net = Money::new(row.net, *row.currency);
        total.reversed_tax = Money::new(row.tax, *row.currency);
    }
    let known: Vec<Currency> = currencies::all(&mut conn).await?.iter().map(|row| *row.code).collect();
    let pairs = known.iter().flat_map(|home| known.iter().map(move |other| (*home, *other, factor(*home, *other))));
    for row in db::in_books(&mut conn, (range.from, range.until), &pairs.collect::<Vec<_>>()).await? {
        let money = |minor| Money::new(minor, *row.home);
        let (invoices, net, tax) = (row.invoices, money(row.net), money(row.tax));
        of(&mut all, *row.currency).in_books.push(InBooks { invoices, net, tax });
    }
    Ok(all.into_values().collect())
}

fn of(all: &mut BTreeMap<Currency, TaxTotal>, currency: Currency) -> &mut TaxTotal {
    let zero = currency.zero();
    all.entry(currency).or_insert_with(|| TaxTotal {
        currency,
        rates: vec![],
        invoices: 0,
        net: zero,
        tax: zero,
        booked: zero,
        reversed_net: zero,
        reversed_tax: zero,
        in_books: vec![],
    })
}
