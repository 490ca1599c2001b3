//! VAT: each category's rules, and the breakdown.

use innkeeper_domain::{Money, MoneyError};
use rust_decimal::Decimal;

use super::lines::exact;
use crate::{
    codes::{Category, is_exemption},
    model::{Breakdown, Change, Draft, Vat},
    rules::{Rule, VatRule, Violations},
};

pub(super) fn check(draft: &Draft, found: &mut Violations) {
    found.require(!draft.breakdown.is_empty(), Rule::HasBreakdown, "there is none");
    let mut used: Vec<Vat> = treated(draft).map(|(vat, _)| vat).collect();
    used.sort_unstable();
    used.dedup();
    for vat in &used {
        let listed = draft.breakdown.iter().filter(|part| part.vat == *vat).count();
        let detail = format!("{} at {} is there {listed} times", vat.category.code(), vat.rate);
        found.require(listed == 1, Rule::Vat(vat.category, VatRule::Listed), detail);
    }
    for part in &draft.breakdown {
        breakdown(draft, part, found);
    }
    for category in Category::ALL {
        if draft.breakdown.iter().any(|part| part.vat.category == category) {
            numbers(draft, category, found);
        }
    }
    out_of_scope(draft, found);
    delivery(draft, found);
}

/// The base of VAT that each line, allowance and charge is, as it counts in the sum.
fn treated(draft: &Draft) -> impl Iterator<Item = (Vat, Result<Money, MoneyError>)> {
    let lines = draft.lines.iter().map(|line| (line.vat, Ok(line.net)));
    let adjustments = draft.adjustments.iter().map(|adjustment| {
        let amount = match adjustment.change {
            Change::Allowance => adjustment.amount.checked_mul(-1),
            Change::Charge => Ok(adjustment.amount),
        };
        (adjustment.vat, amount)
    });
    lines.chain(adjustments)
}

fn breakdown(draft: &Draft, part: &Breakdown, found: &mut Violations) {
    let Vat { category, rate } = part.vat;
    let rule = |rule| Rule::Vat(category, rule);
    let at = format!("{} at {rate}", category.code());
    exact(part.base, &at, found);
    exact(part.tax, &at, found);
    found.require((category == Category::Standard) != rate.is_zero(), rule(VatRule::Rate), &*at);
    let members: Vec<_> = treated(draft).filter(|(vat, _)| *vat == part.vat).map(|(_, base)| base).collect();
    let count = members.len();
    match members.into_iter().collect::<Result<Vec<_>, _>>().and_then(|bases| Money::sum(draft.currency, bases)) {
        Ok(base) => {
            let detail = format!("{at}: {} instead of {base}", part.base);
            found.require(part.base == base, rule(VatRule::Base), detail);
        }
        Err(error) => found.add(Rule::TooLarge, error.to_string()),
    }
    if category == Category::Standard {
        let kept = is_share(part, count);
        found.require(kept, Rule::TaxOfRate, format!("{} is not {rate} of {}", part.tax, part.base));
    } else {
        found.require(part.tax.is_zero(), rule(VatRule::NoTax), &*at);
    }
    let reasoned = !matches!(category, Category::Standard | Category::ZeroRated);
    let given = part.reason.as_ref().is_some_and(|reason| !reason.text.is_empty() || !reason.code.is_empty());
    found.require(given == reasoned, rule(VatRule::Reason), &*at);
    let code = part.reason.as_ref().map_or("", |reason| reason.code.as_str());
    found.require(code.is_empty() || is_exemption(code), Rule::ExemptionCode, format!("{code:?}"));
}

/// Is the tax the rate's share of the base? It may differ by what rounding does: half a minor unit if it was
/// rounded once, and as much for each of `count` lines if it was rounded on each of them.
fn is_share(part: &Breakdown, count: usize) -> bool {
    let exact = Decimal::from(part.base.minor()).checked_mul(part.vat.rate.fraction());
    let off = exact.and_then(|exact| exact.checked_sub(part.tax.minor().into())).map(|off| off.abs());
    let half = Decimal::new(5, 1);
    off.is_some_and(|off| off <= half * Decimal::from(count.max(1)) && off < unit(part.base))
}

/// One of the currency's main unit, in minor ones; for a currency without decimals, one.
fn unit(money: Money) -> Decimal {
    Decimal::from(10_u64.pow(money.currency().exponent().min(9)))
}

/// The numbers of seller and buyer that a category needs.
fn numbers(draft: &Draft, category: Category, found: &mut Violations) {
    let has = |number: &str| !number.is_empty();
    let (seller, buyer) = (&draft.seller, &draft.buyer);
    let seller_known = match category {
        Category::Standard | Category::ZeroRated | Category::Exempt | Category::ReverseCharge => {
            has(&seller.vat_id) || has(&seller.tax_id)
        }
        Category::IntraCommunity | Category::Export => has(&seller.vat_id),
        Category::OutOfScope => !has(&seller.vat_id),
    };
    let buyer_known = match category {
        Category::ReverseCharge => has(&buyer.vat_id) || has(&buyer.legal_id),
        Category::IntraCommunity => has(&buyer.vat_id),
        Category::OutOfScope => !has(&buyer.vat_id),
        _ => true,
    };
    let rule = Rule::Vat(category, VatRule::Numbers);
    let fault = if category == Category::OutOfScope { "must not be given" } else { "is missing" };
    found.require(seller_known, rule, format!("the seller's VAT number {fault}"));
    found.require(buyer_known, rule, format!("the buyer's VAT number {fault}"));
}

fn out_of_scope(draft: &Draft, found: &mut Violations) {
    let out = draft.breakdown.iter().any(|part| part.vat.category == Category::OutOfScope);
    let alone = draft.breakdown.len() == 1;
    found.require(!out || alone, Rule::Vat(Category::OutOfScope, VatRule::Eleven), "other VAT is in the document");
}

fn delivery(draft: &Draft, found: &mut Violations) {
    let category = Category::IntraCommunity;
    if draft.breakdown.iter().any(|part| part.vat.category == category) {
        let when = draft.delivered.is_some() || draft.period.is_some();
        found.require(when, Rule::Vat(category, VatRule::Eleven), "neither day nor period is given");
        let somewhere = !draft.delivered_to.is_empty();
        found.require(somewhere, Rule::Vat(category, VatRule::Destination), "none is given");
    }
}
