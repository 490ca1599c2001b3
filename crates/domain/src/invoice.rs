//! Invoice maths: tax is rounded once per rate on the summed base, then split to the lines by
//! largest remainder, so that lines and totals agree to the cent.

use crate::{Currency, Money, MoneyError, Rate};

/// A line before tax is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Amount without tax; negative for credits.
    pub net: Money,
    /// Tax rate that applies to it.
    pub rate: Rate,
}

/// The computed amounts of an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Tax of each line, in the order given.
    pub tax_per_line: Vec<Money>,
    /// Sum of the nets.
    pub subtotal: Money,
    /// Sum of the taxes.
    pub tax: Money,
    /// What is to be paid.
    pub total: Money,
}

/// Computes the totals of lines in `currency`. Fails if a line has another currency or a sum overflows.
pub fn totals(currency: Currency, lines: &[Line]) -> Result<Totals, MoneyError> {
    let mut tax_per_line = vec![currency.zero(); lines.len()];
    let mut rates: Vec<Rate> = lines.iter().map(|l| l.rate).collect();
    rates.sort_unstable();
    rates.dedup();
    for rate in rates {
        let members: Vec<usize> = lines.iter().enumerate().filter(|(_, l)| l.rate == rate).map(|(i, _)| i).collect();
        let nets: Vec<Money> = members.iter().filter_map(|i| lines.get(*i)).map(|l| l.net).collect();
        let tax = Money::sum(currency, nets.iter().copied())?.apply(rate)?;
        for (i, share) in members.into_iter().zip(split_tax(tax, &nets, rate)?) {
            if let Some(slot) = tax_per_line.get_mut(i) {
                *slot = share;
            }
        }
    }
    let subtotal = Money::sum(currency, lines.iter().map(|l| l.net))?;
    let tax = Money::sum(currency, tax_per_line.iter().copied())?;
    Ok(Totals { total: subtotal.checked_add(tax)?, tax_per_line, subtotal, tax })
}

/// Each line gets its own rounded tax; what rounding left over goes, a cent each, to the largest lines.
fn split_tax(tax: Money, nets: &[Money], rate: Rate) -> Result<Vec<Money>, MoneyError> {
    let mut shares = nets.iter().map(|n| n.apply(rate)).collect::<Result<Vec<_>, _>>()?;
    let mut missing = tax.checked_sub(Money::sum(tax.currency(), shares.iter().copied())?)?.minor();
    let mut order: Vec<usize> = (0..nets.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(nets.get(*i).map_or(0, |n| n.minor().abs())));
    for i in order.into_iter().cycle() {
        if missing == 0 {
            break;
        }
        if let Some(share) = shares.get_mut(i) {
            *share = share.checked_add(Money::new(missing.signum(), tax.currency()))?;
            missing -= missing.signum();
        }
    }
    Ok(shares)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    #[test]
    fn three_lines_of_five_cents_at_ten_percent_make_two_cents_of_tax() {
        let line = Line { net: Money::new(5, Currency::EUR), rate: Rate::from_percent(Decimal::TEN).unwrap() };
        let totals = totals(Currency::EUR, &[line; 3]).unwrap();
        assert_eq!((totals.tax.minor(), totals.total.minor()), (2, 17));
    }

    proptest! {
        #[test]
        fn tax_is_rounded_once_per_rate(
            lines in prop::collection::vec((-100_000_i64..1_000_000, 0_i64..3), 0..30)
        ) {
            let rates = [0, 10, 21].map(|p| Rate::from_percent(Decimal::from(p)).unwrap());
            let lines: Vec<Line> = lines.into_iter()
                .map(|(n, r)| Line { net: Money::new(n, Currency::EUR), rate: rates[usize::try_from(r).unwrap()] })
                .collect();
            let totals = totals(Currency::EUR, &lines).unwrap();
            for rate in rates {
                let base: i64 = lines.iter().filter(|l| l.rate == rate).map(|l| l.net.minor()).sum();
                let tax: i64 = lines.iter().zip(&totals.tax_per_line)
                    .filter(|(l, _)| l.rate == rate).map(|(_, t)| t.minor()).sum();
                prop_assert_eq!(Some(tax), rate.of(base));
            }
            prop_assert_eq!(totals.total, totals.subtotal.checked_add(totals.tax).unwrap());
        }
    }
}
