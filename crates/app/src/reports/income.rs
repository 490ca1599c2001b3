//! Income: what was invoiced, what came in, what was given back.

use chrono::NaiveDate;
use innkeeper_db::reports::income as db;
use innkeeper_domain::{Currency, Money, Permission};
use std::collections::BTreeMap;

use super::{Range, range::zone};
use crate::{Actor, App, Result};

/// So many days are shown day by day, and so many as months.
const BY_DAY: i64 = 31;
const BY_MONTH: i64 = 3 * 366;

/// How long a step of a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A day.
    Day,
    /// A month.
    Month,
    /// A year.
    Year,
}

impl Step {
    /// What fits a range: neither hundreds of steps nor one.
    pub fn fitting(range: Range) -> Self {
        match (range.until - range.from).num_days() + 1 {
            days if days <= BY_DAY => Self::Day,
            days if days <= BY_MONTH => Self::Month,
            _ => Self::Year,
        }
    }
    /// `day`, `month` or `year`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// Income in a currency.
#[derive(Clone, Debug)]
pub struct Income {
    /// The currency of all its amounts.
    pub currency: Currency,
    /// Every step of the range, oldest first. The first and the last may be cut by the range.
    pub steps: Vec<StepIncome>,
    /// The sum of the steps; its day is the first of the range.
    pub total: StepIncome,
    /// What was invoiced, most first.
    pub sold: Vec<Sold>,
    /// What came in, most first.
    pub gateways: Vec<Gateway>,
}

/// Income of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepIncome {
    /// The first day of the step.
    pub step: NaiveDate,
    /// Invoices issued, those that are void left out.
    pub invoices: i64,
    /// On them, without tax.
    pub net: Money,
    /// Tax on them.
    pub tax: Money,
    /// Payments received.
    pub received: Money,
    /// Given back.
    pub refunded: Money,
    /// Owed on invoices, tax included, and written off.
    pub written_off: Money,
}

/// What kind of thing was sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoldKind {
    /// A product.
    Product,
    /// Domains of an extension.
    Domain,
    /// Anything else.
    Other,
}

impl SoldKind {
    /// `product`, `domain` or `other`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Domain => "domain",
            Self::Other => "other",
        }
    }
}

/// What was invoiced for a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sold {
    /// What kind of thing it is.
    pub kind: SoldKind,
    /// Of the product or the extension.
    pub id: Option<i64>,
    /// Name of the product, extension with its dot; of anything else the kind of the invoice's line.
    pub name: String,
    /// Lines of invoices.
    pub lines: i64,
    /// Without tax.
    pub net: Money,
}

/// What a gateway took in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// Id of the gateway.
    pub gateway: String,
    /// How many payments.
    pub payments: i64,
    /// What they were.
    pub received: Money,
    /// Given back through it.
    pub refunded: Money,
}

/// Income in a time range, for each currency that occurs in it, with the steps that fit the range.
pub async fn income(app: &App, actor: &Actor, range: Range) -> Result<(Step, Vec<Income>)> {
    actor.require(Permission::ReportsRead)?;
    range.check()?;
    let span = range.span(zone(app).await?);
    let step = Step::fitting(range);
    let mut conn = app.conn().await?;
    let mut all: BTreeMap<Currency, Income> = BTreeMap::new();
    for row in db::by_step(&mut conn, span, step.as_str()).await? {
        let one = step_of(&row);
        let income = all.entry(*row.currency).or_insert_with(|| Income::empty(*row.currency, range.from));
        income.total.add(&one)?;
        income.steps.push(one);
    }
    for row in db::sold(&mut conn, range.from, range.until).await? {
        if let Some(income) = all.get_mut(&*row.currency) {
            income.sold.push(sold_of(row));
        }
    }
    for row in db::by_gateway(&mut conn, span).await? {
        let money = |minor| Money::new(minor, *row.currency);
        let (received, refunded) = (money(row.received), money(row.refunded));
        let one = Gateway { gateway: row.gateway, payments: row.payments, received, refunded };
        if let Some(income) = all.get_mut(&*row.currency) {
            income.gateways.push(one);
        }
    }
    Ok((step, all.into_values().collect()))
}

impl Income {
    fn empty(currency: Currency, from: NaiveDate) -> Self {
        let zero = currency.zero();
        let (received, refunded, written_off) = (zero, zero, zero);
        let total = StepIncome { step: from, invoices: 0, net: zero, tax: zero, received, refunded, written_off };
        Self { currency, steps: vec![], total, sold: vec![], gateways: vec![] }
    }
}

impl StepIncome {
    fn add(&mut self, other: &Self) -> Result<()> {
        self.invoices += other.invoices;
        self.net = self.net.checked_add(other.net)?;
        self.tax = self.tax.checked_add(other.tax)?;
        self.received = self.received.checked_add(other.received)?;
        self.refunded = self.refunded.checked_add(other.refunded)?;
        self.written_off = self.written_off.checked_add(other.written_off)?;
        Ok(())
    }
}

fn step_of(row: &db::StepRow) -> StepIncome {
    let money = |minor| Money::new(minor, *row.currency);
    StepIncome {
        step: row.step,
        invoices: row.invoices,
        net: money(row.net),
        tax: money(row.tax),
        received: money(row.received),
        refunded: money(row.refunded),
        written_off: money(row.written_off),
    }
}

fn sold_of(row: db::SoldRow) -> Sold {
    let kind = match row.kind.as_str() {
        "product" => SoldKind::Product,
        "domain" => SoldKind::Domain,
        _ => SoldKind::Other,
    };
    Sold { kind, id: row.id, name: row.name, lines: row.lines, net: Money::new(row.net, *row.currency) }
}
