//! Money as text.

use innkeeper_domain::{Currency, Money};

/// Currencies whose symbol is understood alone; all others keep their code.
const SYMBOLS: [(&str, &str); 11] = [
    ("EUR", "€"),
    ("USD", "$"),
    ("GBP", "£"),
    ("JPY", "¥"),
    ("INR", "₹"),
    ("KRW", "₩"),
    ("UAH", "₴"),
    ("TRY", "₺"),
    ("ILS", "₪"),
    ("VND", "₫"),
    ("NGN", "₦"),
];

/// An amount as a person reads it: `€1,234.50`, `−$3.00`, `CHF 12.10`.
///
/// `minor` counts the smallest unit of the currency, `exponent` says how many
/// decimal places that unit has (2 for cents, 0 for yen, 3 for fils), `code` is
/// the ISO 4217 code. Code and number are held together by a no-break space.
pub fn money(minor: i64, exponent: u8, code: &str) -> String {
    let sign = if minor < 0 { "\u{2212}" } else { "" };
    let digits = decimal(minor.unsigned_abs(), exponent, true);
    match SYMBOLS.iter().find(|(known, _)| *known == code) {
        Some((_, symbol)) => format!("{sign}{symbol}{digits}"),
        None => format!("{sign}{code}\u{a0}{digits}"),
    }
}

/// An amount of the domain's own kind, as a person reads it.
pub fn price(amount: Money) -> String {
    money(amount.minor(), exponent(amount.currency()), amount.currency().code())
}

/// A stored amount with the code of its currency.
pub fn price_in(minor: i64, code: &str) -> String {
    money(minor, code.parse().map_or(2, exponent), code)
}

fn exponent(currency: Currency) -> u8 {
    u8::try_from(currency.exponent()).unwrap_or(2)
}

/// The same amount as a form field holds it: `1234.50`, `-3.00`.
pub fn amount_input(minor: i64, exponent: u8) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}", decimal(minor.unsigned_abs(), exponent, false))
}

fn decimal(minor: u64, exponent: u8, grouped: bool) -> String {
    let places = usize::from(exponent);
    let digits = format!("{minor:0>width$}", width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    let whole = if grouped { thousands(whole) } else { whole.to_owned() };
    if part.is_empty() { whole } else { format!("{whole}.{part}") }
}

fn thousands(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_people_write_them() {
        for (minor, exponent, code, expected) in [
            (1210, 2, "EUR", "€12.10"),
            (0, 2, "EUR", "€0.00"),
            (5, 2, "USD", "$0.05"),
            (-300, 2, "USD", "\u{2212}$3.00"),
            (123_456_789, 2, "EUR", "€1,234,567.89"),
            (100_000, 2, "GBP", "£1,000.00"),
            (99_900, 2, "GBP", "£999.00"),
            (1500, 0, "JPY", "¥1,500"),
            (1210, 2, "CHF", "CHF\u{a0}12.10"),
            (-1_234_567, 3, "KWD", "\u{2212}KWD\u{a0}1,234.567"),
            (i64::MIN, 2, "EUR", "\u{2212}€92,233,720,368,547,758.08"),
        ] {
            assert_eq!(money(minor, exponent, code), expected);
        }
    }

    #[test]
    fn a_field_holds_a_plain_number() {
        assert_eq!(amount_input(123_450, 2), "1234.50");
        assert_eq!(amount_input(-5, 2), "-0.05");
        assert_eq!(amount_input(700, 0), "700");
    }
}
