//! Lines that people write: what they may be, and what they come to.

use innkeeper_db::invoices::NewLine;
use innkeeper_domain::{Currency, Money, Rate};

pub use innkeeper_db::composed_lines::ComposedLine;

use super::issue::Draft;
use crate::{Checks, Result, tax::ClientTax};

/// Lines of one document.
const LINES: usize = 100;
/// What a document may come to without tax, in minor units: far below what overflows.
const MOST: i64 = 1_000_000_000_000_000;

/// A line as staff write it.
#[derive(Clone, Debug)]
pub struct LineInput {
    /// What the client reads.
    pub description: String,
    /// From 1 to 100,000.
    pub quantity: i32,
    /// For each, without tax.
    pub amount: Money,
    /// Tax is added.
    pub taxable: bool,
}

/// What lines come to today.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Without tax.
    pub subtotal: Money,
    /// By name and rate.
    pub taxes: Vec<TaxSum>,
    /// What is to be paid.
    pub total: Money,
}

/// A tax in a preview.
#[derive(Clone, Debug)]
pub struct TaxSum {
    /// As it stands on the invoice.
    pub name: String,
    /// Its rate.
    pub rate: Rate,
    /// What it is on.
    pub base: Money,
    /// Of all lines that have it.
    pub amount: Money,
}

/// Refuses lines that make no sense; the first is `lines.1`.
pub(crate) fn check(checks: &mut Checks, lines: &[LineInput], currency: Currency) {
    checks.require(lines.len() <= LINES, "lines", format_args!("must be at most {LINES}"));
    let mut sum = Some(0_i64);
    for (n, line) in (1..).zip(lines) {
        let field = |name: &str| format!("lines.{n}.{name}");
        checks.text(&field("description"), &line.description, 500, true);
        checks.require((1..=100_000).contains(&line.quantity), &field("quantity"), "must be between 1 and 100000");
        let amount = line.amount;
        checks.require(amount.currency() == currency, &field("amount"), format_args!("must be in {currency}"));
        checks.require(amount.minor() >= 0, &field("amount"), "must not be less than nothing");
        let whole = amount.checked_mul(i64::from(line.quantity)).ok().map(Money::minor);
        sum = sum.zip(whole).and_then(|(sum, whole)| sum.checked_add(whole)).filter(|sum| *sum <= MOST);
        checks.require(sum.is_some(), &field("amount"), "makes the sum too large");
        if sum.is_none() {
            break;
        }
    }
}

/// The lines as they are kept.
pub(crate) fn composed(lines: &[LineInput]) -> Vec<ComposedLine> {
    let kept = |line: &LineInput| ComposedLine {
        description: line.description.trim().to_owned(),
        quantity: line.quantity,
        amount: line.amount.minor(),
        taxable: line.taxable,
    };
    lines.iter().map(kept).collect()
}

/// The lines as those of an invoice of today.
pub(crate) fn invoice_lines<'a>(
    currency: Currency,
    lines: &'a [ComposedLine],
    tax: &'a ClientTax,
) -> Result<Vec<NewLine<'a>>> {
    let line = |line: &'a ComposedLine| {
        let net = Money::new(line.amount, currency).checked_mul(i64::from(line.quantity))?;
        let new = NewLine::new("manual", line.description.as_str(), net);
        Ok(tax.on_net(NewLine { quantity: line.quantity, ..new }, line.taxable))
    };
    lines.iter().map(line).collect()
}

/// What lines come to: the very sums that issuing makes.
pub(crate) fn preview(draft: &Draft<'_>) -> Preview {
    let currency = draft.currency();
    let mut taxes: Vec<TaxSum> = vec![];
    for line in draft.lines() {
        let first = line.tax - line.tax2;
        let on_first = if line.treatment.is_compound() { first } else { 0 };
        let both = [
            (line.tax_name, line.treatment.first(), line.net, first),
            (line.tax2_name, line.treatment.second(), line.net + on_first, line.tax2),
        ];
        for (name, rate, base, amount) in both.into_iter().filter(|(_, rate, ..)| !rate.is_zero()) {
            match taxes.iter_mut().find(|tax| (tax.name.as_str(), tax.rate) == (name, rate)) {
                Some(tax) => {
                    tax.base = Money::new(tax.base.minor() + base, currency);
                    tax.amount = Money::new(tax.amount.minor() + amount, currency);
                }
                None => {
                    let (base, amount) = (Money::new(base, currency), Money::new(amount, currency));
                    taxes.push(TaxSum { name: name.to_owned(), rate, base, amount });
                }
            }
        }
    }
    Preview { subtotal: Money::new(draft.subtotal(), currency), taxes, total: Money::new(draft.total(), currency) }
}
