//! What is sold, line by line, and what is taken off or added.

use innkeeper_domain::Money;
use rust_decimal::{Decimal, RoundingStrategy};

use super::in_order;
use crate::{
    amount::{decimal, is_exact},
    model::{Change, Draft, Line},
    rules::{Rule, Violations},
};

pub(super) fn check(draft: &Draft, found: &mut Violations) {
    for (i, line) in draft.lines.iter().enumerate() {
        one(line, &format!("line {}", i + 1), found);
    }
    for adjustment in &draft.adjustments {
        let what = format!("{} of {}", word(adjustment.change), adjustment.amount);
        found.require(!adjustment.reason.is_empty(), Rule::AdjustmentReason, &*what);
        found.require(adjustment.amount.minor() >= 0, Rule::Sign, &*what);
        exact(adjustment.amount, &what, found);
    }
}

fn one(line: &Line, at: &str, found: &mut Violations) {
    found.require(!line.name.is_empty(), Rule::LineName, at);
    found.require(line.price.minor() >= 0, Rule::LinePrice, at);
    found.require(line.period.is_none_or(in_order), Rule::LinePeriodOrder, at);
    for adjustment in &line.adjustments {
        found.require(!adjustment.reason.is_empty(), Rule::LineAdjustmentReason, at);
        found.require(adjustment.amount.minor() >= 0, Rule::Sign, at);
        exact(adjustment.amount, at, found);
    }
    exact(line.net, at, found);
    if line.per > Decimal::ZERO {
        let kept = decimal(line.net).is_some() && expected(line) == decimal(line.net);
        found.require(kept, Rule::LineNet, format!("{at} says {}", line.net));
    } else {
        found.add(Rule::BaseQuantity, at);
    }
}

/// What a line must come to, rounded to the currency's minor unit.
fn expected(line: &Line) -> Option<Decimal> {
    let places = line.net.currency().exponent();
    let gross = decimal(line.price)?.checked_mul(line.quantity)?.checked_div(line.per)?;
    line.adjustments.iter().try_fold(
        gross.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero),
        |sum, adjustment| match adjustment.change {
            Change::Allowance => sum.checked_sub(decimal(adjustment.amount)?),
            Change::Charge => sum.checked_add(decimal(adjustment.amount)?),
        },
    )
}

/// Notes an amount that cannot be written with two decimals.
pub(super) fn exact(amount: Money, at: &str, found: &mut Violations) {
    found.require(is_exact(amount), Rule::Decimals, format!("{at}: {amount}"));
}

fn word(change: Change) -> &'static str {
    match change {
        Change::Allowance => "an allowance",
        Change::Charge => "a charge",
    }
}
