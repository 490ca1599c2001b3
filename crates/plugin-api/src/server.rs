//! Server plugins: they create and manage accounts on a machine or service.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use innkeeper_domain::{ClientId, ServiceId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::{PluginCtx, PluginError, PluginResult, Protection, Secret};

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
    /// Set a new password.
    ChangePassword,
}

/// The account that a call is about.
#[derive(Clone, Debug)]
pub struct Account {
    /// Our reference, unique over all installations: mark the vendor's object with it.
    pub reference: String,
    /// The service.
    pub service_id: ServiceId,
    /// The vendor's id, once known.
    pub remote_id: Option<String>,
    /// User name at the vendor, once known.
    pub username: Option<String>,
    /// The account's password: present for `create` and `change_password`.
    pub password: Option<Secret>,
    /// The answers to [`ServerPlugin::order_fields`], by key. The password is not among them.
    pub fields: BTreeMap<String, String>,
    /// Whose it is.
    pub customer: Customer,
    /// The vendor's handle of an operation that is still pending.
    pub pending: Option<String>,
}

/// Whose account it is.
#[derive(Clone, Debug)]
pub struct Customer {
    /// The client.
    pub client_id: ClientId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Company; may be empty.
    pub company: String,
    /// Billing address of mail.
    pub email: String,
    /// ISO 3166 alpha-2.
    pub country: String,
}

/// What a creation made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// The vendor's id of the object.
    pub remote_id: String,
    /// Its user name at the vendor.
    pub username: String,
    /// What people call it: the mailbox address, the host name.
    pub label: String,
}

/// State at the vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// There is no such account of ours.
    Absent,
    /// Live.
    Active,
    /// Switched off.
    Suspended,
}

/// What the vendor says of an account.
#[derive(Clone, Debug)]
pub struct AccountStatus {
    /// Its state.
    pub state: AccountState,
    /// What it is called there; none if absent.
    pub account: Option<Created>,
    /// Facts worth showing to the client, as (label, value): servers to use, last login …
    pub details: Vec<(String, String)>,
    /// How much is used, if the vendor says so.
    pub usage: Option<Usage>,
}

impl AccountStatus {
    /// The answer "no such account of ours".
    pub fn absent() -> Self {
        Self { state: AccountState::Absent, account: None, details: vec![], usage: None }
    }
}

/// How much of an account is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Bytes on disk.
    pub disk_bytes: u64,
    /// Limit in bytes; none: unlimited.
    pub disk_limit_bytes: Option<u64>,
}

/// Usage of one account.
#[derive(Clone, Debug)]
pub struct UsageReport {
    /// The vendor's id.
    pub remote_id: String,
    /// What it uses.
    pub usage: Usage,
    /// Last login of its user.
    pub last_login: Option<DateTime<Utc>>,
}

/// What an order-time field means, so that the core and other plugins need no names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The account's user name.
    Username,
    /// The account's initial password: stored encrypted.
    Password,
    /// First name of the account's user.
    FirstName,
    /// Last name of the account's user.
    LastName,
    /// A host name.
    Hostname,
    /// Anything else.
    Other,
}

/// How a field is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line of text.
    Text,
    /// A password: never shown again.
    Password,
    /// One of these (value, label).
    Choice(Vec<(String, String)>),
}

/// A question to the client when ordering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderField {
    /// Key of the answer.
    pub key: String,
    /// What it means.
    pub role: Role,
    /// Label.
    pub label: String,
    /// Help below the field; may be empty.
    pub help: String,
    /// Must be answered.
    pub required: bool,
    /// How it is asked.
    pub kind: FieldKind,
}

/// A server plugin.
#[async_trait]
pub trait ServerPlugin: Send + Sync {
    /// What keeps `operation` from acting twice.
    fn protection(&self, operation: ServerOperation) -> Protection;
    /// What to ask the client when a product of this plugin is ordered.
    fn order_fields(&self) -> Vec<OrderField>;
    /// Judges the answers without any network call; `password` is the answer with [`Role::Password`].
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

    /// Can it set passwords?
    fn change_password(&self) -> Option<&dyn ChangePassword> {
        None
    }
    /// Can it report usage for all accounts of a server at once?
    fn usage(&self) -> Option<&dyn ReportUsage> {
        None
    }
}

/// Ability: set a new password.
#[async_trait]
pub trait ChangePassword: Send + Sync {
    /// Sets `account.password`.
    async fn change_password(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()>;
}

/// Ability: usage of all accounts of a server.
#[async_trait]
pub trait ReportUsage: Send + Sync {
    /// Usage of those of `remote_ids` that exist.
    async fn usage(&self, ctx: &PluginCtx, remote_ids: &[String]) -> Result<Vec<UsageReport>, PluginError>;
}
