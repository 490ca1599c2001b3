//! Contacts of a domain.

use serde::{Deserialize, Serialize};

/// A contact of a domain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Organisation; empty for a person.
    pub company: String,
    /// Tax or identity number (VAT, NIF …); may be empty.
    pub id_number: String,
    /// E-mail.
    pub email: String,
    /// `+CC.NUMBER`.
    pub phone: String,
    /// Street and number; a second line after a line feed.
    pub address: String,
    /// City.
    pub city: String,
    /// State or province.
    pub state: String,
    /// Postal code.
    pub postcode: String,
    /// ISO 3166 alpha-2.
    pub country: String,
}

/// The contacts of a domain; a role that is none falls back to the owner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contacts {
    /// The registrant.
    pub owner: Contact,
    /// Administrative contact.
    pub admin: Option<Contact>,
    /// Technical contact.
    pub tech: Option<Contact>,
    /// Billing contact.
    pub billing: Option<Contact>,
}
