//! What is measured of a service in a month, and what that costs.

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

use crate::{Currency, Invalid, Money, MoneyError};

/// Tiers that a price may have, and decimals of what a unit costs.
const TIERS: usize = 20;
const DECIMALS: u32 = 8;
/// More than this is no price of a unit.
const MOST: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// What each unit beyond the first `above` costs, in whole units of a currency: a price may be smaller than a cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageTier {
    /// Units that are not at this price.
    pub above: u64,
    /// Of one unit.
    pub each: Decimal,
}

/// Prices of units, dearer or cheaper the more there are. Written `100: 0.10 | 500: 0.08`: the first 100 are included, each
/// of the next 400 costs 0.10, each beyond 500 costs 0.08.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<UsageTier>", into = "Vec<UsageTier>")]
pub struct UsagePrice(Vec<UsageTier>);

impl UsagePrice {
    /// The tiers, in order.
    pub fn tiers(&self) -> &[UsageTier] {
        &self.0
    }
    /// Units that cost nothing.
    pub fn included(&self) -> u64 {
        self.0.iter().find(|tier| !tier.each.is_zero()).map_or(u64::MAX, |tier| tier.above)
    }
    /// The units in each tier that has some, and what one of them costs; what is before the first tier is free.
    pub fn parts(&self, units: u64) -> Vec<(u64, Decimal)> {
        let free = [UsageTier { above: 0, each: Decimal::ZERO }];
        let first = self.0.first().is_some_and(|tier| tier.above > 0);
        let tiers: Vec<UsageTier> = free.into_iter().filter(|_| first).chain(self.0.iter().copied()).collect();
        let ends = tiers.iter().skip(1).map(|next| next.above).chain([u64::MAX]);
        let within = tiers.iter().zip(ends).map(|(tier, end)| (units.min(end).saturating_sub(tier.above), tier.each));
        within.filter(|(units, _)| *units > 0).collect()
    }
    /// What so many units cost together, rounded once, half away from zero.
    pub fn of(&self, units: u64, currency: Currency) -> Result<Money, MoneyError> {
        let mut sum = Decimal::ZERO;
        for (units, each) in self.parts(units) {
            let part = each.checked_mul(Decimal::from(units)).ok_or(MoneyError::Overflow)?;
            sum = sum.checked_add(part).ok_or(MoneyError::Overflow)?;
        }
        let minor = sum.checked_mul(Decimal::from(10_u64.pow(currency.exponent()))).ok_or(MoneyError::Overflow)?;
        let minor = minor.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        Ok(Money::new(minor.to_i64().ok_or(MoneyError::Overflow)?, currency))
    }
}

impl TryFrom<Vec<UsageTier>> for UsagePrice {
    type Error = Invalid;
    fn try_from(tiers: Vec<UsageTier>) -> Result<Self, Invalid> {
        let in_order = tiers.iter().zip(tiers.iter().skip(1)).all(|(one, next)| one.above < next.above);
        let fits = |tier: &UsageTier| {
            let each = tier.each.normalize();
            each >= Decimal::ZERO && each <= MOST && each.scale() <= DECIMALS
        };
        match (1..=TIERS).contains(&tiers.len()) && in_order && tiers.iter().all(fits) {
            true => Ok(Self(tiers)),
            false => Err(Invalid(
                "must be up to 20 tiers such as 0: 0.00 | 100: 0.10, in order, with prices of at most 8 decimals",
            )),
        }
    }
}
impl From<UsagePrice> for Vec<UsageTier> {
    fn from(price: UsagePrice) -> Self {
        price.0
    }
}
impl FromStr for UsagePrice {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let wrong = Invalid("must be written like 100: 0.10 | 500: 0.08");
        let tier = |part: &str| {
            let (above, each) = part.split_once(':')?;
            let each = each.trim();
            let plain = each.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            Some(UsageTier { above: above.trim().parse().ok()?, each: each.parse().ok().filter(|_| plain)? })
        };
        text.split('|').map(tier).collect::<Option<Vec<_>>>().ok_or(wrong)?.try_into()
    }
}
impl fmt::Display for UsagePrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tiers: Vec<String> = self.0.iter().map(|tier| format!("{}: {}", tier.above, tier.each)).collect();
        f.write_str(&tiers.join(" | "))
    }
}

/// Begun units of a quantity: 1,500 MB in units of 1,000 MB are 2.
pub fn units(quantity: u64, unit_size: u64) -> u64 {
    quantity.div_ceil(unit_size.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn price(text: &str) -> UsagePrice {
        text.parse().unwrap()
    }
    fn cents(text: &str, units: u64) -> i64 {
        price(text).of(units, Currency::EUR).unwrap().minor()
    }

    #[test]
    fn each_unit_costs_what_its_tier_says_and_the_sum_is_rounded_once() {
        let traffic = "100: 0.10 | 500: 0.08";
        let all = [0, 100, 101, 500, 501, 612].map(|units| cents(traffic, units));
        assert_eq!(all, [0, 0, 10, 4000, 4008, 4896]);
        // 3 × 0.004 = 0.012, and 13 × 0.0005 = 0.0065.
        assert_eq!((cents("0: 0.004", 3), cents("0: 0.0005", 13)), (1, 1));
        assert_eq!(cents("0: 0.00 | 10: 1.00", 12), 200);
        assert_eq!(price("0: 0.3").of(5, "JPY".parse().unwrap()).unwrap().minor(), 2);
        assert_eq!(price("0: 1000000000").of(u64::MAX, Currency::EUR), Err(MoneyError::Overflow));
        let both = (price("0: 0.00 | 10: 1").included(), price("10: 0 | 20: 0").included());
        assert_eq!(both, (10, u64::MAX));
    }

    #[test]
    fn what_is_no_price_is_refused() {
        for wrong in [
            "",
            "0.10",
            "0: -1",
            "0: 1e3",
            "0: 1 | 0: 2",
            "5: 1 | 3: 2",
            "-1: 2",
            "0: 0.000000001",
            "0: 1 |",
            "0: 2000000000",
        ] {
            assert!(wrong.parse::<UsagePrice>().is_err(), "{wrong}");
        }
        let many: Vec<String> = (0..21).map(|above| format!("{above}: 1")).collect();
        assert!(many.join("|").parse::<UsagePrice>().is_err());
        assert_eq!(price("100:0.10|500: 0.08").to_string(), "100: 0.10 | 500: 0.08");
    }

    #[test]
    fn a_begun_unit_is_a_unit() {
        assert_eq!([0, 1, 1000, 1001].map(|quantity| units(quantity, 1000)), [0, 1, 1, 2]);
        assert_eq!((units(7, 1), units(u64::MAX, 1)), (7, u64::MAX));
    }

    proptest! {
        #[test]
        fn the_parts_are_all_units_and_more_never_cost_less(
            tiers in prop::collection::btree_map(0_u64..200, 0_i64..100_000, 1..6),
            units in 0_u64..300,
        ) {
            let tiers: Vec<UsageTier> =
                tiers.into_iter().map(|(above, each)| UsageTier { above, each: Decimal::new(each, 4) }).collect();
            let price = UsagePrice::try_from(tiers).unwrap();
            prop_assert_eq!(price.parts(units).iter().map(|(units, _)| units).sum::<u64>(), units);
            let of = |units| price.of(units, Currency::EUR).unwrap().minor();
            prop_assert!(of(units) <= of(units + 1));
            let each: Decimal = (1..=units)
                .map(|unit| price.tiers().iter().rev().find(|t| t.above < unit).map_or(Decimal::ZERO, |t| t.each))
                .sum();
            let sum = (each * Decimal::ONE_HUNDRED).round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
            prop_assert_eq!(Some(of(units)), sum.to_i64());
        }
    }
}
