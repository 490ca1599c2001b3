//! Clients, their contacts, and the people who log in for them.

use innkeeper_domain::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::row::hooks;

hooks! {
    CLIENTS = "Clients, contacts and logins";

    /// A client is about to be created or its details changed, by anybody.
    gate ClientDetailsValidation = "ClientDetailsValidation", adjusts [first_name, last_name, company, email, phone, address1, address2, city, region, postcode, country, tax_number] {
        /// The client; none for one that does not exist yet.
        client_id: Option<ClientId> = Some(ClientId(17)),
        /// First name.
        first_name: String = "Ada".into(),
        /// Last name.
        last_name: String = "Lovelace".into(),
        /// Company; may be empty.
        company: String = String::new(),
        /// Where mail goes.
        email: String = "ada@example.org".into(),
        /// International number, `+43.6601234567`; may be empty.
        phone: String = "+43.6601234567".into(),
        /// Street and number.
        address1: String = "Ring 1".into(),
        /// More of the address.
        address2: String = String::new(),
        /// City.
        city: String = "Vienna".into(),
        /// State, province, county.
        region: String = String::new(),
        /// Postcode.
        postcode: String = "1010".into(),
        /// ISO 3166 code of two letters.
        country: String = "AT".into(),
        /// VAT or other tax number.
        tax_number: String = String::new(),
        /// Answers to custom fields by key.
        fields: BTreeMap<String, String> = BTreeMap::from([("hat_size".into(), "58".into())]),
    }
    /// A client was created, by sign-up, staff or the API.
    event ClientCreated = "Client-Create", about "client" client_id {
        /// The client.
        client_id: ClientId = ClientId(17),
        /// Its first login, if it has one.
        user_id: Option<UserId> = Some(UserId(21)),
        /// Display name: the company's, else the person's.
        name: String = "Ada Lovelace".into(),
        /// Billing address of mail.
        email: String = "ada@example.org".into(),
        /// Currency of its invoices.
        currency: Currency = Currency::EUR,
        /// Its details, as in `ClientDetailsValidation`.
        details: ClientDetails = ClientDetails::sample(),
    }
    /// A visitor became a client by signing up; after `Client-Create`.
    event ClientSignedUp = "ClientAreaRegister", about "client" client_id {
        /// The client.
        client_id: ClientId = ClientId(17),
        /// Its login.
        user_id: UserId = UserId(21),
    }
    /// A client's details, contacts, logins or state changed.
    event ClientUpdated = "Client-Update", about "client" client_id {
        /// The client.
        client_id: ClientId = ClientId(17),
        /// Names of the fields that changed; `contacts`, `logins`, `fields`, `state` for the rest.
        changed: Vec<String> = vec!["phone".into()],
        /// Its details after the change; none if they are as before.
        details: Option<ClientDetails> = Some(ClientDetails::sample()),
        /// What the changed details were before, by name.
        before: BTreeMap<String, String> = BTreeMap::from([("phone".into(), "+43.6601234566".into())]),
    }
    /// Staff closed a client; after `Client-Update`.
    event ClientClosed = "ClientClose", about "client" client_id {
        /// The client.
        client_id: ClientId = ClientId(17),
    }
    /// A client was deleted.
    event ClientDeleted = "Client-Delete", about "client" client_id, pending "clients are closed, never deleted: ClientClose tells" {
        /// The client.
        client_id: ClientId = ClientId(17),
    }

    /// A contact is about to be added or replaced.
    gate ContactDetailsValidation = "ContactDetailsValidation", adjusts [name, email, phone] {
        /// Whose contact it is.
        client_id: ClientId = ClientId(17),
        /// The contact; none for a new one.
        contact_id: Option<ContactId> = Some(ContactId(8)),
        /// Its name.
        name: String = "Charles Babbage".into(),
        /// Its address.
        email: String = "charles@example.org".into(),
        /// Its number; may be empty.
        phone: String = "+44.2079460000".into(),
    }
    /// A contact was added.
    event ContactAdded = "ContactAdd", about "client" client_id {
        /// Whose contact it is.
        client_id: ClientId = ClientId(17),
        /// The contact.
        contact_id: ContactId = ContactId(8),
        /// Its name.
        name: String = "Charles Babbage".into(),
        /// Its address.
        email: String = "charles@example.org".into(),
        /// Its number; may be empty.
        phone: String = "+44.2079460000".into(),
        /// Gets invoices and receipts.
        gets_invoices: bool = true,
        /// Gets answers of support.
        gets_support: bool = false,
    }
    /// A contact was replaced.
    event ContactUpdated = "ContactEdit", about "client" client_id {
        /// Whose contact it is.
        client_id: ClientId = ClientId(17),
        /// The contact.
        contact_id: ContactId = ContactId(8),
        /// Its name.
        name: String = "Charles Babbage".into(),
        /// Its address.
        email: String = "charles@example.org".into(),
        /// Its number; may be empty.
        phone: String = "+44.2079460000".into(),
        /// Gets invoices and receipts.
        gets_invoices: bool = true,
        /// Gets answers of support.
        gets_support: bool = false,
    }
    /// A contact was removed.
    event ContactRemoved = "ContactDelete", about "client" client_id {
        /// Whose contact it was.
        client_id: ClientId = ClientId(17),
        /// The contact.
        contact_id: ContactId = ContactId(8),
    }

    /// A login is about to be made: by sign-up, with a client, or added to one.
    gate BeforeUserAdd = "PreUserAdd" {
        /// Its address.
        email: String = "ada@example.org".into(),
        /// The client it is to log in for; none for one that does not exist yet.
        client_id: Option<ClientId> = Some(ClientId(17)),
    }
    /// A login was made.
    event UserAdded = "UserAdd", about "user" user_id {
        /// The login.
        user_id: UserId = UserId(21),
        /// Its address.
        email: String = "ada@example.org".into(),
        /// The client it logs in for.
        client_id: ClientId = ClientId(17),
        /// Whether it owns the client.
        is_owner: bool = true,
    }
    /// A login of a client got a new password, by its owner or through a reset link.
    event PasswordChanged = "Client-PasswordChange", about "user" user_id {
        /// The login.
        user_id: UserId = UserId(21),
    }
    /// Somebody logged in to the portal, with a password or a signed link.
    event UserLoggedIn = "UserLogin", about "user" user_id {
        /// The login.
        user_id: UserId = UserId(21),
        /// `password` or `autologin`.
        method: String = "password".into(),
    }
    /// Somebody logged out of the portal.
    event UserLoggedOut = "Account-Logoff", about "user" user_id {
        /// The login.
        user_id: UserId = UserId(21),
    }
}

impl ClientUpdated {
    /// A change of what belongs to a client besides its details: `contacts`, `logins`.
    pub fn part(client_id: ClientId, part: &str) -> Self {
        Self { client_id, changed: vec![part.to_owned()], details: None, before: BTreeMap::new() }
    }
}

/// Details of a client at the time of an event.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClientDetails {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Company; may be empty.
    pub company: String,
    /// Where mail goes.
    pub email: String,
    /// International number; may be empty.
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
    /// ISO 3166 code of two letters.
    pub country: String,
    /// VAT or other tax number.
    pub tax_number: String,
    /// Language of mail.
    pub language: String,
    /// Pays no tax.
    pub tax_exempt: bool,
    /// Currency of its invoices.
    pub currency: String,
}

impl ClientDetails {
    fn sample() -> Self {
        let text = |text: &str| text.to_owned();
        Self {
            first_name: text("Ada"),
            last_name: text("Lovelace"),
            email: text("ada@example.org"),
            phone: text("+43.6601234567"),
            address1: text("Ring 1"),
            city: text("Vienna"),
            postcode: text("1010"),
            country: text("AT"),
            language: text("en"),
            currency: text("EUR"),
            ..Self::default()
        }
    }
}
