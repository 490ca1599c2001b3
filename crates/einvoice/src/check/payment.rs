//! How to pay.

use crate::{
    model::{Draft, PaymentMeans},
    rules::{Rule, Violations},
};

pub(super) fn check(draft: &Draft, found: &mut Violations) {
    match &draft.payment {
        Some(PaymentMeans::SepaTransfer { iban, .. }) => account(iban, found),
        Some(PaymentMeans::DirectDebit { mandate, creditor, iban }) => {
            found.require(!mandate.is_empty() && !creditor.is_empty(), Rule::Mandate, "one is missing");
            if !iban.is_empty() {
                account(iban, found);
            }
        }
        Some(PaymentMeans::Card { last_digits, network, .. }) => {
            let digits = last_digits.bytes().all(|digit| digit.is_ascii_digit());
            found.require(digits && (4..=6).contains(&last_digits.len()), Rule::CardDigits, "others are given");
            found.require(!network.is_empty(), Rule::CardNetwork, "none is given");
        }
        None => {}
    }
}

fn account(iban: &str, found: &mut Violations) {
    found.require(is_iban(iban), Rule::PaymentAccount, format!("{iban:?}"));
}

/// Is it an IBAN, in capitals without spaces? ISO 13616: country, check digits, up to 30 letters and digits; the
/// whole is 1 modulo 97.
pub fn is_iban(iban: &str) -> bool {
    let shaped = (15..=34).contains(&iban.len())
        && iban.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        && iban.bytes().take(2).all(|c| c.is_ascii_uppercase())
        && iban.bytes().skip(2).take(2).all(|c| c.is_ascii_digit());
    let (country, rest) = iban.split_at_checked(4).unwrap_or_default();
    let remainder = rest.chars().chain(country.chars()).filter_map(|c| c.to_digit(36)).fold(0, |rest, digit| {
        let shift = if digit > 9 { 100 } else { 10 };
        (rest * shift + digit) % 97
    });
    shaped && remainder == 1
}

#[cfg(test)]
mod tests {
    use super::is_iban;

    #[test]
    fn ibans_are_told_from_what_looks_like_them() {
        for iban in ["ES9121000418450200051332", "DE89370400440532013000", "NO9386011117947"] {
            assert!(is_iban(iban), "{iban}");
        }
        for wrong in ["", "ES9221000418450200051332", "es9121000418450200051332", "ES91", "9121000418450200051332ES"] {
            assert!(!is_iban(wrong), "{wrong}");
        }
    }
}
