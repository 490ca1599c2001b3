//! People and organisations.

use innkeeper_plugin_api::{Contact, Phone, PluginError};

use super::{correct, field};
use crate::client::Fields;
use crate::ident::{self, Holder};
use crate::replies::ContactInfo;

/// The four parts a contact may play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Owner,
    Admin,
    Tech,
    Billing,
}

impl Role {
    pub(crate) const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Tech, Self::Billing];

    /// What the vendor's fields begin with.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Owner => "ownerContact",
            Self::Admin => "adminContact",
            Self::Tech => "techContact",
            Self::Billing => "billingContact",
        }
    }

    /// The word for people.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "administrative contact",
            Self::Tech => "technical contact",
            Self::Billing => "billing contact",
        }
    }
}

/// The vendor's kind of a contact.
pub(crate) fn kind(contact: &Contact) -> Holder {
    let has_company = !contact.company.trim().is_empty();
    if !contact.country.trim().eq_ignore_ascii_case("ES") {
        return if has_company { Holder::Organization } else { Holder::Person };
    }
    // In Spain the number decides: a sole trader has a company name and a personal number.
    match ident::read(&ident::normalize(&contact.id_number)) {
        Some(number) => number.holder,
        None if has_company => Holder::Organization,
        None => Holder::Person,
    }
}

/// All fields of one role. `Invalid` names everything that is missing at once.
pub(crate) fn role_fields(role: Role, contact: &Contact) -> Result<Fields, PluginError> {
    let kind = kind(contact);
    let organization = kind == Holder::Organization;
    refuse_missing(role, contact, organization)?;
    let country = contact.country.trim().to_uppercase();
    if country.len() != 2 || !country.chars().all(|c| c.is_ascii_alphabetic()) {
        return Err(correct(format!("The country of the {} must be two letters.", role.label())));
    }
    let number = id_number(role, contact, &country);
    let phone = Phone::read(&contact.phone, &country).map_err(|_| {
        let text = format!("The phone number of the {} must look like +34.600111222.", role.label());
        correct(text)
    })?;
    let address: Vec<&str> = contact.address.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    // Many countries have no states, and the vendor wants one all the same.
    let state = if contact.state.trim().is_empty() { &contact.city } else { &contact.state };
    let prefix = role.prefix();
    let mut fields = Fields::new();
    let mut add = |suffix: &str, value: &str| fields.push(field(format!("{prefix}{suffix}"), value.trim()));
    add("Type", if organization { "organization" } else { "individual" });
    add("FirstName", &contact.first_name);
    add("LastName", &contact.last_name);
    if organization {
        add("OrgName", &contact.company);
    }
    add("IdentNumber", &number);
    add("Email", &contact.email);
    add("Phone", &phone.to_string());
    add("Address", &address.join("\r\n"));
    add("PostalCode", &contact.postcode);
    add("City", &contact.city);
    add("State", state);
    add("Country", &country);
    Ok(fields)
}

fn refuse_missing(role: Role, contact: &Contact, organization: bool) -> Result<(), PluginError> {
    let company = if organization { contact.company.as_str() } else { "-" };
    let needed = [
        ("first name", contact.first_name.as_str()),
        ("last name", &contact.last_name),
        ("company name", company),
        ("tax or identity number (VAT number, NIF, passport)", &contact.id_number),
        ("e-mail address", &contact.email),
        ("phone number", &contact.phone),
        ("address", &contact.address),
        ("postal code", &contact.postcode),
        ("city", &contact.city),
        ("country", &contact.country),
    ];
    let missing: Vec<&str> =
        needed.into_iter().filter(|(_, value)| value.trim().is_empty()).map(|(label, _)| label).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(correct(format!("For this domain the {} needs: {}.", role.label(), missing.join(", "))))
}

/// The number as it is sent. A wrong control character is only worth a warning: the registry has the last word.
fn id_number(role: Role, contact: &Contact, country: &str) -> String {
    if country != "ES" {
        return contact.id_number.trim().to_owned();
    }
    let number = ident::normalize(&contact.id_number);
    if !ident::read(&number).is_some_and(|found| found.control_is_right) {
        tracing::warn!(role = role.label(), "the Spanish identification number has a wrong form or control character");
    }
    number
}

/// A contact of the vendor as ours.
pub(crate) fn from_vendor(info: &ContactInfo) -> Contact {
    let lines: Vec<&str> = info.address.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    Contact {
        first_name: info.first_name.clone(),
        last_name: info.last_name.clone(),
        company: info.org_name.clone(),
        id_number: info.ident_number.clone(),
        email: info.email.clone(),
        phone: info.phone.clone(),
        address: lines.join("\n"),
        city: info.city.clone(),
        state: info.state.clone(),
        postcode: info.postal_code.clone(),
        country: info.country.clone(),
    }
}
