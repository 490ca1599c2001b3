//! Amounts as text. The norm allows two decimals; currencies with three are written when the third is zero.

use innkeeper_domain::Money;
use rust_decimal::Decimal;

/// The most decimals of an amount.
const MOST: usize = 2;

/// Can it be written without losing anything? A price of one may have more decimals, no other amount may.
pub(crate) fn is_exact(money: Money) -> bool {
    decimals(&written(money)) <= MOST
}

/// `12.10`, `1200` (yen), `0.50` (for 0.500 dinars), `0.005` (which [`is_exact`] refuses).
pub(crate) fn written(money: Money) -> String {
    let mut text = money.to_decimal();
    while decimals(&text) > MOST && text.ends_with('0') {
        text.pop();
    }
    text
}

fn decimals(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, decimals)| decimals.len())
}

/// The bare amount in the currency's main unit, for arithmetic; `None` if it is out of range.
pub(crate) fn decimal(money: Money) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(money.minor().into(), money.currency().exponent()).ok()
}

/// A quantity or a rate: no trailing zeros.
pub(crate) fn bare(number: Decimal) -> String {
    number.normalize().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_decimals_at_most_and_nothing_is_lost() {
        let money = |minor, code: &str| Money::new(minor, code.parse().unwrap());
        for (amount, text, exact) in [
            (money(1210, "EUR"), "12.10", true),
            (money(-5, "EUR"), "-0.05", true),
            (money(1200, "JPY"), "1200", true),
            (money(12_340, "KWD"), "12.34", true),
            (money(12_000, "KWD"), "12.00", true),
            (money(5, "KWD"), "0.005", false),
            (money(i64::MIN, "EUR"), "-92233720368547758.08", true),
        ] {
            assert_eq!((written(amount).as_str(), is_exact(amount)), (text, exact));
        }
        assert_eq!(bare(Decimal::new(2100, 2)), "21");
        assert_eq!(bare(Decimal::new(10, 0)), "10");
    }
}
