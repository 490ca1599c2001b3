//! Invoice maths: tax is rounded once for each treatment on the sum of what has it, then split to the lines by largest
//! remainder, so that lines and totals agree to the cent; or it is rounded on each line.

use crate::{Currency, Money, MoneyError, Rate, TaxRounding, Treatment};

/// A line before its tax is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Without tax, or with it if the treatment says that it is part of the price; negative for credits.
    pub amount: Money,
    /// How it is taxed.
    pub tax: Treatment,
}

/// The computed amounts of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taxed {
    /// Without tax.
    pub net: Money,
    /// Both taxes.
    pub tax: Money,
    /// What the second tax is of it.
    pub second: Money,
}

/// The computed amounts of an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    /// The lines, in the order given.
    pub lines: Vec<Taxed>,
    /// Sum of the nets.
    pub subtotal: Money,
    /// Sum of the taxes.
    pub tax: Money,
    /// What is to be paid.
    pub total: Money,
}

/// Computes the totals of lines in `currency`. Fails if a line has another currency or a sum overflows.
pub fn totals(currency: Currency, rounding: TaxRounding, lines: &[Line]) -> Result<Totals, MoneyError> {
    let nothing = Taxed { net: currency.zero(), tax: currency.zero(), second: currency.zero() };
    let mut taxed = vec![nothing; lines.len()];
    for (treatment, members) in together(rounding, lines) {
        let amounts: Vec<Money> = members.iter().filter_map(|i| lines.get(*i)).map(|l| l.amount).collect();
        for (i, line) in members.into_iter().zip(group(currency, treatment, &amounts)?) {
            if let Some(slot) = taxed.get_mut(i) {
                *slot = line;
            }
        }
    }
    let subtotal = Money::sum(currency, taxed.iter().map(|l| l.net))?;
    let tax = Money::sum(currency, taxed.iter().map(|l| l.tax))?;
    Ok(Totals { total: subtotal.checked_add(tax)?, lines: taxed, subtotal, tax })
}

/// The lines whose tax is rounded together, by their places.
fn together(rounding: TaxRounding, lines: &[Line]) -> Vec<(Treatment, Vec<usize>)> {
    if rounding == TaxRounding::Line {
        return lines.iter().enumerate().map(|(i, line)| (line.tax, vec![i])).collect();
    }
    let mut treatments: Vec<Treatment> = lines.iter().map(|l| l.tax).collect();
    treatments.sort_unstable();
    treatments.dedup();
    let of = |t: Treatment| lines.iter().enumerate().filter(move |(_, l)| l.tax == t).map(|(i, _)| i);
    treatments.into_iter().map(|t| (t, of(t).collect())).collect()
}

/// Lines of one treatment.
fn group(currency: Currency, treatment: Treatment, amounts: &[Money]) -> Result<Vec<Taxed>, MoneyError> {
    if treatment.is_included() { included(currency, treatment, amounts) } else { added(currency, treatment, amounts) }
}

/// Tax comes on top of the amounts.
fn added(currency: Currency, treatment: Treatment, amounts: &[Money]) -> Result<Vec<Taxed>, MoneyError> {
    let first = once(currency, amounts, treatment.first())?;
    let bases = match treatment.is_compound() {
        true => amounts.iter().zip(&first).map(|(net, tax)| net.checked_add(*tax)).collect::<Result<Vec<_>, _>>()?,
        false => amounts.to_vec(),
    };
    let second = once(currency, &bases, treatment.second())?;
    let line = |((net, first), second): ((&Money, &Money), Money)| {
        Ok(Taxed { net: *net, tax: first.checked_add(second)?, second })
    };
    amounts.iter().zip(&first).zip(second).map(line).collect()
}

/// Tax is part of the amounts, which stay what they are to the cent.
fn included(currency: Currency, treatment: Treatment, amounts: &[Money]) -> Result<Vec<Taxed>, MoneyError> {
    let tax_in = |gross: Money| gross.checked_sub(treatment.taken_out_of(gross)?);
    let tax = tax_in(Money::sum(currency, amounts.iter().copied())?)?;
    let own = amounts.iter().map(|gross| tax_in(*gross)).collect::<Result<Vec<_>, _>>()?;
    let taxes = agree(tax, own, amounts)?;
    let first = first_of(currency, treatment, &taxes)?;
    let line = |((gross, tax), first): ((&Money, &Money), Money)| {
        Ok(Taxed { net: gross.checked_sub(*tax)?, tax: *tax, second: tax.checked_sub(first)? })
    };
    amounts.iter().zip(&taxes).zip(first).map(line).collect()
}

/// What the first tax is of the tax of each line.
fn first_of(currency: Currency, treatment: Treatment, taxes: &[Money]) -> Result<Vec<Money>, MoneyError> {
    let whole = treatment.part_of_first(Money::sum(currency, taxes.iter().copied())?)?;
    if whole.is_zero() || taxes.iter().any(|tax| tax.minor() < 0) {
        return taxes.iter().map(|tax| treatment.part_of_first(*tax)).collect();
    }
    whole.allocate(&taxes.iter().map(|tax| tax.minor()).collect::<Vec<_>>())
}

/// A tax rounded once on the sum of the bases, split to them.
fn once(currency: Currency, bases: &[Money], rate: Rate) -> Result<Vec<Money>, MoneyError> {
    let tax = Money::sum(currency, bases.iter().copied())?.apply(rate)?;
    let own = bases.iter().map(|base| base.apply(rate)).collect::<Result<Vec<_>, _>>()?;
    agree(tax, own, bases)
}

/// Each line has its own rounded tax; what rounding left over goes, a cent each, to the largest lines.
fn agree(tax: Money, mut shares: Vec<Money>, amounts: &[Money]) -> Result<Vec<Money>, MoneyError> {
    let mut missing = tax.checked_sub(Money::sum(tax.currency(), shares.iter().copied())?)?.minor();
    let mut order: Vec<usize> = (0..amounts.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(amounts.get(*i).map_or(0, |n| n.minor().abs())));
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
mod tests;
