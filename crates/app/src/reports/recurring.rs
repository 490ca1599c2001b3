//! What recurs: a month's worth of it (MRR), how it came and went, and what a client is worth. The definitions, with
//! examples, are in `docs/reports.md`.

use chrono::{Datelike, Days, Months, NaiveDate};
use innkeeper_db::reports::recurring::{self as db, MovedRow};
use innkeeper_domain::{Currency, Money, Permission, ProductId};
use std::collections::BTreeMap;

use super::{Range, range::zone};
use crate::{Actor, App, Result, calendar};

/// Fewer whole months, or fewer clients lost in them, say nothing of how long clients stay.
const LEAST_MONTHS: usize = 3;
const LEAST_LOST: i64 = 5;

/// What recurs in a currency.
#[derive(Clone, Debug)]
pub struct Recurring {
    /// The currency of all its amounts.
    pub currency: Currency,
    /// At the moment.
    pub now: Stand,
    /// At the moment by product, most first. A client counts with each of its products.
    pub products: Vec<Subscribed>,
    /// How it came and went, oldest first; the last month may not be over.
    pub months: Vec<Month>,
    /// The average of a client at the moment; none without clients.
    pub per_client: Option<Money>,
    /// Over the whole months; none if there is not enough to say.
    pub lifetime: Option<Lifetime>,
}

/// How much recurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stand {
    /// Clients with something that recurs.
    pub clients: i64,
    /// Services that recur.
    pub services: i64,
    /// A month's worth of them.
    pub monthly: Money,
}

/// What recurs with a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribed {
    /// The product.
    pub product_id: ProductId,
    /// Its name.
    pub name: String,
    /// How much.
    pub stand: Stand,
}

/// What came and went in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub month: NaiveDate,
    /// When it began.
    pub opening: Stand,
    /// What came.
    pub new: Stand,
    /// What went.
    pub lost: Stand,
    /// When it was over, or so far.
    pub closing: Stand,
    /// Whether all its days are in the report.
    pub whole: bool,
}

impl Month {
    /// Clients that went, of those that it began with.
    pub fn client_churn(&self) -> Share {
        Share { part: self.lost.clients, of: self.opening.clients }
    }
    /// What went, of what it began with.
    pub fn value_churn(&self) -> Share {
        Share { part: self.lost.monthly.minor(), of: self.opening.monthly.minor() }
    }
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The part.
    pub part: i64,
    /// The whole.
    pub of: i64,
}

impl Share {
    /// In hundredths of a percent, rounded half up: 250 is 2.5 %. None of nothing.
    pub fn basis_points(self) -> Option<i64> {
        let (part, of) = (i128::from(self.part), i128::from(self.of));
        (of > 0).then(|| i64::try_from((part * 20_000 + of).div_euclid(2 * of)).unwrap_or(i64::MAX))
    }
}

/// How long clients stay, and what they are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// Clients lost in the whole months, of those that the months began with: the churn of an average month.
    pub client_churn: Share,
    /// The same for what recurs.
    pub value_churn: Share,
    /// The average of a client divided by the churn of clients.
    pub value: Money,
}

/// What recurs, and how it came and went in the months of a range: its first month is counted from its first day.
pub async fn recurring(app: &App, actor: &Actor, range: Range) -> Result<Vec<Recurring>> {
    actor.require(Permission::ReportsRead)?;
    range.check()?;
    let from = range.from.with_day(1).unwrap_or(range.from);
    let until = range.until.min(calendar::today(app).await?).max(from);
    let zone = zone(app).await?;
    let mut conn = app.conn().await?;
    let mut all: BTreeMap<Currency, Recurring> = BTreeMap::new();
    for row in db::running(&mut conn).await? {
        let stand =
            Stand { clients: row.clients, services: row.services, monthly: Money::new(row.monthly, *row.currency) };
        let recurring = all.entry(*row.currency).or_insert_with(|| Recurring::empty(*row.currency));
        match (row.product_id, row.product) {
            (Some(id), Some(name)) => {
                recurring.products.push(Subscribed { product_id: ProductId(id), name, stand });
            }
            _ => recurring.now = stand,
        }
    }
    let mut moved: BTreeMap<Currency, Vec<MovedRow>> = BTreeMap::new();
    for row in db::moved(&mut conn, from, until, zone.name()).await? {
        moved.entry(*row.currency).or_default().push(row);
    }
    for (currency, rows) in moved {
        all.entry(currency).or_insert_with(|| Recurring::empty(currency)).months = months(currency, &rows, until)?;
    }
    let mut all: Vec<Recurring> = all.into_values().collect();
    for recurring in &mut all {
        recurring.per_client = divided(recurring.now.monthly, 1, recurring.now.clients);
        recurring.lifetime = recurring.per_client.and_then(|per_client| lifetime(per_client, &recurring.months));
    }
    Ok(all)
}

impl Recurring {
    fn empty(currency: Currency) -> Self {
        let now = Stand::nothing(currency);
        Self { currency, now, products: vec![], months: vec![], per_client: None, lifetime: None }
    }
}

impl Stand {
    fn nothing(currency: Currency) -> Self {
        Self { clients: 0, services: 0, monthly: currency.zero() }
    }
    fn plus(self, other: Self) -> Result<Self> {
        let monthly = self.monthly.checked_add(other.monthly)?;
        Ok(Self { clients: self.clients + other.clients, services: self.services + other.services, monthly })
    }
    fn minus(self, other: Self) -> Result<Self> {
        let monthly = self.monthly.checked_sub(other.monthly)?;
        Ok(Self { clients: self.clients - other.clients, services: self.services - other.services, monthly })
    }
}

/// The months of rows in their order; the one without a month is all that was before them.
fn months(currency: Currency, rows: &[MovedRow], until: NaiveDate) -> Result<Vec<Month>> {
    let mut stand = Stand::nothing(currency);
    let mut months = vec![];
    for row in rows {
        let money = |minor| Money::new(minor, currency);
        let new = Stand { clients: row.new_clients, services: row.new_services, monthly: money(row.new_monthly) };
        let lost = Stand { clients: row.lost_clients, services: row.lost_services, monthly: money(row.lost_monthly) };
        let opening = stand;
        stand = opening.plus(new)?.minus(lost)?;
        if let Some(month) = row.month {
            let last = month.checked_add_months(Months::new(1)).and_then(|next| next.checked_sub_days(Days::new(1)));
            let whole = last.is_some_and(|day| day <= until);
            months.push(Month { month, opening, new, lost, closing: stand, whole });
        }
    }
    Ok(months)
}

fn lifetime(per_client: Money, months: &[Month]) -> Option<Lifetime> {
    let whole: Vec<&Month> = months.iter().filter(|m| m.whole && m.opening.clients > 0).collect();
    let sum = |of: fn(&Month) -> Share| {
        let shares = whole.iter().map(|m| of(m));
        shares.fold(Share { part: 0, of: 0 }, |a, b| Share { part: a.part + b.part, of: a.of + b.of })
    };
    let (client_churn, value_churn) = (sum(Month::client_churn), sum(Month::value_churn));
    if whole.len() < LEAST_MONTHS || client_churn.part < LEAST_LOST {
        return None;
    }
    let value = divided(per_client, client_churn.of, client_churn.part)?;
    Some(Lifetime { client_churn, value_churn, value })
}

/// `amount` times `by` divided by `among`, rounded half up. None if there is nobody to divide among.
fn divided(amount: Money, by: i64, among: i64) -> Option<Money> {
    let (amount_minor, by, among) = (i128::from(amount.minor()), i128::from(by), i128::from(among));
    let minor = (among > 0).then(|| (2 * amount_minor * by + among).div_euclid(2 * among))?;
    Some(Money::new(i64::try_from(minor).ok()?, amount.currency()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_half_up_and_nothing_has_none() {
        let points = |part, of| Share { part, of }.basis_points();
        assert_eq!((points(1, 3), points(1, 8), points(0, 5)), (Some(3333), Some(1250), Some(0)));
        assert_eq!((points(1, 40_000), points(1, 0)), (Some(0), None));
        assert_eq!(points(1, 20_000), Some(1), "half of a hundredth");
    }

    #[test]
    fn an_average_is_rounded_half_up() {
        let cents = |minor, by, among| divided(Money::new(minor, Currency::EUR), by, among).map(Money::minor);
        assert_eq!((cents(1000, 1, 3), cents(5, 1, 2), cents(1000, 24, 5)), (Some(333), Some(3), Some(4800)));
        assert_eq!(cents(1000, 1, 0), None);
    }
}
