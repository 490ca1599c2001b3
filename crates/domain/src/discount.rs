//! What a promotion takes off a price.

use crate::Rate;

/// How much is taken off. Amounts are in minor units of the currency of the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discount {
    /// A share of the price; at most all of it.
    Percent(Rate),
    /// So much, but not more than the price.
    Amount(i64),
    /// What the price is above this one.
    Price(i64),
    /// The set-up fee.
    SetUp,
}

impl Discount {
    /// What is taken off the price of a period, of a registration, or of what is paid once: from nothing to all of it.
    /// Half a cent more is taken off than less.
    pub fn off_price(self, price: i64) -> i64 {
        let off = match self {
            Self::Percent(rate) => rate.of(price).unwrap_or(0),
            Self::Amount(amount) => amount,
            Self::Price(new) => price.saturating_sub(new),
            Self::SetUp => 0,
        };
        off.clamp(0, price.max(0))
    }
    /// The same of a price of which `options` is for options: those are charged on top of a price of its own.
    pub fn off_with_options(self, price: i64, options: i64) -> i64 {
        match self {
            Self::Price(_) => self.off_price(price.saturating_sub(options)),
            _ => self.off_price(price),
        }
    }
    /// What is taken off a set-up fee: all of it or nothing.
    pub fn off_setup(self, fee: i64) -> i64 {
        if self == Self::SetUp { fee.max(0) } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    fn any_discount() -> impl Strategy<Value = Discount> {
        prop_oneof![
            (0_i64..=100_000).prop_map(|n| Discount::Percent(Rate::from_fraction(Decimal::new(n, 5)).unwrap())),
            (0_i64..1_000_000).prop_map(Discount::Amount),
            (0_i64..1_000_000).prop_map(Discount::Price),
            Just(Discount::SetUp),
        ]
    }

    proptest! {
        #[test]
        fn never_less_than_nothing_and_never_more_than_the_price(discount in any_discount(), price in 0_i64..1_000_000) {
            prop_assert!((0..=price).contains(&discount.off_price(price)));
            prop_assert!((0..=price).contains(&discount.off_setup(price)));
        }
        #[test]
        fn a_price_is_never_raised(new in 0_i64..1_000_000, price in 0_i64..1_000_000) {
            prop_assert_eq!(price - Discount::Price(new).off_price(price), new.min(price));
        }
    }

    #[test]
    fn options_are_charged_on_top_of_a_price_of_its_own() {
        assert_eq!(Discount::Price(500).off_with_options(1_300, 300), 500);
        assert_eq!(Discount::Price(500).off_with_options(700, 300), 0, "it costs 4.00 without them");
        assert_eq!(Discount::Amount(1_200).off_with_options(1_300, 300), 1_200);
    }

    #[test]
    fn half_a_cent_goes_to_the_client() {
        let half = Discount::Percent(Rate::from_percent(Decimal::new(50, 0)).unwrap());
        assert_eq!((half.off_price(999), half.off_setup(999)), (500, 0));
        assert_eq!((Discount::SetUp.off_price(999), Discount::SetUp.off_setup(999)), (0, 999));
    }
}
