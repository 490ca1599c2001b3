//! Amounts: ours are minor units by ISO 4217; Stripe counts by rules of its own.

use innkeeper_plugin_api::{
    PluginError,
    domain::{Currency, Money},
};

/// Stripe takes these without decimals.
const NONE: [&str; 15] =
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];
/// Stripe takes these with three decimals, the last of which must be 0.
const THREE: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

/// Decimals of an amount at Stripe: 2 but for those lists, for ISK and UGX too, whose decimals are then 00.
fn decimals(currency: Currency) -> u32 {
    match currency.code() {
        code if NONE.contains(&code) => 0,
        code if THREE.contains(&code) => 3,
        _ => 2,
    }
}

fn declined(text: String) -> PluginError {
    PluginError::declined(text.clone()).public(text)
}

/// The amount as Stripe counts it. A public `Declined` if it cannot be paid through Stripe.
pub(crate) fn to_stripe(amount: Money) -> Result<i64, PluginError> {
    let currency = amount.currency();
    let (ours, theirs) = (currency.exponent(), decimals(currency));
    if !amount.is_positive() {
        return Err(declined(format!("{amount} is nothing to pay.")));
    }
    if ours > theirs && theirs == 2 {
        return Err(declined(format!("Payments in {currency} are not taken this way.")));
    }
    let too_large = || declined(format!("{amount} is too much to be paid at once."));
    if theirs >= ours {
        let scaled = 10_i64.checked_pow(theirs - ours).and_then(|scale| amount.minor().checked_mul(scale));
        let scaled = scaled.ok_or_else(too_large)?;
        if theirs == 3 && scaled % 10 != 0 {
            return Err(declined(format!("{amount} cannot be paid this way: only two decimals of {currency} can be.")));
        }
        return Ok(scaled);
    }
    let scale = 10_i64.pow(ours - theirs);
    if amount.minor() % scale != 0 {
        return Err(declined(format!("{amount} cannot be paid this way: only whole {currency} can be.")));
    }
    Ok(amount.minor() / scale)
}

/// Our amount of what Stripe says. `Unknown` if it is none: a currency that there is not, a part of the
/// smallest unit.
pub(crate) fn from_stripe(amount: i64, currency: &str) -> Result<Money, PluginError> {
    let strange = || PluginError::unknown(format!("Stripe tells of {amount} {currency}, which is no amount"));
    let currency: Currency = currency.to_ascii_uppercase().parse().map_err(|_| strange())?;
    let (ours, theirs) = (currency.exponent(), decimals(currency));
    let minor = if ours >= theirs {
        10_i64.checked_pow(ours - theirs).and_then(|scale| amount.checked_mul(scale))
    } else {
        let scale = 10_i64.pow(theirs - ours);
        (amount % scale == 0).then_some(amount / scale)
    };
    Ok(Money::new(minor.ok_or_else(strange)?, currency))
}

#[cfg(test)]
mod tests {
    use super::*;
    use innkeeper_plugin_api::ErrorKind;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, code.parse().unwrap())
    }

    #[test]
    fn amounts_are_counted_by_stripes_rules_and_come_back_the_same() {
        for (ours, code, theirs) in [
            (1210, "EUR", 1210),
            (500, "JPY", 500),
            (1, "KRW", 1),
            // No decimals by ISO, two of them (always 00) at Stripe.
            (5, "ISK", 500),
            (150, "UGX", 15_000),
            // Two by ISO, none at Stripe.
            (70_000, "MGA", 700),
            // Two decimals may be charged, although payouts are whole.
            (1045, "HUF", 1045),
            (80_045, "TWD", 80_045),
            (5120, "KWD", 5120),
            (12_000, "TND", 12_000),
        ] {
            assert_eq!(to_stripe(money(ours, code)).unwrap(), theirs, "{code}");
            assert_eq!(from_stripe(theirs, &code.to_lowercase()).unwrap(), money(ours, code), "{code}");
        }
    }

    #[test]
    fn what_stripe_cannot_take_is_declined_with_a_reason() {
        for (ours, code) in
            [(0, "EUR"), (-1, "EUR"), (5124, "KWD"), (70_010, "MGA"), (1000, "IQD"), (1, "CLF"), (i64::MAX, "ISK")]
        {
            let error = to_stripe(money(ours, code)).unwrap_err();
            assert_eq!((error.kind, error.public.is_some()), (ErrorKind::Declined, true), "{ours} {code}");
        }
    }

    #[test]
    fn an_amount_that_is_none_is_not_guessed() {
        for (amount, code) in [(150, "ugx"), (1, "isk"), (100, "zzz"), (i64::MAX, "mga")] {
            assert_eq!(from_stripe(amount, code).unwrap_err().kind, ErrorKind::Unknown, "{amount} {code}");
        }
    }
}
