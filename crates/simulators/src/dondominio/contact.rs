//! People and organisations that domains belong to.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::fault::{Fault, Outcome};
use super::params::Params;
use super::syntax;

/// A contact; it never changes once it has an id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// `SIM-100001`.
    pub id: String,
    /// What was handed in.
    #[serde(flatten)]
    pub data: ContactData,
}

/// What a contact consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactData {
    /// `individual` or `organization`.
    pub contact_type: String,
    /// First name, for organisations of the representative.
    pub first_name: String,
    /// Last name, for organisations of the representative.
    pub last_name: String,
    /// Name of the organisation; empty for individuals.
    pub org_name: String,
    /// Tax or identity number.
    pub ident_number: String,
    /// E-mail address.
    pub email: String,
    /// `+CC.NUMBER`.
    pub phone: String,
    /// Street address, its lines parted by CRLF.
    pub address: String,
    /// Postal code.
    pub postal_code: String,
    /// City.
    pub city: String,
    /// State or province.
    pub state: String,
    /// Two letters, upper case.
    pub country: String,
}

impl Contact {
    /// The contact object of the answers.
    pub(crate) fn answer(&self) -> Value {
        let data = &self.data;
        json!({
            "contactID": self.id,
            "contactType": data.contact_type,
            "firstName": data.first_name,
            "lastName": data.last_name,
            "orgName": data.org_name,
            "identNumber": data.ident_number,
            "email": data.email,
            "phone": data.phone,
            "address": data.address,
            "postalCode": data.postal_code,
            "city": data.city,
            "state": data.state,
            "country": data.country,
            "verificationstatus": "verified",
            "daaccepted": true,
        })
    }

    /// The row of `contact/list`.
    pub(crate) fn row(&self) -> Value {
        json!({
            "contactID": self.id,
            "contactType": self.data.contact_type,
            "contactName": self.name(),
            "identNumber": self.data.ident_number,
            "email": self.data.email,
            "country": self.data.country,
            "verificationstatus": "verified",
            "daaccepted": true,
        })
    }

    pub(crate) fn name(&self) -> String {
        if self.data.contact_type == "organization" {
            self.data.org_name.clone()
        } else {
            format!("{} {}", self.data.first_name, self.data.last_name)
        }
    }
}

/// How a request names the contact of one role.
pub(crate) enum Named {
    /// By the id of a contact that should exist.
    Id(String),
    /// By all its data.
    Data(Box<ContactData>),
}

impl Named {
    /// Reads the fields that begin with `prefix` (`ownerContact`, or nothing
    /// for `contact/create`); `None` when there are none.
    pub(crate) fn read(params: &Params, prefix: &str) -> Outcome<Option<Self>> {
        if !prefix.is_empty() && !params.any_with_prefix(prefix) {
            return Ok(None);
        }
        let id = format!("{prefix}ID");
        if let Some(given) = params.get(&id).filter(|_| !prefix.is_empty()) {
            if !syntax::contact_id(given) {
                return Err(Fault::invalid(&id, "not letters, a dash and digits"));
            }
            return Ok(Some(Self::Id(given.to_uppercase())));
        }
        read_data(params, prefix).map(|data| Some(Self::Data(Box::new(data))))
    }
}

fn read_data(params: &Params, prefix: &str) -> Outcome<ContactData> {
    let field = |suffix: &str| format!("{prefix}{suffix}");
    let text = |suffix: &str| params.require(&field(suffix)).map(str::to_owned);
    let kind = field("Type");
    params.require(&kind)?;
    let contact_type = params.one_of(&kind, &["individual", "organization"])?.unwrap_or_default();
    let org_name = if contact_type == "organization" { text("OrgName")? } else { String::new() };
    let data = ContactData {
        contact_type: contact_type.to_owned(),
        first_name: text("FirstName")?,
        last_name: text("LastName")?,
        org_name,
        ident_number: text("IdentNumber")?,
        email: text("Email")?,
        phone: text("Phone")?,
        address: text("Address")?,
        postal_code: text("PostalCode")?,
        city: text("City")?,
        state: text("State")?,
        country: text("Country")?.to_uppercase(),
    };
    check(&data, &field)?;
    Ok(data)
}

fn check(data: &ContactData, field: &impl Fn(&str) -> String) -> Outcome<()> {
    if !syntax::email(&data.email) {
        return Err(Fault::invalid(&field("Email"), "not an e-mail address"));
    }
    if !syntax::phone(&data.phone) {
        return Err(Fault::invalid(&field("Phone"), "not +CC.NUMBER"));
    }
    if !syntax::country(&data.country) {
        return Err(Fault::invalid(&field("Country"), "not two letters"));
    }
    // A number that no country gives out: lets a test see the refusal.
    if data.ident_number.starts_with("BAD") {
        let text = format!("{} is not accepted.", field("IdentNumber"));
        return Err(Fault::new(3002, text));
    }
    Ok(())
}
