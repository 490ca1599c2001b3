//! Names and addresses as they come in, and the checks on them.

use innkeeper_db::clients::{ClientData, ClientRow};
use innkeeper_domain::{EmailAddress, Invalid};
use innkeeper_plugin_api::Phone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::Checks;

/// What a client may say about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// First name; required.
    pub first_name: String,
    /// Last name; required.
    pub last_name: String,
    /// Company; then it is the name on invoices.
    pub company: String,
    /// Where mail goes; required.
    pub email: String,
    /// International number: `+43.6601234567`; spaces, dashes and brackets are forgiven. Without a calling code it is one
    /// of `country`.
    pub phone: String,
    /// Street and number.
    pub address1: String,
    /// More of the address.
    pub address2: String,
    /// City.
    pub city: String,
    /// State, province, county.
    pub region: String,
    /// Postcode.
    pub postcode: String,
    /// ISO 3166 code of two letters; required.
    pub country: String,
    /// VAT or other tax number.
    pub tax_number: String,
    /// Language of mail, `en`; empty: `en`.
    pub language: String,
}

/// Checked details plus what staff decide, ready to be written.
pub(super) struct Record {
    pub(super) details: Details,
    pub(super) tax_exempt: bool,
    pub(super) currency: String,
    pub(super) notes: String,
}

impl Details {
    /// Trimmed, with country, phone, address and language in their one form; what is wrong goes to `checks`.
    pub(crate) fn checked(&self, checks: &mut Checks) -> Self {
        let mut clean = self.trimmed();
        line(checks, "first_name", &clean.first_name, 100, true);
        line(checks, "last_name", &clean.last_name, 100, true);
        line(checks, "company", &clean.company, 200, false);
        line(checks, "address1", &clean.address1, 200, false);
        line(checks, "address2", &clean.address2, 200, false);
        line(checks, "city", &clean.city, 100, false);
        line(checks, "region", &clean.region, 100, false);
        line(checks, "tax_number", &clean.tax_number, 30, false);
        line(checks, "postcode", &clean.postcode, 16, false);
        let plain = clean.postcode.chars().all(|c| c.is_alphanumeric() || c == ' ' || c == '-');
        checks.require(plain, "postcode", "must have letters, digits, spaces and dashes only");
        if let Some(email) = checks.parse("email", clean.email.parse::<EmailAddress>()) {
            clean.email = email.into();
        }
        if let Some(phone) = checks.parse("phone", phone(&clean.phone, &clean.country)) {
            clean.phone = phone;
        }
        let country = clean.country.len() == 2 && clean.country.bytes().all(|b| b.is_ascii_uppercase());
        checks.require(country, "country", "must be a country code of two letters such as AT");
        let language = (2..=8).contains(&clean.language.len())
            && clean.language.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        checks.require(language, "language", "must be a language code such as en");
        clean
    }
    fn trimmed(&self) -> Self {
        let trim = |text: &str| text.trim().to_owned();
        let language = if self.language.trim().is_empty() { "en".into() } else { self.language.trim().to_lowercase() };
        Self {
            first_name: trim(&self.first_name),
            last_name: trim(&self.last_name),
            company: trim(&self.company),
            email: trim(&self.email),
            phone: trim(&self.phone),
            address1: trim(&self.address1),
            address2: trim(&self.address2),
            city: trim(&self.city),
            region: trim(&self.region),
            postcode: trim(&self.postcode),
            country: self.country.trim().to_uppercase(),
            tax_number: trim(&self.tax_number),
            language,
        }
    }
    /// The company's name, else the person's.
    pub fn name(&self) -> String {
        if self.company.is_empty() { format!("{} {}", self.first_name, self.last_name) } else { self.company.clone() }
    }
}

/// Refuses text of one line that is too long, missing, or holds control characters.
pub(super) fn line(checks: &mut Checks, field: &str, text: &str, max: usize, required: bool) {
    checks.require(!required || !text.is_empty(), field, "must not be empty");
    checks.require(text.chars().count() <= max, field, format_args!("must have at most {max} characters"));
    checks.require(!text.chars().any(char::is_control), field, "must not contain control characters");
}

/// `+CC.NUMBER`. A number without its calling code is one of `country`, if that is known; empty stays empty.
pub(super) fn phone(text: &str, country: &str) -> Result<String, Invalid> {
    if text.is_empty() { Ok(String::new()) } else { Phone::read(text, country).map(String::from) }
}

impl Record {
    /// As statements take it.
    pub(super) fn data(&self) -> ClientData<'_> {
        let d = &self.details;
        ClientData {
            first_name: &d.first_name,
            last_name: &d.last_name,
            company: &d.company,
            email: &d.email,
            phone: &d.phone,
            address1: &d.address1,
            address2: &d.address2,
            city: &d.city,
            region: &d.region,
            postcode: &d.postcode,
            country: &d.country,
            tax_number: &d.tax_number,
            tax_exempt: self.tax_exempt,
            currency: &self.currency,
            language: &d.language,
            notes: &self.notes,
        }
    }
    /// Names of the fields in which it differs from what is stored.
    pub(super) fn changes(&self, old: &ClientRow) -> Vec<String> {
        self.pairs(old).into_iter().filter(|(_, new, old)| new != old).map(|(name, ..)| name.to_owned()).collect()
    }
    /// What these fields were before; notes of staff stay here.
    pub(super) fn before(&self, old: &ClientRow) -> BTreeMap<String, String> {
        let changed = self.pairs(old).into_iter().filter(|(name, new, old)| new != old && *name != "notes");
        changed.map(|(name, _, old)| (name.to_owned(), old)).collect()
    }
    fn pairs(&self, old: &ClientRow) -> [(&'static str, String, String); 16] {
        let d = &self.details;
        [
            ("first_name", d.first_name.clone(), old.first_name.clone()),
            ("last_name", d.last_name.clone(), old.last_name.clone()),
            ("company", d.company.clone(), old.company.clone()),
            ("email", d.email.clone(), old.email.clone()),
            ("phone", d.phone.clone(), old.phone.clone()),
            ("address1", d.address1.clone(), old.address1.clone()),
            ("address2", d.address2.clone(), old.address2.clone()),
            ("city", d.city.clone(), old.city.clone()),
            ("region", d.region.clone(), old.region.clone()),
            ("postcode", d.postcode.clone(), old.postcode.clone()),
            ("country", d.country.clone(), old.country.clone()),
            ("tax_number", d.tax_number.clone(), old.tax_number.clone()),
            ("language", d.language.clone(), old.language.clone()),
            ("tax_exempt", self.tax_exempt.to_string(), old.tax_exempt.to_string()),
            ("currency", self.currency.clone(), old.currency.code().to_owned()),
            ("notes", self.notes.clone(), old.notes.clone()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_get_one_form() {
        for (given, form) in [
            ("+43.6601234567", "+43.6601234567"),
            ("+43 (660) 123-4567", "+43.6601234567"),
            ("0043 660 1234567", "+43.6601234567"),
            ("+1 212 555 0100", "+1.2125550100"),
            ("+353 1 234 5678", "+353.12345678"),
            ("", ""),
        ] {
            assert_eq!(phone(given, "").unwrap(), form, "{given}");
        }
        for bad in ["0660 1234567", "+43", "+43.12a4567", "+99999999999999999", "phone", "+"] {
            assert!(phone(bad, "").is_err(), "{bad}");
        }
        assert_eq!(phone("0660 1234567", "AT").unwrap(), "+43.6601234567");
    }

    #[test]
    fn control_characters_are_refused_everywhere() {
        let wrong = Details {
            first_name: "A\0da".into(),
            last_name: "Love\nlace".into(),
            email: "a\0@example.org".into(),
            country: "Austria".into(),
            postcode: "10<10".into(),
            ..Details::default()
        };
        let mut checks = Checks::default();
        wrong.checked(&mut checks);
        let Err(crate::AppError::Invalid(errors)) = checks.finish() else { panic!("accepted") };
        let fields: Vec<&str> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["first_name", "last_name", "postcode", "email", "country"]);
    }
}
