//! Registrar plugins: they register, renew and transfer domains.

mod abilities;
mod availability;
mod contact;
mod info;
mod request;

use async_trait::async_trait;
use innkeeper_domain::DomainName;

use crate::{Field, PluginCtx, PluginError, PluginResult, Protection};

pub use abilities::{
    AuthCode, AuthCodeAnswer, AutoRenew, Balance, ContactHandles, Delete, Dnssec, DnssecKey, DomainActions,
    DomainInventory, DomainZone, ExtraService, Glue, GlueHost, Price, PriceList, Privacy, Purpose, Restore, Suggest,
    TransferLock, TransferProgress,
};
pub use availability::{Availability, Suggestion};
pub use contact::{Contact, ContactRole, Contacts, Handles};
pub use info::{DomainInfo, RemoteDomain, RemoteDomainState, TransferState, TransferStep};
pub use request::{DomainRef, Registered, Registration, Renewal, Transfer};

/// The operations that change something .
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

/// A registrar plugin.
#[async_trait]
pub trait Registrar: Send + Sync {
    /// What keeps `operation` from acting twice.
    fn protection(&self, operation: RegistrarOperation) -> Protection;
    /// Logs in; a line of good news (account, balance).
    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError>;
    /// How many names [`Registrar::check`] takes at once; the host asks in parts.
    fn batch(&self) -> usize {
        50
    }
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

    /// What the registry of `tld` wants to know besides, for a registration or for a transfer.
    fn attributes(&self, _tld: &str, _purpose: Purpose) -> Vec<Field> {
        vec![]
    }
    /// Extra services that can be bought with a domain of `tld`.
    fn services(&self, _tld: &str) -> Vec<ExtraService> {
        vec![]
    }
    /// A name as this registrar's registries write it (accents, final letters). Valid names pass as they are.
    fn canonical(&self, name: &DomainName) -> Result<DomainName, PluginError> {
        Ok(name.clone())
    }

    /// Can it suggest names?
    fn suggest(&self) -> Option<&dyn Suggest> {
        None
    }
    /// Can it tell how far a transfer is, and start it anew?
    fn transfer_progress(&self) -> Option<&dyn TransferProgress> {
        None
    }
    /// Can it lock domains against transfer?
    fn transfer_lock(&self) -> Option<&dyn TransferLock> {
        None
    }
    /// Can it hand out the transfer code?
    fn auth_code(&self) -> Option<&dyn AuthCode> {
        None
    }
    /// Can it use contacts again that it has on record, by their ids?
    fn contact_handles(&self) -> Option<&dyn ContactHandles> {
        None
    }
    /// Can it hide owners in whois?
    fn privacy(&self) -> Option<&dyn Privacy> {
        None
    }
    /// Can it renew domains by itself?
    fn auto_renew(&self) -> Option<&dyn AutoRenew> {
        None
    }
    /// Can it keep hosts below a domain (glue)?
    fn glue(&self) -> Option<&dyn Glue> {
        None
    }
    /// Can it keep DNS zones?
    fn zone(&self) -> Option<&dyn DomainZone> {
        None
    }
    /// Can it sign domains?
    fn dnssec(&self) -> Option<&dyn Dnssec> {
        None
    }
    /// Can it delete domains?
    fn delete(&self) -> Option<&dyn Delete> {
        None
    }
    /// Can it restore deleted domains?
    fn restore(&self) -> Option<&dyn Restore> {
        None
    }
    /// Can it list its prices?
    fn price_list(&self) -> Option<&dyn PriceList> {
        None
    }
    /// Can it list the domains of the account?
    fn inventory(&self) -> Option<&dyn DomainInventory> {
        None
    }
    /// Can it tell the balance of the account?
    fn balance(&self) -> Option<&dyn Balance> {
        None
    }
    /// Has it actions of its own?
    fn actions(&self) -> Option<&dyn DomainActions> {
        None
    }
}

/// The abilities that a registrar offers, by the names of their accessors.
pub(crate) fn offered(plugin: &dyn Registrar) -> Vec<&'static str> {
    let all = [
        ("suggest", plugin.suggest().is_some()),
        ("transfer_progress", plugin.transfer_progress().is_some()),
        ("transfer_lock", plugin.transfer_lock().is_some()),
        ("auth_code", plugin.auth_code().is_some()),
        ("contact_handles", plugin.contact_handles().is_some()),
        ("privacy", plugin.privacy().is_some()),
        ("auto_renew", plugin.auto_renew().is_some()),
        ("glue", plugin.glue().is_some()),
        ("zone", plugin.zone().is_some()),
        ("dnssec", plugin.dnssec().is_some()),
        ("delete", plugin.delete().is_some()),
        ("restore", plugin.restore().is_some()),
        ("price_list", plugin.price_list().is_some()),
        ("inventory", plugin.inventory().is_some()),
        ("balance", plugin.balance().is_some()),
        ("actions", plugin.actions().is_some()),
    ];
    all.into_iter().filter_map(|(name, offered)| offered.then_some(name)).collect()
}
