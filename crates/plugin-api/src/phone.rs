//! Telephone numbers as vendors want them, from what people type.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

use crate::country::{calling_code, calling_codes};
use innkeeper_domain::Invalid;

/// Calling codes that belong to no country: freephone, shared cost, satellites, networks.
const NOWHERE: [&str; 9] = ["800", "808", "870", "878", "881", "882", "883", "888", "979"];
/// Countries where a zero at the front is part of some numbers and dialled from abroad, too: Italy and the Vatican,
/// San Marino, Norway, Côte d'Ivoire, Burkina Faso, Niger, Benin, Congo, Eswatini, New Caledonia, Macao, Tajikistan.
const KEEPS_ZERO: [&str; 12] = ["39", "378", "47", "225", "226", "227", "229", "242", "268", "687", "853", "992"];

/// An international telephone number. Shown as registries write it, `+43.6601234567`; whether anybody has this number
/// is not known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone {
    code: String,
    number: String,
}

impl Phone {
    /// From what people type: with or without separators, with `+`, `00`, or no calling code at all; then it is a number
    /// of `country`, an ISO 3166 code, which may be empty if nobody knows it. Fails if there is no number in it, if
    /// nobody knows its country, or if it is too short or too long to be one.
    pub fn read(typed: &str, country: &str) -> Result<Self, Invalid> {
        let typed = typed.trim();
        if !typed.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '\u{a0}' | '.' | '-' | '/' | '(' | ')'))
        {
            return Err(BAD);
        }
        // A dot right behind a calling code ends it: registries write it so.
        let dotted = typed.strip_prefix('+').and_then(|rest| rest.split_once('.'));
        if let Some((code, number)) = dotted.filter(|(code, _)| code.len() <= 3 && digits(code) == *code) {
            return Self::of(code, &digits(number));
        }
        let (all, own) = (digits(typed), calling_code(country));
        let abroad = if own == Some("1") { "011" } else { "00" };
        let international = match typed.starts_with('+') {
            true => Some(all.as_str()),
            false => all.strip_prefix(abroad).or_else(|| all.strip_prefix("00")),
        };
        if let Some(international) = international {
            let all_codes = calling_codes().map(|(_, code)| code).chain(NOWHERE);
            let code = all_codes.into_iter().find(|code| international.starts_with(code)).ok_or(BAD)?;
            let number = international.strip_prefix(code).unwrap_or_default();
            // `+44 (0)20 …` is written for those who call from home, too: from abroad the zero is left out.
            let is_from_home = typed.contains("(0)") && !KEEPS_ZERO.contains(&code);
            return Self::of(code, if is_from_home { number.trim_start_matches('0') } else { number });
        }
        let own = own.ok_or(BAD)?;
        Self::of(own, without_trunk(own, &all))
    }

    fn of(code: &str, number: &str) -> Result<Self, Invalid> {
        let has_code = (1..=3).contains(&code.len()) && !code.starts_with('0');
        let has_number = number.len() >= 4 && code.len() + number.len() <= 15;
        match has_code && has_number {
            true => Ok(Self { code: code.to_owned(), number: number.to_owned() }),
            false => Err(BAD),
        }
    }

    /// The calling code, in digits: `43`.
    pub fn calling_code(&self) -> &str {
        &self.code
    }
    /// What comes after it, in digits.
    pub fn national(&self) -> &str {
        &self.number
    }
    /// Without a separator, as E.164 has it: `+436601234567`.
    pub fn e164(&self) -> String {
        format!("+{}{}", self.code, self.number)
    }
}

const BAD: Invalid = Invalid("must be an international number such as +43.6601234567");

/// A number as it is dialled within a country, without what only starts a call there.
fn without_trunk<'a>(code: &str, number: &'a str) -> &'a str {
    let long = number.len() == 11;
    match code {
        _ if KEEPS_ZERO.contains(&code) => number,
        "1" if long => number.strip_prefix('1').unwrap_or(number),
        "7" if long => number.strip_prefix('8').unwrap_or(number),
        "375" if long => number.strip_prefix("80").unwrap_or(number),
        "36" => number.strip_prefix("06").unwrap_or(number),
        _ => number.trim_start_matches('0'),
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}.{}", self.code, self.number)
    }
}

impl FromStr for Phone {
    type Err = Invalid;
    /// An international number: nothing is known of its country but what it says.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::read(text, "")
    }
}

impl TryFrom<String> for Phone {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Country;
    use proptest::prelude::*;

    #[test]
    fn every_usual_spelling() {
        let spanish = ["+34.600111222", "+34 600 11 12 22", "0034 600-111-222", "600111222", "+34 (600) 111 222"];
        for typed in spanish.into_iter().chain(["+34.600 111 222", "600\u{a0}111\u{a0}222", " +34/600/111222 "]) {
            assert_eq!(Phone::read(typed, "ES").map(|p| p.to_string()).as_deref(), Ok("+34.600111222"), "{typed}");
        }
        for (typed, country, read) in [
            ("030 901820", "DE", "+49.30901820"),
            ("06 69812345", "IT", "+39.0669812345"),
            ("01 23 45 67 89", "CI", "+225.0123456789"),
            ("+1 212 555 0100", "ES", "+1.2125550100"),
            ("+1 212.555.0100", "ES", "+1.2125550100"),
            ("+44 (0)20 7946 0958", "DE", "+44.2079460958"),
            ("0044 (0)20 7946 0958", "", "+44.2079460958"),
            ("+39 (0)6 69812345", "DE", "+39.0669812345"),
            ("(020) 7946 0958", "GB", "+44.2079460958"),
            ("02222", "NO", "+47.02222"),
            ("1 (212) 555-0100", "US", "+1.2125550100"),
            ("212-555-0100", "ca", "+1.2125550100"),
            ("011 43 660 1234567", "US", "+43.6601234567"),
            ("8 (495) 123-45-67", "RU", "+7.4951234567"),
            ("80 29 123 45 67", "BY", "+375.291234567"),
            ("06 1 234 5678", "HU", "+36.12345678"),
            ("+351 21 000 0000", "ES", "+351.210000000"),
            ("+800 1234 5678", "", "+800.12345678"),
            ("049 123 456", "XK", "+383.49123456"),
        ] {
            assert_eq!(Phone::read(typed, country).map(|p| p.to_string()).as_deref(), Ok(read), "{typed} in {country}");
        }
        let phone: Phone = "0043 660 1234567".parse().unwrap();
        assert_eq!(
            (phone.calling_code(), phone.national(), phone.e164().as_str()),
            ("43", "6601234567", "+436601234567")
        );
    }

    #[test]
    fn what_is_no_number() {
        for typed in
            ["", "call me", "+", "+34.", "12", "+999 12345678", "600111222x5", "+0.12345678", "+43.1234567890123456"]
        {
            assert!(Phone::read(typed, "ES").is_err(), "{typed}");
        }
        for country in ["QQ", "", "Spain", "AQ"] {
            assert!(Phone::read("600111222", country).is_err(), "{country}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_comes_out_well_formed_or_not_at_all(
            typed in "[+0-9 .()/a-z-]{0,24}",
            country in "[A-Z]{2}",
        ) {
            if let Ok(phone) = Phone::read(&typed, &country) {
                let (code, number) = (phone.calling_code(), phone.national());
                prop_assert!((1..=3).contains(&code.len()) && number.len() >= 4 && code.len() + number.len() <= 15);
                prop_assert!(code.bytes().chain(number.bytes()).all(|byte| byte.is_ascii_digit()));
                prop_assert_eq!(Phone::read(&phone.to_string(), &country), Ok(phone));
            }
        }

        #[test]
        fn a_number_is_the_same_from_home_and_from_abroad(at in 0_usize..249, number in "[2-7][0-9]{7}") {
            let country = Country::all().nth(at).unwrap();
            if let Some(code) = country.calling_code() {
                let abroad = Phone::read(&format!("+{code} {number}"), "").unwrap();
                prop_assert_eq!(Phone::read(&number, country.code), Ok(abroad.clone()));
                prop_assert_eq!(abroad.e164().parse::<Phone>(), Ok(abroad));
            }
        }
    }
}
