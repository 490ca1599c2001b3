//! Registrar plugins: they register, renew and transfer domains.

use async_trait::async_trait;
use chrono::NaiveDate;
use innkeeper_domain::{DomainId, DomainName, Money};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::{PluginCtx, PluginError, PluginResult, Protection, Secret};

/// The operations that change something and cost money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RegistrarOperation {
    /// Register a new domain.
    Register,
    /// Renew it.
    Renew,
    /// Transfer it to us.
    Transfer,
    /// Set its name servers.
    SetNameservers,
    /// Set its contacts.
    SetContacts,
}

/// Is a name to be had?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Availability {
    /// Free.
    Available,
    /// Free at a special yearly price (the registrar's, without our margin).
    Premium {
        /// The registrar's price, if told.
        price: Option<Money>,
    },
    /// Registered by somebody.
    Taken,
    /// The registrar does not sell this extension.
    Unsupported,
    /// No valid name.
    Invalid {
        /// Why.
        reason: String,
    },
}

/// The domain that a call is about.
#[derive(Clone, Debug)]
pub struct DomainRef {
    /// Our reference, unique over all installations.
    pub reference: String,
    /// The domain.
    pub domain_id: DomainId,
    /// Its name.
    pub name: DomainName,
    /// The registrar's id, once known.
    pub remote_id: Option<String>,
    /// The registrar's handle of an operation that is still pending.
    pub pending: Option<String>,
}

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
    /// Extra attributes of the extension, by the registrar's own names.
    pub extra: BTreeMap<String, String>,
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

/// State at the registrar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemoteDomainState {
    /// Not in our account.
    Absent,
    /// A registration or transfer is under way.
    Pending,
    /// Ours and live.
    Active,
    /// Ours and past its expiry.
    Expired,
    /// The registration or transfer was refused or cancelled; the reason.
    Failed(String),
}

/// What the registrar says of a domain.
#[derive(Clone, Debug)]
pub struct DomainInfo {
    /// Its state.
    pub state: RemoteDomainState,
    /// The registrar's id; none if absent.
    pub remote_id: Option<String>,
    /// Day of registration.
    pub registered_on: Option<NaiveDate>,
    /// Expiry.
    pub expires_on: Option<NaiveDate>,
    /// Renewed by the registrar by itself? None: unknown.
    pub auto_renew: Option<bool>,
    /// Locked against transfer? None: the extension has no lock.
    pub locked: Option<bool>,
    /// Owner hidden in whois? None: unknown.
    pub privacy: Option<bool>,
}

impl DomainInfo {
    /// The answer "not in our account".
    pub fn absent() -> Self {
        Self {
            state: RemoteDomainState::Absent,
            remote_id: None,
            registered_on: None,
            expires_on: None,
            auto_renew: None,
            locked: None,
            privacy: None,
        }
    }
}

/// A registrar plugin.
#[async_trait]
pub trait Registrar: Send + Sync {
    /// What keeps `operation` from acting twice.
    fn protection(&self, operation: RegistrarOperation) -> Protection;
    /// Logs in; a line of good news (account, balance).
    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError>;
    /// Availability of each name, in the order asked.
    async fn check(&self, ctx: &PluginCtx, names: &[DomainName]) -> Result<Vec<Availability>, PluginError>;
    /// Registers. A domain that is already in our account is `Done`.
    async fn register(&self, ctx: &PluginCtx, registration: &Registration) -> PluginResult<Registered>;
    /// Renews from `current_expiry`. An expiry that already moved on by these years is `Done`.
    async fn renew(&self, ctx: &PluginCtx, renewal: &Renewal) -> PluginResult<Registered>;
    /// Starts a transfer to us.
    async fn transfer(&self, ctx: &PluginCtx, transfer: &Transfer) -> PluginResult<Registered>;
    /// What the registrar knows. `Absent` only if it said so.
    async fn info(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<DomainInfo, PluginError>;
    /// The name servers in use.
    async fn nameservers(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Vec<String>, PluginError>;
    /// Sets the name servers; empty: the registrar's own.
    async fn set_nameservers(&self, ctx: &PluginCtx, domain: &DomainRef, nameservers: &[String]) -> PluginResult<()>;
    /// The contacts on record.
    async fn contacts(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Contacts, PluginError>;
    /// Sets the contacts.
    async fn set_contacts(&self, ctx: &PluginCtx, domain: &DomainRef, contacts: &Contacts) -> PluginResult<()>;

    /// Can it lock domains against transfer?
    fn transfer_lock(&self) -> Option<&dyn TransferLock> {
        None
    }
    /// Can it reveal the transfer code?
    fn auth_code(&self) -> Option<&dyn AuthCode> {
        None
    }
    /// Can it hide owners in whois?
    fn privacy(&self) -> Option<&dyn Privacy> {
        None
    }
    /// Can it list its prices?
    fn price_list(&self) -> Option<&dyn PriceList> {
        None
    }
}

/// Ability: the transfer lock.
#[async_trait]
pub trait TransferLock: Send + Sync {
    /// Locks or unlocks.
    async fn set_lock(&self, ctx: &PluginCtx, domain: &DomainRef, locked: bool) -> PluginResult<()>;
}

/// Ability: the transfer code.
#[async_trait]
pub trait AuthCode: Send + Sync {
    /// The code to hand to the owner.
    async fn auth_code(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Secret, PluginError>;
}

/// Ability: whois privacy.
#[async_trait]
pub trait Privacy: Send + Sync {
    /// Hides or shows the owner.
    async fn set_privacy(&self, ctx: &PluginCtx, domain: &DomainRef, hidden: bool) -> PluginResult<()>;
}

/// The registrar's price of one extension. An operation that is none is not offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// Extension without its leading dot.
    pub tld: String,
    /// Yearly price of a registration.
    pub register: Option<Money>,
    /// Yearly price of a renewal.
    pub renew: Option<Money>,
    /// Price of a transfer.
    pub transfer: Option<Money>,
    /// Years that may be registered.
    pub years: Vec<u8>,
}

/// Ability: the price list.
#[async_trait]
pub trait PriceList: Send + Sync {
    /// All extensions the account may sell.
    async fn prices(&self, ctx: &PluginCtx) -> Result<Vec<Price>, PluginError>;
}
