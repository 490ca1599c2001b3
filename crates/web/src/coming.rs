//! The invoices that a client will get, as a part of a page.

use askama::Template;
use chrono::{Months, NaiveDate};
use innkeeper_app::AppError;
use innkeeper_app::billing::ComingInvoice;
use innkeeper_domain::{Currency, Money};
use serde::Deserialize;
use std::collections::BTreeMap;

use crate::view::{Moment, date, price};

/// How far one may look: months, and what people read.
const SPANS: [(u32, &str); 3] = [(3, "3 months"), (12, "12 months"), (36, "3 years")];
const USUAL: u32 = 12;

/// How far to look, as the address says it: `?months=12`. Anything else is a year.
#[derive(Clone, Copy, Deserialize)]
pub struct Span {
    months: Option<u32>,
}

impl Span {
    fn months(self) -> u32 {
        self.months.filter(|m| SPANS.iter().any(|(n, _)| n == m)).unwrap_or(USUAL)
    }
    /// The last day looked at.
    pub fn until(self, today: NaiveDate) -> NaiveDate {
        today.checked_add_months(Months::new(self.months())).unwrap_or(today)
    }
}

/// Invoices to come, for each currency with their sum.
#[derive(Template)]
#[template(path = "components/coming.html")]
pub struct ComingView {
    until: String,
    spans: Vec<Choice>,
    currencies: Vec<Shown>,
}

component!(ComingView);

struct Choice {
    months: u32,
    label: &'static str,
    is_chosen: bool,
}

struct Shown {
    total: String,
    code: &'static str,
    rows: Vec<Row>,
}

struct Row {
    due: Moment,
    issued: Moment,
    lines: Vec<String>,
    tax: String,
    total: String,
}

impl ComingView {
    /// Of what `billing::preview` found up to the end of the span.
    pub fn new(invoices: Vec<ComingInvoice>, span: Span, until: NaiveDate) -> Result<Self, AppError> {
        let mut currencies: BTreeMap<Currency, Vec<ComingInvoice>> = BTreeMap::new();
        for invoice in invoices {
            currencies.entry(invoice.total.currency()).or_default().push(invoice);
        }
        let chosen = span.months();
        let choice = |(months, label)| Choice { months, label, is_chosen: months == chosen };
        Ok(Self {
            until: date(until),
            spans: SPANS.into_iter().map(choice).collect(),
            currencies: currencies.into_iter().map(|(c, invoices)| shown(c, invoices)).collect::<Result<_, _>>()?,
        })
    }
    /// Whether nothing is to come.
    pub fn is_empty(&self) -> bool {
        self.currencies.is_empty()
    }
}

fn shown(currency: Currency, invoices: Vec<ComingInvoice>) -> Result<Shown, AppError> {
    let total = Money::sum(currency, invoices.iter().map(|invoice| invoice.total))?;
    let rows = invoices.into_iter().map(|invoice| Row {
        due: Moment::day(invoice.due_on),
        issued: Moment::day(invoice.issued_on),
        lines: invoice.lines,
        tax: price(invoice.tax),
        total: price(invoice.total),
    });
    Ok(Shown { total: price(total), code: currency.code(), rows: rows.collect() })
}
