//! What a server plugin may offer besides.

use async_trait::async_trait;
use chrono::NaiveDate;
use std::{collections::BTreeMap, net::IpAddr};

use crate::{
    Account, AccountState, Action, Created, Page, PluginCtx, PluginError, PluginResult, Report, Secret, UsageReport,
    View, Zone, ZoneChange, dns::RecordType, view::Unit,
};

/// Ability: usage of all accounts of a server.
#[async_trait]
pub trait ReportUsage: Send + Sync {
    /// Usage of those of `remote_ids` that exist.
    async fn usage(&self, ctx: &PluginCtx, remote_ids: &[String]) -> Result<Vec<UsageReport>, PluginError>;
}

/// What a client wants to be called.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// User name; empty: the plugin makes one.
    pub username: String,
    /// Password.
    pub password: Option<Secret>,
    /// Main domain; may be empty.
    pub domain: String,
}

/// How wrong credentials are met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// Whatever can be mended is: too long, wrong letters, empty.
    Normalise,
    /// Whatever is wrong is an error.
    Strict,
}

/// Ability: judge user names and passwords by the vendor's rules.
#[async_trait]
pub trait ValidateCredentials: Send + Sync {
    /// The credentials as the vendor will take them. `Invalid` with a public text says what to change.
    async fn validate(
        &self,
        ctx: &PluginCtx,
        wanted: &Credentials,
        strictness: Strictness,
    ) -> Result<Credentials, PluginError>;
}

/// Ability: actions of the plugin's own.
#[async_trait]
pub trait AccountActions: Send + Sync {
    /// All there are.
    fn actions(&self) -> Vec<Action>;
    /// Keys of those that make sense now, as the vendor says.
    async fn available(&self, ctx: &PluginCtx, account: &Account) -> Result<Vec<String>, PluginError>;
    /// Runs one. Input with a password field holds it in the clear.
    async fn run(
        &self,
        ctx: &PluginCtx,
        account: &Account,
        action: &str,
        input: &BTreeMap<String, String>,
    ) -> PluginResult<Report>;
    /// After an answer that was lost: did it happen? None: it cannot be seen.
    async fn ran(&self, ctx: &PluginCtx, account: &Account, action: &str) -> Result<Option<Report>, PluginError>;
}

/// Where a sign-on leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOnTarget {
    /// The panel of an account's user.
    Account,
    /// The panel of a reseller.
    Reseller,
    /// The panel of the whole server: staff only.
    Server,
}

/// Ability: log people in to the vendor's panel. Links are minted when somebody follows them, never before.
#[async_trait]
pub trait SignOn: Send + Sync {
    /// Where it can lead, with the text of the button.
    fn targets(&self) -> Vec<(SignOnTarget, &'static str)>;
    /// Does that lead anywhere for this account? Judged without a network call, by the settings of the
    /// context and by what the account is: before a button is shown, and again before a link is minted.
    /// Not asked for [`SignOnTarget::Server`]. A plugin with resellers says here who is one.
    fn is_for(&self, _ctx: &PluginCtx, target: SignOnTarget, _account: &Account) -> bool {
        target != SignOnTarget::Reseller
    }
    /// A link to be followed once. `account` is none for [`SignOnTarget::Server`].
    async fn link(
        &self,
        ctx: &PluginCtx,
        target: SignOnTarget,
        account: Option<&Account>,
    ) -> Result<Secret, PluginError>;
}

/// The console of a machine: a page of the vendor's, or of a viewer that it runs.
#[derive(Clone, Debug)]
pub struct Console {
    /// An `https:` address that holds its own, short-lived permission.
    pub url: Secret,
    /// Password to type there, if it wants one.
    pub password: Option<Secret>,
}

/// Ability: the console of a machine.
#[async_trait]
pub trait WebConsole: Send + Sync {
    /// Opens one.
    async fn console(&self, ctx: &PluginCtx, account: &Account) -> Result<Console, PluginError>;
}

/// A plan that the server knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemotePlan {
    /// Its id there.
    pub id: String,
    /// What people call it.
    pub label: String,
}

/// An account that the server has, ours or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteAccount {
    /// Its id there.
    pub remote_id: String,
    /// Its user name.
    pub username: String,
    /// What people call it.
    pub label: String,
    /// E-mail of its user; may be empty.
    pub email: String,
    /// Id of its plan, if it has one.
    pub plan: Option<String>,
    /// Its state.
    pub state: AccountState,
    /// Its address, if it has one of its own.
    pub address: Option<IpAddr>,
    /// Day of creation, if told.
    pub created_on: Option<NaiveDate>,
}

/// Ability: list what the server has, for pickers and for import.
#[async_trait]
pub trait Inventory: Send + Sync {
    /// The plans.
    async fn plans(&self, ctx: &PluginCtx) -> Result<Vec<RemotePlan>, PluginError>;
    /// A part of the accounts, in a stable order.
    async fn accounts(&self, ctx: &PluginCtx, cursor: Option<&str>) -> Result<Page<RemoteAccount>, PluginError>;
    /// Can accounts that are on the server already become ours? Asked before anything is made of one.
    fn adoption(&self) -> Option<&dyn Adoption> {
        None
    }
}

/// Ability: take accounts over that somebody made by hand, or another system.
#[async_trait]
pub trait Adoption: Send + Sync {
    /// Marks the account with the id `account.remote_id` with our reference, so that it is ours from now
    /// on. One that is marked for another service is `Declined`; done already is `Done`.
    async fn adopt(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<Created>;
}

/// A quantity that the plugin can sell on top of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addon {
    /// Its code, stable: `DISKSPACE`, `EMAIL_ACCOUNTS` …
    pub code: String,
    /// What people call it.
    pub label: String,
    /// What one piece of it is.
    pub unit: Unit,
}

/// Ability: panels of its own on the page of a service.
#[async_trait]
pub trait ClientPanels: Send + Sync {
    /// Keys and titles.
    fn panels(&self) -> Vec<(&'static str, &'static str)>;
    /// Draws one.
    async fn draw(&self, ctx: &PluginCtx, account: &Account, panel: &str) -> Result<View, PluginError>;
}

/// How many addresses of its own an account needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddressNeed {
    /// IPv4.
    pub v4: u8,
    /// IPv6.
    pub v6: u8,
}

/// Ability: accounts with addresses of their own. The core keeps each server's pool, hands an address
/// to one account at a time, and takes it back when the account is gone.
pub trait AddressPool: Send + Sync {
    /// What an account with the product settings of this context needs.
    fn need(&self, ctx: &PluginCtx) -> AddressNeed;
}

/// Ability: the DNS zone of an account.
#[async_trait]
pub trait AccountZone: Send + Sync {
    /// Types of record that can be set.
    fn record_types(&self) -> &'static [RecordType];
    /// The zone.
    async fn zone(&self, ctx: &PluginCtx, account: &Account) -> Result<Zone, PluginError>;
    /// Changes it. Records that this program does not know stay. Changing twice is changing once.
    async fn change_zone(&self, ctx: &PluginCtx, account: &Account, change: &ZoneChange) -> PluginResult<()>;
}
