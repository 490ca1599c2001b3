//! Stored amounts as text.

use innkeeper_domain::{Currency, Money};
use innkeeper_web::view::money;

/// An amount of minor units in the currency of this code.
pub(super) fn amount(minor: i64, code: &str) -> String {
    match code.parse::<Currency>() {
        Ok(currency) => shown(Money::new(minor, currency)),
        Err(_) => money(minor, 2, code),
    }
}

/// An amount.
pub(super) fn shown(amount: Money) -> String {
    let exponent = u8::try_from(amount.currency().exponent()).unwrap_or(2);
    money(amount.minor(), exponent, amount.currency().code())
}
