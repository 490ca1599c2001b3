//! VAT numbers of the European Union: their form, and their check digits where the rule is public and simple.

use std::{fmt, str::FromStr};

use crate::Invalid;

/// The member states of the European Union, whose VAT is one system.
pub const UNION: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// Is the country (ISO 3166) a member state?
pub fn in_union(country: &str) -> bool {
    UNION.contains(&country)
}

/// A VAT number of a member state, of the right form: `DE136695976`. Greek ones begin with `EL`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VatNumber(String);

impl VatNumber {
    /// With the letters of its country.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The letters of its country, as VAT numbers have them: `EL` is Greece.
    pub fn prefix(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }
    /// Its country (ISO 3166): `GR` is Greece.
    pub fn country(&self) -> &str {
        if self.prefix() == "EL" { "GR" } else { self.prefix() }
    }
    /// Without the letters of its country.
    pub fn digits(&self) -> &str {
        self.0.get(2..).unwrap_or_default()
    }
    /// One that somebody vouches for, whatever its form.
    pub fn trusted(letters: String) -> Self {
        Self(letters)
    }
    /// The number as people write it, if it begins with the letters of a member state: without spaces, dots and dashes.
    pub fn letters(text: &str) -> Option<String> {
        let bare: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-'))
            .flat_map(char::to_uppercase)
            .collect();
        let country = match bare.get(..2)? {
            "EL" => "GR",
            "GR" => return None,
            prefix => prefix,
        };
        in_union(country).then_some(bare)
    }
}

impl FromStr for VatNumber {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let wrong = Invalid("must be a VAT number with the letters of its country, such as DE136695976");
        let number = Self(Self::letters(text).ok_or(wrong)?);
        let fits = form(number.prefix(), number.digits()) && check_digits(number.prefix(), number.digits());
        if fits { Ok(number) } else { Err(Invalid("has not the form of a VAT number of its country")) }
    }
}

impl fmt::Display for VatNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Lengths, and where letters may stand: `9` a digit, `A` a letter, `*` either (and `+` in Irish ones).
fn form(prefix: &str, rest: &str) -> bool {
    let patterns: &[&str] = match prefix {
        "AT" => &["U99999999"],
        "BE" => &["0999999999", "1999999999"],
        "BG" => &["999999999", "9999999999"],
        "CY" => &["99999999A"],
        "CZ" => &["99999999", "999999999", "9999999999"],
        "DE" | "EE" | "EL" | "PT" => &["999999999"],
        "DK" | "FI" | "HU" | "LU" | "MT" | "SI" => &["99999999"],
        "ES" => &["*9999999*"],
        "FR" => &["**999999999"],
        "HR" | "IT" | "LV" => &["99999999999"],
        "IE" => &["9*99999A", "9999999AA"],
        "LT" => &["999999999", "999999999999"],
        "NL" => &["*********B99"],
        "PL" | "SK" => &["9999999999"],
        "RO" => return (2..=10).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit()),
        "SE" => &["999999999999"],
        _ => return false,
    };
    let fits = |(wanted, given): (u8, u8)| match wanted {
        b'9' => given.is_ascii_digit(),
        b'A' => given.is_ascii_uppercase(),
        b'*' => {
            given.is_ascii_uppercase() || given.is_ascii_digit() || (prefix == "IE" && matches!(given, b'+' | b'*'))
        }
        exact => given == exact,
    };
    patterns.iter().any(|p| p.len() == rest.len() && p.bytes().zip(rest.bytes()).all(fits))
}

/// The sum of digits, each times its weight.
fn weighted(rest: &str, weights: &[u32]) -> u32 {
    rest.chars().zip(weights).map(|(c, weight)| c.to_digit(10).unwrap_or(0) * weight).sum()
}

/// A check digit as credit cards have it.
fn luhn(rest: &str) -> bool {
    let digit = |(i, c): (usize, char)| {
        let digit = c.to_digit(10).unwrap_or(0);
        if i % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
    };
    rest.chars().rev().enumerate().map(digit).sum::<u32>() % 10 == 0
}

/// The rule of ISO 7064, modulus 11 and 10.
fn mod_11_10(rest: &str) -> bool {
    let step = |product: u32, c: char| {
        let sum = (c.to_digit(10).unwrap_or(0) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    };
    let (body, last) = rest.split_at(rest.len().saturating_sub(1));
    (11 - body.chars().fold(10, step)) % 10 == last.parse().unwrap_or(10)
}

/// Are the check digits right? Countries whose rule is long, or has changed, pass.
fn check_digits(prefix: &str, rest: &str) -> bool {
    let number = |from: usize, to: usize| rest.get(from..to).and_then(|part| part.parse::<u64>().ok()).unwrap_or(0);
    match prefix {
        "BE" => number(8, 10) == 97 - number(0, 8) % 97,
        "DE" | "HR" => mod_11_10(rest),
        "DK" => weighted(rest, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11),
        "FI" => weighted(rest, &[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11),
        "IT" => luhn(rest),
        "LU" => number(6, 8) == number(0, 6) % 89,
        "PL" => u64::from(weighted(rest, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11) == number(9, 10),
        "PT" => match weighted(rest, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 {
            0 | 1 => number(8, 9) == 0,
            left => number(8, 9) == u64::from(11 - left),
        },
        "SE" => luhn(rest.get(..10).unwrap_or_default()),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_form_of_their_country() {
        for number in [
            "ATU13585627",
            "BE0428759497",
            "BG175074752",
            "CY10259033P",
            "CZ25123891",
            "DE136695976",
            "DK13585628",
            "EE100931558",
            "EL094259216",
            "ES B12345674",
            "FI20774740",
            "FR40303265045",
            "HR33392005961",
            "HU12892312",
            "IE6433435F",
            "IT00743110157",
            "LT119511515",
            "LU15027442",
            "LV40003521600",
            "MT11679112",
            "NL004495445B01",
            "PL8567346215",
            "PT501964843",
            "RO18547290",
            "SE123456789701",
            "SI50223054",
            "SK2022749619",
            "de 136.695-976",
        ] {
            assert!(number.parse::<VatNumber>().is_ok(), "{number}");
        }
        for number in [
            "",
            "DE",
            "DE13669597",
            "DE136695977",
            "GR094259216",
            "XI123456789",
            "GB980780684",
            "US123",
            "DK13585629",
            "BE0428759498",
            "IT00743110158",
            "FI20774741",
            "LU15027443",
            "PL8567346216",
            "PT501964844",
            "136695976",
            "SE123456789101",
            "ÄÖ136695976",
            "HR33392005962",
            "ATX13585627",
        ] {
            assert!(number.parse::<VatNumber>().is_err(), "{number}");
        }
    }

    #[test]
    fn greece_has_letters_of_its_own() {
        let number: VatNumber = "EL 094259216".parse().unwrap();
        assert_eq!((number.prefix(), number.country(), number.digits()), ("EL", "GR", "094259216"));
        assert_eq!(VatNumber::letters("gr094259216"), None);
        assert_eq!(VatNumber::letters("de x"), Some("DEX".to_owned()));
    }
}
