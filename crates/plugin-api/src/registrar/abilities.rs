//! What a registrar may offer besides.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use innkeeper_domain::Money;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, net::IpAddr};

use super::{DomainRef, Handles, Registered, RemoteDomain, Renewal, Suggestion, TransferStep};
use crate::{Action, Page, PluginCtx, PluginError, PluginResult, Report, Secret, Zone, ZoneChange, dns::RecordType};

/// What extra attributes are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A registration.
    Registration,
    /// A transfer to us.
    Transfer,
}

/// A service that can be bought with a domain: a trustee, a local contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtraService {
    /// Its code, stable.
    pub code: String,
    /// What people call it.
    pub label: String,
    /// The registry takes no domain without it.
    pub required: bool,
}

/// Ability: suggest names.
#[async_trait]
pub trait Suggest: Send + Sync {
    /// At most `limit` names for `term` below these extensions.
    async fn suggest(
        &self,
        ctx: &PluginCtx,
        term: &str,
        tlds: &[String],
        limit: usize,
    ) -> Result<Vec<Suggestion>, PluginError>;
}

/// Ability: follow a transfer to us.
#[async_trait]
pub trait TransferProgress: Send + Sync {
    /// How far it is.
    async fn step(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<TransferStep, PluginError>;
    /// Starts it anew, with another code if one is given. Under way already is `Done`.
    async fn restart(&self, ctx: &PluginCtx, domain: &DomainRef, auth_code: Option<&Secret>) -> PluginResult<()>;
}

/// Ability: the transfer lock.
#[async_trait]
pub trait TransferLock: Send + Sync {
    /// Locks or unlocks.
    async fn set_lock(&self, ctx: &PluginCtx, domain: &DomainRef, locked: bool) -> PluginResult<()>;
}

/// How the transfer code comes to its owner.
#[derive(Clone, Debug)]
pub enum AuthCodeAnswer {
    /// Here it is.
    Code(Secret),
    /// Here it is, for a while.
    Token {
        /// The code.
        code: Secret,
        /// Until then.
        until: DateTime<Utc>,
    },
    /// The registrar mailed it to this address.
    Mailed(String),
}

/// Ability: the transfer code.
#[async_trait]
pub trait AuthCode: Send + Sync {
    /// The code to hand to the owner.
    async fn auth_code(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<AuthCodeAnswer, PluginError>;
}

/// Ability: contacts that the registrar has on record already, named by its own ids. Without it a contact is what
/// its fields say, and the plugin finds or makes it.
#[async_trait]
pub trait ContactHandles: Send + Sync {
    /// The ids of the contacts of a domain, for each role that has one of its own.
    async fn handles(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Handles, PluginError>;
    /// Puts these contacts into their roles as they are; the other roles keep theirs. So already is `Done`; an id that
    /// is not on record in our account is `Invalid`, and then nothing changes.
    async fn use_handles(&self, ctx: &PluginCtx, domain: &DomainRef, handles: &Handles) -> PluginResult<()>;
}

/// Ability: whois privacy.
#[async_trait]
pub trait Privacy: Send + Sync {
    /// Hides or shows the owner.
    async fn set_privacy(&self, ctx: &PluginCtx, domain: &DomainRef, hidden: bool) -> PluginResult<()>;
}

/// Ability: renewal by the registrar.
#[async_trait]
pub trait AutoRenew: Send + Sync {
    /// Switches it on or off.
    async fn set_auto_renew(&self, ctx: &PluginCtx, domain: &DomainRef, on: bool) -> PluginResult<()>;
}

/// A host below a domain, with its addresses: a name server of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlueHost {
    /// Full name: `ns1.example.com`.
    pub name: String,
    /// IPv4 and IPv6.
    pub addresses: Vec<IpAddr>,
}

/// Ability: hosts below a domain.
#[async_trait]
pub trait Glue: Send + Sync {
    /// Those there are.
    async fn hosts(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Vec<GlueHost>, PluginError>;
    /// Makes a host as it is given, whether it was there before or not.
    async fn put_host(&self, ctx: &PluginCtx, domain: &DomainRef, host: &GlueHost) -> PluginResult<()>;
    /// Removes a host. Gone already is `Done`.
    async fn remove_host(&self, ctx: &PluginCtx, domain: &DomainRef, name: &str) -> PluginResult<()>;
}

/// Ability: DNS zones.
#[async_trait]
pub trait DomainZone: Send + Sync {
    /// Types of record that can be set, forwardings among them.
    fn record_types(&self) -> &'static [RecordType];
    /// The zone.
    async fn zone(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Zone, PluginError>;
    /// Changes it. A registrar that can only replace a zone is handed back what it had, records that
    /// this program does not know included. Changing twice is changing once.
    async fn change_zone(&self, ctx: &PluginCtx, domain: &DomainRef, change: &ZoneChange) -> PluginResult<()>;
}

/// A key that signs a zone, as the registry keeps it (RFC 4034).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnssecKey {
    /// Key tag.
    pub key_tag: u16,
    /// Algorithm number.
    pub algorithm: u8,
    /// Digest type number.
    pub digest_type: u8,
    /// Digest, in hexadecimal.
    pub digest: String,
}

/// Ability: signed domains.
#[async_trait]
pub trait Dnssec: Send + Sync {
    /// The keys at the registry; empty: not signed.
    async fn keys(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Vec<DnssecKey>, PluginError>;
    /// Sets all of them; empty: not signed any more.
    async fn set_keys(&self, ctx: &PluginCtx, domain: &DomainRef, keys: &[DnssecKey]) -> PluginResult<()>;
}

/// Ability: deletion.
#[async_trait]
pub trait Delete: Send + Sync {
    /// Gives the domain back to the registry, at once or at its expiry, as the registry does it.
    async fn delete(&self, ctx: &PluginCtx, domain: &DomainRef) -> PluginResult<()>;
}

/// Ability: restoring a deleted domain.
#[async_trait]
pub trait Restore: Send + Sync {
    /// Restores and renews it. Live already is `Done`.
    async fn restore(&self, ctx: &PluginCtx, renewal: &Renewal) -> PluginResult<Registered>;
}

/// The registrar's price of one extension. An operation that is none is not offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Price {
    /// Extension without its leading dot.
    pub tld: String,
    /// Yearly price of a registration.
    pub register: Option<Money>,
    /// Yearly price of a renewal.
    pub renew: Option<Money>,
    /// Price of a transfer.
    pub transfer: Option<Money>,
    /// Price of a restoration.
    pub restore: Option<Money>,
    /// Years that may be registered.
    pub years: Vec<u8>,
}

/// Ability: the price list.
#[async_trait]
pub trait PriceList: Send + Sync {
    /// The extensions that the account may sell: of these only, if any are named.
    async fn prices(&self, ctx: &PluginCtx, tlds: &[String]) -> Result<Vec<Price>, PluginError>;
}

/// Ability: the list of domains of the account.
#[async_trait]
pub trait DomainInventory: Send + Sync {
    /// A part of them, in a stable order.
    async fn domains(&self, ctx: &PluginCtx, cursor: Option<&str>) -> Result<Page<RemoteDomain>, PluginError>;
    /// The same with the owners, where the registrar's list can tell them; the host asks for the others one by one.
    async fn with_owners(&self, ctx: &PluginCtx, cursor: Option<&str>) -> Result<Page<RemoteDomain>, PluginError> {
        self.domains(ctx, cursor).await
    }
}

/// Ability: the balance of the account.
#[async_trait]
pub trait Balance: Send + Sync {
    /// What is left to spend.
    async fn balance(&self, ctx: &PluginCtx) -> Result<Money, PluginError>;
}

/// Ability: actions of the plugin's own.
#[async_trait]
pub trait DomainActions: Send + Sync {
    /// All there are.
    fn actions(&self) -> Vec<Action>;
    /// Keys of those that make sense now, as the registrar says.
    async fn available(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Vec<String>, PluginError>;
    /// Runs one.
    async fn run(
        &self,
        ctx: &PluginCtx,
        domain: &DomainRef,
        action: &str,
        input: &BTreeMap<String, String>,
    ) -> PluginResult<Report>;
    /// After an answer that was lost: did it happen? None: it cannot be seen.
    async fn ran(&self, ctx: &PluginCtx, domain: &DomainRef, action: &str) -> Result<Option<Report>, PluginError>;
}
