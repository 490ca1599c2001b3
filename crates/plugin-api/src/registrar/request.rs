//! What a registrar is asked to do.

use chrono::NaiveDate;
use innkeeper_domain::{DomainId, DomainName, Money};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use super::Contacts;
use crate::Secret;

/// The domain that a call is about.
#[derive(Clone, Debug)]
pub struct DomainRef {
    /// Our reference, unique over all installations.
    pub reference: String,
    /// The domain; 0: it is nobody's here.
    pub domain_id: DomainId,
    /// Its name.
    pub name: DomainName,
    /// The registrar's id, once known.
    pub remote_id: Option<String>,
    /// The registrar's handle of an operation that is still pending.
    pub pending: Option<String>,
}

/// A registration to make.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The domain.
    pub domain: DomainRef,
    /// Years, at least 1.
    pub years: u8,
    /// Name servers; empty: the registrar's own.
    pub nameservers: Vec<String>,
    /// Contacts.
    pub contacts: Contacts,
    /// Hide the owner in whois.
    pub privacy: bool,
    /// Let the registrar renew it by itself.
    pub auto_renew: bool,
    /// Extra services bought with it, by the codes of [`super::Registrar::services`].
    pub services: BTreeSet<String>,
    /// The yearly price that the client was told, if the name is a premium one: the registrar must not charge more.
    pub premium_price: Option<Money>,
    /// Extra attributes of the extension, by the registrar's own names.
    pub extra: BTreeMap<String, String>,
}

impl Registration {
    /// With the registrar's name servers and nothing besides.
    pub fn new(domain: DomainRef, years: u8, contacts: Contacts) -> Self {
        Self {
            domain,
            years,
            nameservers: vec![],
            contacts,
            privacy: false,
            auto_renew: false,
            services: BTreeSet::new(),
            premium_price: None,
            extra: BTreeMap::new(),
        }
    }
}

/// A transfer to start.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// The domain and everything a registration has.
    pub registration: Registration,
    /// The code of the losing registrar.
    pub auth_code: Option<Secret>,
}

/// A renewal to make.
#[derive(Clone, Debug)]
pub struct Renewal {
    /// The domain.
    pub domain: DomainRef,
    /// Years to add.
    pub years: u8,
    /// The expiry that is renewed *from*: a registrar that sees another one refuses.
    pub current_expiry: NaiveDate,
}

/// What a registration, transfer or renewal made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The registrar's id of the domain.
    pub remote_id: String,
    /// The expiry, once known.
    pub expires_on: Option<NaiveDate>,
}
