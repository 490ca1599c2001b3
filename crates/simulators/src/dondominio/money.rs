//! Amounts: held as euro cents, sent as JSON numbers of euros.

use serde_json::Value;

pub(crate) const CURRENCY: &str = "EUR";

/// Cents as the JSON number the API sends, `1204` → `12.04`.
pub(crate) fn euros(cents: i64) -> Value {
    let sign = if cents < 0 { "-" } else { "" };
    let text = format!("{sign}{}.{:02}", (cents / 100).abs(), (cents % 100).abs());
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

/// Euros with at most two decimals, as typed (`3`, `3.5`, `3.50`), in cents.
pub(crate) fn cents(euros: &str) -> Option<i64> {
    let (negative, digits) = match euros.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, euros),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    if decimals.len() > 2 {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let part: i64 = format!("{decimals:0<2}").parse().ok()?;
    let amount = whole.checked_mul(100)?.checked_add(part)?;
    Some(if negative { -amount } else { amount })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents_and_euros() {
        assert_eq!(euros(1204).to_string(), "12.04");
        assert_eq!(euros(-5).to_string(), "-0.05");
        assert_eq!(cents("3"), Some(300));
        assert_eq!(cents("3.5"), Some(350));
        assert_eq!(cents("-0.05"), Some(-5));
        assert_eq!(cents("1.234"), None);
        assert_eq!(cents("x"), None);
    }
}
