//! Contacts of a domain.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

impl Contacts {
    /// The contact of a role; none: the owner takes it.
    pub fn of(&self, role: ContactRole) -> Option<&Contact> {
        match role {
            ContactRole::Owner => Some(&self.owner),
            ContactRole::Admin => self.admin.as_ref(),
            ContactRole::Tech => self.tech.as_ref(),
            ContactRole::Billing => self.billing.as_ref(),
        }
    }
    /// Puts a contact into a role.
    pub fn put(&mut self, role: ContactRole, contact: Contact) {
        match role {
            ContactRole::Owner => self.owner = contact,
            ContactRole::Admin => self.admin = Some(contact),
            ContactRole::Tech => self.tech = Some(contact),
            ContactRole::Billing => self.billing = Some(contact),
        }
    }
}

/// What a contact is to a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactRole {
    /// The registrant.
    Owner,
    /// Administrative contact.
    Admin,
    /// Technical contact.
    Tech,
    /// Billing contact.
    Billing,
}

impl ContactRole {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Tech, Self::Billing];

    /// `owner`, `admin`, `tech` or `billing`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Tech => "tech",
            Self::Billing => "billing",
        }
    }
    /// The words for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Admin => "Administrative contact",
            Self::Tech => "Technical contact",
            Self::Billing => "Billing contact",
        }
    }
}

/// Contacts that a registrar has on record, by its own ids.
pub type Handles = BTreeMap<ContactRole, String>;
