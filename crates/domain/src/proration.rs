//! Parts of prices: what some days of a period cost. Sums are exact fractions; money is rounded once, at the end.

use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedMul, CheckedSub, Zero};

use crate::{Currency, Money, MoneyError, Period};

/// A sum of parts of amounts, exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    minor: Ratio<i128>,
    currency: Currency,
}

impl Exact {
    /// Nothing.
    pub fn zero(currency: Currency) -> Self {
        Self { minor: Ratio::zero(), currency }
    }

    /// The sum with `days` of `of` days of `amount`. Fails on another currency, a period of no days, or overflow.
    pub fn with(self, amount: Money, days: i64, of: i64) -> Result<Self, MoneyError> {
        if amount.currency() != self.currency {
            return Err(MoneyError::CurrencyMismatch(self.currency, amount.currency()));
        }
        if of <= 0 {
            return Err(MoneyError::NoShares);
        }
        let part = Ratio::from(i128::from(amount.minor()))
            .checked_mul(&Ratio::new(i128::from(days), i128::from(of)))
            .ok_or(MoneyError::Overflow)?;
        let minor = self.minor.checked_add(&part).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// What this is more than `other`, rounded half away from zero to the minor unit.
    pub fn more_than(self, other: Self) -> Result<Money, MoneyError> {
        if other.currency != self.currency {
            return Err(MoneyError::CurrencyMismatch(self.currency, other.currency));
        }
        let difference = self.minor.checked_sub(&other.minor).ok_or(MoneyError::Overflow)?;
        let minor = i64::try_from(difference.round().to_integer()).map_err(|_| MoneyError::Overflow)?;
        Ok(Money::new(minor, self.currency))
    }
}

impl Period {
    /// How many of its days are `from` or later.
    pub fn days_from(self, from: chrono::NaiveDate) -> i64 {
        (self.end - self.start.max(from)).num_days().max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOTHING: fn() -> Exact = || Exact::zero(Currency::EUR);

    fn euro(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    #[test]
    fn thirteen_of_thirty_days_of_twenty_more() {
        let (new, old) = (NOTHING().with(euro(4000), 13, 30).unwrap(), NOTHING().with(euro(2000), 13, 30).unwrap());
        assert_eq!(new.more_than(old), Ok(euro(867)));
        assert_eq!(old.more_than(new), Ok(euro(-867)));
    }

    #[test]
    fn refuses_no_days_and_other_currencies() {
        assert_eq!(NOTHING().with(euro(1), 1, 0), Err(MoneyError::NoShares));
        assert!(NOTHING().with(Money::new(1, Currency::USD), 1, 1).is_err());
        assert!(NOTHING().more_than(Exact::zero(Currency::USD)).is_err());
    }

    proptest! {
        /// Changing and changing back on the same day is free.
        #[test]
        fn there_and_back_is_nothing(
            old in 0_i64..10_000_000, new in 0_i64..10_000_000, days in 0_i64..=366,
        ) {
            let before = NOTHING().with(euro(old), days, 366).unwrap();
            let after = NOTHING().with(euro(new), days, 366).unwrap();
            let charged = after.more_than(before).unwrap();
            // What was charged for these days is now the old price and the rounded difference.
            let now = before.with(charged, 1, 1).unwrap();
            prop_assert_eq!(before.more_than(now).unwrap().minor(), -charged.minor());
        }
    }
}
