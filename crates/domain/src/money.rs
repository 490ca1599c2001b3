//! Money: integer minor units of an ISO 4217 currency. No operator can mix currencies or overflow.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt, str::FromStr};

use crate::rate::Rate;

/// What money arithmetic refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two amounts of different currencies met.
    #[error("currencies differ: {0} and {1}")]
    CurrencyMismatch(Currency, Currency),
    /// The result does not fit in 64 bits.
    #[error("the amount is too large")]
    Overflow,
    /// The text is no amount of this currency.
    #[error("not an amount with at most {0} decimals")]
    NotAnAmount(u32),
    /// The code is no ISO 4217 currency with minor units.
    #[error("unknown currency")]
    UnknownCurrency,
    /// There is nothing to divide among.
    #[error("no shares to allocate to")]
    NoShares,
}

/// An ISO 4217 currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The euro.
    pub const EUR: Self = Self(iso_currency::Currency::EUR);
    /// The US dollar.
    pub const USD: Self = Self(iso_currency::Currency::USD);

    /// The three-letter code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }
    /// Decimals of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD.
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
    /// The sign to print, such as `€`.
    pub fn symbol(self) -> String {
        self.0.symbol().to_string()
    }
    /// The English name.
    pub fn name(self) -> String {
        self.0.name().to_owned()
    }
    /// No money at all.
    pub const fn zero(self) -> Money {
        Money { minor: 0, currency: self }
    }
}

impl FromStr for Currency {
    type Err = MoneyError;
    fn from_str(code: &str) -> Result<Self, MoneyError> {
        iso_currency::Currency::from_code(code)
            .filter(|c| c.exponent().is_some())
            .map(Self)
            .ok_or(MoneyError::UnknownCurrency)
    }
}
impl TryFrom<String> for Currency {
    type Error = MoneyError;
    fn try_from(code: String) -> Result<Self, MoneyError> {
        code.parse()
    }
}
impl From<Currency> for String {
    fn from(c: Currency) -> Self {
        c.code().to_owned()
    }
}
impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl JsonSchema for Currency {
    fn schema_name() -> Cow<'static, str> {
        "Currency".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217 code"})
    }
}

/// An amount: `minor` units (cents) of `currency`. May be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// `minor` units of `currency`: `Money::new(1210, EUR)` is 12.10 EUR.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }
    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }
    /// Its currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }
    /// Exactly zero?
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }
    /// Above zero?
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    fn same(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch(self.currency, other.currency))
        }
    }
    fn with(self, minor: Option<i64>) -> Result<Self, MoneyError> {
        minor.map(|minor| Self { minor, ..self }).ok_or(MoneyError::Overflow)
    }
    /// The sum. Fails on different currencies or overflow.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        self.with(self.minor.checked_add(other.minor))
    }
    /// The difference. Fails on different currencies or overflow.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        self.with(self.minor.checked_sub(other.minor))
    }
    /// `quantity` times the amount.
    pub fn checked_mul(self, quantity: i64) -> Result<Self, MoneyError> {
        self.with(self.minor.checked_mul(quantity))
    }
    /// The share `rate` of the amount, rounded half away from zero to the minor unit.
    pub fn apply(self, rate: Rate) -> Result<Self, MoneyError> {
        self.with(rate.of(self.minor))
    }
    /// The sum of many amounts of `currency`.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(currency.zero(), Self::checked_add)
    }

    /// Splits the amount in proportion to `weights` by largest remainder, so that the parts sum to the whole.
    /// Equal remainders go to the earlier part. All-zero weights split evenly. Negative weights count as zero.
    pub fn allocate(self, weights: &[i64]) -> Result<Vec<Self>, MoneyError> {
        if weights.is_empty() {
            return Err(MoneyError::NoShares);
        }
        let all_zero = weights.iter().all(|w| *w <= 0);
        let weight = |w: i64| i128::from(if all_zero { 1 } else { w.max(0) });
        let total: i128 = weights.iter().map(|w| weight(*w)).sum();
        let whole = i128::from(self.minor).abs();
        let mut parts: Vec<i128> = weights.iter().map(|w| whole * weight(*w) / total).collect();
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by_key(|i| std::cmp::Reverse(weights.get(*i).map_or(0, |w| whole * weight(*w) % total)));
        let missing = whole - parts.iter().sum::<i128>();
        for i in order.into_iter().take(usize::try_from(missing).unwrap_or(0)) {
            if let Some(part) = parts.get_mut(i) {
                *part += 1;
            }
        }
        parts.into_iter().map(|p| self.with(i64::try_from(p * i128::from(self.minor.signum())).ok())).collect()
    }

    /// Reads `12`, `12.5` or `12.50` (also with a decimal comma). No grouping, no more decimals than the currency has.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let exponent = currency.exponent();
        let bad = MoneyError::NotAnAmount(exponent);
        let text = text.trim().replace(',', ".");
        let (negative, digits) = text.strip_prefix('-').map_or((false, text.as_str()), |d| (true, d));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let digits_only = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        let places = u32::try_from(fraction.len()).map_err(|_| bad)?;
        if whole.is_empty() || !digits_only(whole) || !digits_only(fraction) || places > exponent {
            return Err(bad);
        }
        let scale = |n: u32| 10_i64.checked_pow(n).ok_or(MoneyError::Overflow);
        let whole: i64 = whole.parse().map_err(|_| MoneyError::Overflow)?;
        let part: i64 = if fraction.is_empty() { 0 } else { fraction.parse().map_err(|_| bad)? };
        let minor = whole
            .checked_mul(scale(exponent)?)
            .and_then(|w| w.checked_add(part.checked_mul(scale(exponent - places).ok()?)?))
            .ok_or(MoneyError::Overflow)?;
        Ok(Self::new(if negative { -minor } else { minor }, currency))
    }

    /// The bare number with the currency's decimals: `12.10`, `-3`, `0.005`.
    pub fn to_decimal(self) -> String {
        let exponent = usize::try_from(self.currency.exponent()).unwrap_or(0);
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = exponent + 1);
        let (whole, fraction) = digits.split_at(digits.len() - exponent);
        let sign = if self.minor < 0 { "-" } else { "" };
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}

impl fmt::Display for Money {
    /// `12.10 EUR`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parses_and_prints_every_exponent() {
        for (text, code, minor, printed) in [
            ("12.1", "EUR", 1210, "12.10"),
            ("12,10", "EUR", 1210, "12.10"),
            ("-0.05", "EUR", -5, "-0.05"),
            ("1200", "JPY", 1200, "1200"),
            ("0.005", "KWD", 5, "0.005"),
        ] {
            let money = Money::parse(text, code.parse().unwrap()).unwrap();
            assert_eq!((money.minor(), money.to_decimal().as_str()), (minor, printed));
        }
    }

    #[test]
    fn refuses_what_is_no_amount() {
        for text in ["", ".", "1.234", "1.2.3", "1e3", "12 €", "--1", "+1", "99999999999999999999"] {
            assert!(Money::parse(text, Currency::EUR).is_err(), "{text}");
        }
        assert!(Money::parse("1.5", "JPY".parse().unwrap()).is_err());
    }

    #[test]
    fn never_mixes_currencies_or_wraps() {
        let (euro, dollar) = (Money::new(1, Currency::EUR), Money::new(1, Currency::USD));
        assert_eq!(euro.checked_add(dollar), Err(MoneyError::CurrencyMismatch(Currency::EUR, Currency::USD)));
        assert_eq!(Money::new(i64::MAX, Currency::EUR).checked_add(euro), Err(MoneyError::Overflow));
    }

    proptest! {
        #[test]
        fn allocation_sums_to_the_whole(
            minor in -1_000_000_000_000_i64..1_000_000_000_000,
            weights in prop::collection::vec(0_i64..1_000_000, 1..40),
        ) {
            let whole = Money::new(minor, Currency::EUR);
            let parts = whole.allocate(&weights).unwrap();
            prop_assert_eq!(parts.len(), weights.len());
            prop_assert_eq!(Money::sum(Currency::EUR, parts.clone()).unwrap(), whole);
            for (part, weight) in parts.iter().zip(&weights) {
                prop_assert!(*weight > 0 || part.is_zero() || weights.iter().all(|w| *w == 0));
            }
        }

        #[test]
        fn text_round_trips(minor in any::<i32>(), code in prop::sample::select(vec!["EUR", "JPY", "KWD"])) {
            let money = Money::new(i64::from(minor), code.parse().unwrap());
            prop_assert_eq!(Money::parse(&money.to_decimal(), money.currency()).unwrap(), money);
        }
    }
}
