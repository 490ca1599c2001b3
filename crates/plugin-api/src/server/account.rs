//! The account that a call is about, and what the vendor says of it.

use chrono::{DateTime, Utc};
use innkeeper_domain::{ClientId, ServiceId};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, net::IpAddr};

use serde_json::Value;

use crate::{PluginCtx, Secret, view::Unit};

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
    /// The account's password: present for `create`.
    pub password: Option<Secret>,
    /// The answers to [`super::ServerPlugin::order_fields`], by key. The password is not among them.
    pub fields: BTreeMap<String, String>,
    /// Quantities bought on top, by the codes of [`super::ServerPlugin::addons`].
    pub addons: BTreeMap<String, u64>,
    /// Addresses of its own, from the server's pool.
    pub addresses: Vec<IpAddr>,
    /// Name servers of the server it is on, in order.
    pub nameservers: Vec<String>,
    /// Whose it is.
    pub customer: Customer,
    /// Of an add-on: the service that it belongs to.
    pub parent: Option<Parent>,
    /// The vendor's handle of an operation that is still pending.
    pub pending: Option<String>,
}

impl Account {
    /// The value of an option: of the product's settings, else a quantity bought on top, else an answer given
    /// when it was ordered. None: nobody said.
    pub fn option(&self, ctx: &PluginCtx, key: &str) -> Option<String> {
        let of_product = match ctx.raw_settings().product.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()).filter(|text| !text.is_empty()),
            Some(other) => Some(other.to_string()),
        };
        let quantity = || self.addons.get(key).map(u64::to_string);
        of_product.or_else(quantity).or_else(|| self.fields.get(key).filter(|text| !text.is_empty()).cloned())
    }
}

/// The service that an add-on belongs to. It is set up before its add-ons are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// The service.
    pub service_id: ServiceId,
    /// Id of its plugin; none: nothing is set up for it anywhere.
    pub plugin_id: Option<String>,
    /// What people call it.
    pub label: String,
    /// The id of its account at that plugin's vendor.
    pub remote_id: Option<String>,
    /// Its user name there.
    pub username: Option<String>,
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
    /// The vendor's id of the user that all accounts of this client on this server share, if an
    /// earlier creation told it.
    pub remote_user: Option<String>,
}

/// What a creation or a change made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// The vendor's id of the object.
    pub remote_id: String,
    /// Its user name at the vendor.
    pub username: String,
    /// What people call it: the mailbox address, the host name.
    pub label: String,
    /// Addresses that the vendor gave it.
    pub addresses: Vec<IpAddr>,
    /// The password that the vendor chose, if it did.
    pub password: Option<Secret>,
    /// The vendor's id of the user that the accounts of this client share, if they share one.
    pub remote_user: Option<String>,
}

impl Created {
    /// An account with nothing else to tell.
    pub fn new(remote_id: impl Into<String>, username: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            remote_id: remote_id.into(),
            username: username.into(),
            label: label.into(),
            addresses: vec![],
            password: None,
            remote_user: None,
        }
    }
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
    /// Something of ours is there, and an operation on it was broken off half-way: it neither works as
    /// bought nor is it gone or off. Repeating the operation mends it. For vendors that need several
    /// calls for one operation.
    Unfinished,
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Bytes on disk.
    pub disk_bytes: u64,
    /// Limit in bytes; none: unlimited.
    pub disk_limit_bytes: Option<u64>,
    /// Whatever else is counted.
    #[serde(default)]
    pub metrics: Vec<Metric>,
}

/// A quantity of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metric {
    /// Stable key, such as `traffic` or `mailboxes`.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// What it counts.
    pub unit: Unit,
    /// How much.
    pub quantity: u64,
    /// Limit; none: unlimited.
    pub limit: Option<u64>,
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
