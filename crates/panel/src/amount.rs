//! Stored amounts as text.

use innkeeper_domain::{Currency, Money};
use innkeeper_web::charts::{Chart, Series, Shape};
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

/// A chart of minor units of a currency; `id` must be unique on the page.
pub(super) fn chart(
    shape: Shape,
    id: &str,
    title: &str,
    labels: Vec<String>,
    series: &[Series],
    currency: Currency,
) -> Chart {
    let whole = 10_i64.checked_pow(currency.exponent()).unwrap_or(1);
    let full = move |v| shown(Money::new(v, currency));
    let short = move |v: i64| if v % whole == 0 { money(v / whole, 0, currency.code()) } else { full(v) };
    Chart::new(shape, id, title, labels, series, (full, short))
}
