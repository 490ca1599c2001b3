//! Rates: exact decimals such as a tax of 21 %.

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A share as a decimal fraction: `0.21` is 21 %. Between 0 and 10, at most 5 decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rate(Decimal);

impl Rate {
    /// No share at all.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// From a fraction (`0.21`). `None` if negative, above 10 or with more than 5 decimals.
    pub fn from_fraction(fraction: Decimal) -> Option<Self> {
        let rate = fraction.normalize();
        (rate >= Decimal::ZERO && rate <= Decimal::TEN && rate.scale() <= 5).then_some(Self(rate))
    }
    /// From a percentage (`21`). `None` if out of range.
    pub fn from_percent(percent: Decimal) -> Option<Self> {
        Self::from_fraction(percent.checked_div(Decimal::ONE_HUNDRED)?)
    }
    /// The fraction, `0.21`.
    pub fn fraction(self) -> Decimal {
        self.0
    }
    /// No share?
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }
    /// The share of `minor` units, rounded half away from zero. `None` on overflow.
    pub fn of(self, minor: i64) -> Option<i64> {
        Decimal::from(minor)
            .checked_mul(self.0)?
            .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
            .to_i64()
    }
}

impl fmt::Display for Rate {
    /// `21%`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", (self.0 * Decimal::ONE_HUNDRED).normalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_half_away_from_zero() {
        let rate = Rate::from_percent(Decimal::new(210, 1)).unwrap();
        assert_eq!((rate.to_string().as_str(), rate.of(1000), rate.of(-1000)), ("21%", Some(210), Some(-210)));
        let half = Rate::from_fraction(Decimal::new(5, 1)).unwrap();
        assert_eq!((half.of(3), half.of(-3)), (Some(2), Some(-2)));
    }

    #[test]
    fn refuses_negative_huge_and_too_fine() {
        for (number, scale) in [(-1, 2), (11, 0), (1, 6)] {
            assert_eq!(Rate::from_fraction(Decimal::new(number, scale)), None);
        }
    }
}
