//! The sums.

use innkeeper_domain::{Money, MoneyError};

use super::lines::exact;
use crate::{
    model::{Change, Draft, Totals},
    rules::{Rule, Violations},
};

pub(super) fn check(draft: &Draft, found: &mut Violations) {
    let t = &draft.totals;
    let all = [
        ("the sum of the lines", t.lines),
        ("the allowances", t.allowances),
        ("the charges", t.charges),
        ("the total without VAT", t.net),
        ("the VAT", t.tax),
        ("the total with VAT", t.gross),
        ("what was paid", t.prepaid),
        ("the amount due", t.due),
    ];
    let in_books = draft.tax_in_books.map(|tax| ("the VAT in the books' currency", tax));
    for (what, amount) in all.into_iter().chain(in_books) {
        exact(amount, what, found);
    }
    match expected(draft) {
        Ok(right) => {
            compare(found, Rule::SumOfLines, t.lines, right.lines);
            compare(found, Rule::SumOfAllowances, t.allowances, right.allowances);
            compare(found, Rule::SumOfCharges, t.charges, right.charges);
            compare(found, Rule::Net, t.net, right.net);
            compare(found, Rule::Tax, t.tax, right.tax);
            compare(found, Rule::Gross, t.gross, right.gross);
            compare(found, Rule::Due, t.due, right.due);
        }
        Err(error) => found.add(Rule::TooLarge, error.to_string()),
    }
}

fn compare(found: &mut Violations, rule: Rule, said: Money, right: Money) {
    found.require(said == right, rule, format!("{said} instead of {right}"));
}

/// Each sum from the ones that are stated, so that one mistake is one violation.
fn expected(draft: &Draft) -> Result<Totals, MoneyError> {
    let stated = &draft.totals;
    let adjusted = |change| {
        let of = draft.adjustments.iter().filter(|adjustment| adjustment.change == change);
        Money::sum(draft.currency, of.map(|adjustment| adjustment.amount))
    };
    Ok(Totals {
        lines: Money::sum(draft.currency, draft.lines.iter().map(|line| line.net))?,
        allowances: adjusted(Change::Allowance)?,
        charges: adjusted(Change::Charge)?,
        net: stated.lines.checked_sub(stated.allowances)?.checked_add(stated.charges)?,
        tax: Money::sum(draft.currency, draft.breakdown.iter().map(|part| part.tax))?,
        gross: stated.net.checked_add(stated.tax)?,
        prepaid: stated.prepaid,
        due: stated.gross.checked_sub(stated.prepaid)?,
    })
}
