//! Amounts as banks write them.

use innkeeper_domain::{Currency, Money};

use crate::ReadError;

/// A currency.
pub(crate) fn currency(line: usize, code: &str) -> Result<Currency, ReadError> {
    code.trim().parse().map_err(|_| ReadError::at(line, format!("{code:?} is no currency")))
}

/// An amount that is not negative, with `decimal` before the decimals. Decimals that the currency does not have
/// must be 0.
pub(crate) fn amount(line: usize, text: &str, decimal: char, currency: Currency) -> Result<Money, ReadError> {
    let bad = |why: &str| ReadError::at(line, format!("the amount {text:?} {why}"));
    let (whole, fraction) = text.trim().split_once(decimal).unwrap_or((text.trim(), ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty() || !digits(whole) || !digits(fraction) {
        return Err(bad(&format!("is no number with {decimal:?} before its decimals")));
    }
    let places = usize::try_from(currency.exponent()).unwrap_or(0);
    let (kept, beyond) = fraction.split_at_checked(places).unwrap_or((fraction, ""));
    if beyond.bytes().any(|byte| byte != b'0') {
        return Err(bad(&format!("has more decimals than {currency}")));
    }
    let all = format!("{whole}{kept:0<places$}");
    let minor = all.parse().map_err(|_| bad("is too large"))?;
    Ok(Money::new(minor, currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, decimal: char, code: &str) -> Result<i64, String> {
        amount(7, text, decimal, code.parse().unwrap()).map(Money::minor).map_err(|e| e.to_string())
    }

    #[test]
    fn decimals_fit_the_currency() {
        for (text, decimal, code, minor) in [
            ("12,1", ',', "EUR", 1210),
            ("12,", ',', "EUR", 1200),
            ("12.50", '.', "EUR", 1250),
            ("0.05", '.', "EUR", 5),
            (".5", '.', "EUR", 50),
            ("1250", '.', "JPY", 1250),
            ("1250.00", '.', "JPY", 1250),
            ("1.25000", '.', "KWD", 1250),
        ] {
            assert_eq!(read(text, decimal, code), Ok(minor), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_says_so_and_where() {
        for text in ["", ",", "-1", "1,2,3", "1.000,00", "1e9", "१२", "+5", "1,234", "99999999999999999999"] {
            let error = read(text, ',', "EUR").unwrap_err();
            assert!(error.starts_with("line 7: the amount"), "{error}");
        }
    }
}
