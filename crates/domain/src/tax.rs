//! How a thing is taxed: not at all, by one tax or by two, added to its price or part of it.

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};

use crate::{Money, MoneyError, Rate};

/// The taxes on a thing. The second may be on the first as well: compound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Treatment {
    first: Rate,
    second: Rate,
    compound: bool,
    included: bool,
}

impl Treatment {
    /// No tax.
    pub const NONE: Self = Self { first: Rate::ZERO, second: Rate::ZERO, compound: false, included: false };

    /// One tax, added to the price.
    pub const fn one(rate: Rate) -> Self {
        Self { first: rate, ..Self::NONE }
    }
    /// Two taxes, added to the price. A second one alone is the first. `None` if together they are more than 1000 %.
    pub fn two(first: Rate, second: Rate, compound: bool) -> Option<Self> {
        let (first, second) = if first.is_zero() { (second, Rate::ZERO) } else { (first, second) };
        let both = Self { first, second, compound: compound && !second.is_zero(), included: false };
        (both.share() <= Decimal::TEN).then_some(both)
    }
    /// The same as part of the price.
    pub const fn included(self, included: bool) -> Self {
        Self { included, ..self }
    }
    /// Are they part of the price?
    pub const fn is_included(self) -> bool {
        self.included
    }
    /// The rate of the first tax.
    pub const fn first(self) -> Rate {
        self.first
    }
    /// The rate of the second tax; zero: there is none.
    pub const fn second(self) -> Rate {
        self.second
    }
    /// Is the second tax also on the first?
    pub const fn is_compound(self) -> bool {
        self.compound
    }
    /// Both rates as one, rounded to what a rate can say.
    pub fn rate(self) -> Rate {
        let share = self.share().round_dp_with_strategy(5, RoundingStrategy::MidpointAwayFromZero);
        Rate::from_fraction(share).unwrap_or(self.first)
    }
    /// Both rates as one, exactly.
    pub fn share(self) -> Decimal {
        let (first, second) = (self.first.fraction(), self.second.fraction());
        let on_first = if self.compound { first * second } else { Decimal::ZERO };
        first + second + on_first
    }

    /// What is left of an amount when the taxes in it are taken out, rounded half away from zero.
    pub fn taken_out_of(self, gross: Money) -> Result<Money, MoneyError> {
        let net = Decimal::from(gross.minor())
            .checked_div(Decimal::ONE + self.share())
            .map(|net| net.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero));
        net.and_then(|net| net.to_i64()).map(|net| Money::new(net, gross.currency())).ok_or(MoneyError::Overflow)
    }

    /// The first tax's part of what both are together.
    pub(crate) fn part_of_first(self, tax: Money) -> Result<Money, MoneyError> {
        if self.second.is_zero() {
            return Ok(tax);
        }
        // Rates have five decimals, so that both weights are whole numbers.
        let weight = |share: Decimal| (share * Decimal::from(10_000_000_000_i64)).to_i64().ok_or(MoneyError::Overflow);
        let first = self.first.fraction();
        let parts = tax.allocate(&[weight(first)?, weight(self.share() - first)?])?;
        parts.into_iter().next().ok_or(MoneyError::NoShares)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;
    use proptest::prelude::*;

    fn rate(thousandths: i64) -> Rate {
        Rate::from_fraction(Decimal::new(thousandths, 5)).unwrap()
    }

    #[test]
    fn a_compound_tax_is_also_on_the_first() {
        let plain = Treatment::two(rate(5000), rate(9975), false).unwrap();
        let compound = Treatment::two(rate(5000), rate(9975), true).unwrap();
        assert_eq!((plain.rate(), compound.rate()), (rate(14_975), rate(15_474)));
        assert_eq!(Treatment::two(Rate::ZERO, rate(5000), true), Some(Treatment::one(rate(5000))));
        let most = rate(1_000_000);
        assert_eq!(Treatment::two(most, most, true), None);
    }

    #[test]
    fn tax_is_taken_out_of_a_price() {
        let out = |minor, r| Treatment::one(rate(r)).taken_out_of(Money::new(minor, Currency::EUR)).unwrap().minor();
        assert_eq!(
            [out(12_100, 21_000), out(1000, 20_000), out(-1000, 20_000), out(1, 21_000)],
            [10_000, 833, -833, 1]
        );
        assert_eq!(out(999, 0), 999);
    }

    proptest! {
        #[test]
        fn the_net_is_the_nearest_whole_amount(minor in 0_i64..10_000_000_000, first in 0_i64..30_000, second in 0_i64..20_000, compound: bool) {
            let taxes = Treatment::two(rate(first), rate(second), compound).unwrap();
            let net = taxes.taken_out_of(Money::new(minor, Currency::EUR)).unwrap().minor();
            // Compared without a division: |net * (1 + rate) - gross| is at most half of (1 + rate).
            let factor = Decimal::ONE + taxes.share();
            prop_assert!((Decimal::from(net) * factor - Decimal::from(minor)).abs() * Decimal::TWO <= factor);
        }
    }
}
