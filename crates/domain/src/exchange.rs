//! Exchange rates: what an amount is in the currency of the books.

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};

use crate::{Currency, Money, MoneyError};

/// Decimals that a rate may have.
const SCALE: u32 = 10;
/// More units than this for one are no rate.
const MOST: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// A rate: so many units of `currency` are one unit of `home`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    home: Currency,
    currency: Currency,
    rate: Decimal,
}

impl Exchange {
    /// `None` if both currencies are one, or if the rate is not above zero, above 1,000,000,000 or has more than 10 decimals.
    pub fn new(home: Currency, currency: Currency, rate: Decimal) -> Option<Self> {
        let rate = rate.normalize();
        let fits = rate > Decimal::ZERO && rate <= MOST && rate.scale() <= SCALE;
        (fits && home != currency).then_some(Self { home, currency, rate })
    }
    /// From what one unit of a third currency is in each, rounded to 10 decimals.
    pub fn across(home: Currency, per_home: Decimal, currency: Currency, per_currency: Decimal) -> Option<Self> {
        let rate = per_currency.checked_div(per_home)?;
        Self::new(home, currency, rate.round_dp_with_strategy(SCALE, RoundingStrategy::MidpointAwayFromZero))
    }
    /// The currency of the books.
    pub fn home(self) -> Currency {
        self.home
    }
    /// The other one.
    pub fn currency(self) -> Currency {
        self.currency
    }
    /// Units of the other one for one of the books'.
    pub fn rate(self) -> Decimal {
        self.rate
    }
    /// An amount in the currency of the books, rounded half away from zero.
    pub fn to_home(self, money: Money) -> Result<Money, MoneyError> {
        if money.currency() != self.currency {
            return Err(MoneyError::CurrencyMismatch(self.currency, money.currency()));
        }
        let minor = Decimal::from(money.minor()).checked_mul(self.factor()).ok_or(MoneyError::Overflow)?;
        let minor = minor.checked_div(self.rate).ok_or(MoneyError::Overflow)?;
        let minor = minor.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        Ok(Money::new(minor.to_i64().ok_or(MoneyError::Overflow)?, self.home))
    }
    /// An amount of the books' currency in the other one, rounded half away from zero.
    pub fn from_home(self, money: Money) -> Result<Money, MoneyError> {
        if money.currency() != self.home {
            return Err(MoneyError::CurrencyMismatch(self.home, money.currency()));
        }
        let minor = Decimal::from(money.minor()).checked_mul(self.rate).ok_or(MoneyError::Overflow)?;
        let minor = minor.checked_div(self.factor()).ok_or(MoneyError::Overflow)?;
        let minor = minor.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        Ok(Money::new(minor.to_i64().ok_or(MoneyError::Overflow)?, self.currency))
    }
    /// Minor units of the books' currency for one of the other, were both worth the same: 100 for EUR and JPY.
    fn factor(self) -> Decimal {
        factor(self.home, self.currency)
    }
}

/// Minor units of `home` for one of `currency`, were both worth the same: 100 for EUR and JPY.
pub fn factor(home: Currency, currency: Currency) -> Decimal {
    let (one, other) = (home.exponent(), currency.exponent());
    let ten = |n: u32| Decimal::from(10_u64.pow(n));
    if one >= other { ten(one - other) } else { Decimal::new(1, other - one) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }
    fn at(code: &str, rate: &str) -> Exchange {
        Exchange::new(Currency::EUR, currency(code), rate.parse().unwrap()).unwrap()
    }

    #[test]
    fn amounts_are_rounded_half_away_from_zero_in_the_units_of_the_books() {
        let home = |code, rate, minor| at(code, rate).to_home(Money::new(minor, currency(code))).unwrap().minor();
        // 21.00 / 1.0841 = 19.3708… and 1.00 / 8 = 0.125.
        assert_eq!((home("USD", "1.0841", 2100), home("USD", "1.0841", -2100)), (1937, -1937));
        assert_eq!((home("USD", "8", 100), home("USD", "8", -100)), (13, -13));
        // 1,000 yen at 160 are 6.25; 5.000 dinars at 0.3333 are 15.0015….
        assert_eq!((home("JPY", "160", 1000), home("KWD", "0.3333", 5000)), (625, 1500));
    }

    #[test]
    fn an_amount_of_the_books_is_reckoned_in_another_currency() {
        let abroad = |code, rate, minor| at(code, rate).from_home(Money::new(minor, Currency::EUR)).unwrap().minor();
        // 4.90 × 1.0841 = 5.31209, 4.90 × 171.94 = 842.506, 1.00 × 0.3335 = 0.3335.
        assert_eq!(
            (abroad("USD", "1.0841", 490), abroad("JPY", "171.94", 490), abroad("KWD", "0.3335", 100)),
            (531, 843, 334)
        );
        let dollars = at("USD", "1.0841").from_home(Money::new(1, Currency::USD));
        assert_eq!(dollars, Err(MoneyError::CurrencyMismatch(Currency::EUR, Currency::USD)));
        let most = at("USD", "1000000000").from_home(Money::new(i64::MAX, Currency::EUR));
        assert_eq!(most, Err(MoneyError::Overflow));
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        let new = |rate: &str| Exchange::new(Currency::EUR, Currency::USD, rate.parse().unwrap());
        for wrong in ["0", "-1", "1000000000.1", "1.00000000001"] {
            assert_eq!(new(wrong), None, "{wrong}");
        }
        assert!(new("1.0841000000000").is_some(), "zeros at the end do not count");
        assert_eq!(Exchange::new(Currency::EUR, Currency::EUR, Decimal::ONE), None);
        let yen = Money::new(1, currency("JPY"));
        assert_eq!(new("2").unwrap().to_home(yen), Err(MoneyError::CurrencyMismatch(Currency::USD, currency("JPY"))));
        assert_eq!(at("JPY", "0.0000000001").to_home(Money::new(i64::MAX, currency("JPY"))), Err(MoneyError::Overflow));
    }

    #[test]
    fn a_rate_across_a_third_currency_is_their_quotient() {
        let dollars = |rate: &str| rate.parse::<Decimal>().unwrap();
        let one = Exchange::across(Currency::USD, dollars("1.0841"), currency("CHF"), dollars("0.9312")).unwrap();
        assert_eq!(one.rate().to_string(), "0.8589613504");
        let euro = Exchange::across(Currency::USD, dollars("1.25"), Currency::EUR, Decimal::ONE).unwrap();
        assert_eq!(euro.rate().to_string(), "0.8");
    }

    proptest! {
        #[test]
        fn the_sign_does_not_matter_and_the_error_is_half_a_unit(minor in 0_i64..1_000_000_000_000, rate in 1_i64..10_000_000) {
            let one = Exchange::new(Currency::EUR, Currency::USD, Decimal::new(rate, 4)).unwrap();
            let to = |minor| one.to_home(Money::new(minor, Currency::USD)).unwrap().minor();
            prop_assert_eq!(to(-minor), -to(minor));
            // |home × rate − minor| ≤ rate ÷ 2, in ten-thousandths.
            let off = i128::from(to(minor)) * i128::from(rate) - i128::from(minor) * 10_000;
            prop_assert!(off.abs() * 2 <= i128::from(rate));
        }
    }
}
