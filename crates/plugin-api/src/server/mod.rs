//! Server plugins: they create and manage accounts on a machine or service.

mod abilities;
mod account;
mod change;

use async_trait::async_trait;
use std::collections::BTreeMap;

use crate::{Field, PluginCtx, PluginError, PluginResult, Protection, Secret};

pub use abilities::{
    AccountActions, AccountZone, Addon, AddressNeed, AddressPool, Adoption, ClientPanels, Console, Credentials,
    Inventory, RemoteAccount, RemotePlan, ReportUsage, SignOn, SignOnTarget, Strictness, ValidateCredentials,
    WebConsole,
};
pub use account::{Account, AccountState, AccountStatus, Created, Customer, Metric, Parent, Usage, UsageReport};
pub use change::{AccountChange, AddressChange, ChangeAccount, Part, PlanChange, ResellerChange};

/// The operations that change something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServerOperation {
    /// Make the account.
    Create,
    /// Switch it off.
    Suspend,
    /// Switch it on again.
    Unsuspend,
    /// Remove it.
    Terminate,
    /// Make it different.
    Change,
}

/// A server plugin.
#[async_trait]
pub trait ServerPlugin: Send + Sync {
    /// What keeps `operation` from acting twice.
    fn protection(&self, operation: ServerOperation) -> Protection;
    /// What to ask the client when a product of this plugin is ordered.
    fn order_fields(&self) -> Vec<Field>;
    /// Judges the answers without any network call; `password` is the answer with [`crate::Role::Password`].
    /// `Err(Invalid)` with a `public` text says what to change.
    fn check_order(&self, fields: &BTreeMap<String, String>, password: Option<&Secret>) -> Result<(), PluginError>;
    /// Logs in with the server's settings; a line of good news (product, version, role).
    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError>;
    /// Makes the account and marks it with our reference. An account that exists and is ours is `Done`.
    async fn create(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<Created>;
    /// Switches it off. Already off is `Done`.
    async fn suspend(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()>;
    /// Switches it on. Already on is `Done`.
    async fn unsuspend(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()>;
    /// Removes it. Already gone is `Done`.
    async fn terminate(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()>;
    /// Finds the account by our reference (or its id). `Absent` only if the vendor said so.
    async fn status(&self, ctx: &PluginCtx, account: &Account) -> Result<AccountStatus, PluginError>;

    /// Quantities that it can sell on top of a plan.
    fn addons(&self) -> Vec<Addon> {
        vec![]
    }

    /// Can it change accounts?
    fn change(&self) -> Option<&dyn ChangeAccount> {
        None
    }
    /// Does it know the vendor's rules of names and passwords?
    fn credentials(&self) -> Option<&dyn ValidateCredentials> {
        None
    }
    /// Has it actions of its own?
    fn actions(&self) -> Option<&dyn AccountActions> {
        None
    }
    /// Can it log people in to the vendor's panel?
    fn sign_on(&self) -> Option<&dyn SignOn> {
        None
    }
    /// Can it open a console?
    fn console(&self) -> Option<&dyn WebConsole> {
        None
    }
    /// Can it report usage for all accounts of a server at once?
    fn usage(&self) -> Option<&dyn ReportUsage> {
        None
    }
    /// Can it list what a server has?
    fn inventory(&self) -> Option<&dyn Inventory> {
        None
    }
    /// Has it panels of its own for clients?
    fn panels(&self) -> Option<&dyn ClientPanels> {
        None
    }
    /// Do its accounts need addresses of their own?
    fn address_pool(&self) -> Option<&dyn AddressPool> {
        None
    }
    /// Do its accounts have a DNS zone?
    fn zone(&self) -> Option<&dyn AccountZone> {
        None
    }
}

/// The abilities that a plugin offers, by the names of their accessors.
pub(crate) fn offered(plugin: &dyn ServerPlugin) -> Vec<&'static str> {
    let all = [
        ("change", plugin.change().is_some()),
        ("credentials", plugin.credentials().is_some()),
        ("actions", plugin.actions().is_some()),
        ("sign_on", plugin.sign_on().is_some()),
        ("console", plugin.console().is_some()),
        ("usage", plugin.usage().is_some()),
        ("inventory", plugin.inventory().is_some()),
        ("panels", plugin.panels().is_some()),
        ("address_pool", plugin.address_pool().is_some()),
        ("zone", plugin.zone().is_some()),
    ];
    all.into_iter().filter_map(|(name, offered)| offered.then_some(name)).collect()
}
