//! Judging a draft by the norm's rules. Every broken rule is named, not only the first.

mod clean;
mod lines;
mod parties;
mod payment;
mod totals;
mod vat;

pub use payment::is_iban;

use innkeeper_domain::Money;

use crate::{
    model::{Draft, Period},
    rules::{Rule, Violations},
};

/// A draft that keeps the rules, its texts cleaned: control characters and characters that turn the
/// direction of text are taken out, and space around texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Document(Draft);

impl Document {
    /// Judges a draft. Fails with every rule that it breaks.
    pub fn new(mut draft: Draft) -> Result<Self, Violations> {
        clean::clean(&mut draft);
        let mut found = Violations(vec![]);
        head(&draft, &mut found);
        parties::check(&draft, &mut found);
        payment::check(&draft, &mut found);
        let one_currency = amounts(&draft).iter().all(|amount| amount.currency() == draft.currency);
        found.require(one_currency, Rule::OneCurrency, format!("it is in {}", draft.currency));
        if one_currency {
            lines::check(&draft, &mut found);
            vat::check(&draft, &mut found);
            totals::check(&draft, &mut found);
        }
        if found.0.is_empty() { Ok(Self(draft)) } else { Err(found) }
    }

    /// What it says.
    pub fn contents(&self) -> &Draft {
        &self.0
    }
}

fn head(draft: &Draft, found: &mut Violations) {
    found.require(!draft.number.is_empty(), Rule::Number, "none is given");
    found.require(!draft.lines.is_empty(), Rule::Lines, "there is none");
    found.require(draft.period.is_none_or(in_order), Rule::PeriodOrder, "the document's period");
    let preceding = draft.preceding.iter().all(|earlier| !earlier.number.is_empty());
    found.require(preceding, Rule::Preceding, "none is given");
    let said = draft.due.is_some() || !draft.terms.is_empty();
    found.require(said || draft.totals.due.minor() <= 0, Rule::DueDate, "neither is given");
}

fn in_order(period: Period) -> bool {
    period.first <= period.last
}

/// Every amount of a document, with that of the prices.
fn amounts(draft: &Draft) -> Vec<Money> {
    let lines = draft.lines.iter().flat_map(|line| {
        [line.price, line.net].into_iter().chain(line.adjustments.iter().map(|adjustment| adjustment.amount))
    });
    let adjustments = draft.adjustments.iter().map(|adjustment| adjustment.amount);
    let breakdown = draft.breakdown.iter().flat_map(|part| [part.base, part.tax]);
    let t = &draft.totals;
    let totals = [t.lines, t.allowances, t.charges, t.net, t.tax, t.gross, t.prepaid, t.due];
    lines.chain(adjustments).chain(breakdown).chain(totals).collect()
}
