//! Ability: change an account.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, net::IpAddr};

use crate::{Account, Created, PluginCtx, PluginResult, Secret};

/// A part of an account that may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Its user name.
    Username,
    /// Its password.
    Password,
    /// Its main domain.
    Domain,
    /// Its own address.
    Address,
    /// Its plan: the settings of the product.
    Plan,
    /// The quantities bought on top.
    Addons,
}

/// What is to be different. Parts that are none stay as they are.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    /// The new user name.
    pub username: Option<String>,
    /// The new password.
    pub password: Option<Secret>,
    /// The new main domain.
    pub domain: Option<String>,
    /// An address of its own, or the shared one again.
    pub address: Option<AddressChange>,
    /// To another plan. The context has the product settings of the new one.
    pub plan: Option<PlanChange>,
    /// The new quantities, all of them.
    pub addons: Option<BTreeMap<String, u64>>,
}

/// A change of address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressChange {
    /// This address is its own from now on.
    Dedicated(IpAddr),
    /// It uses the server's shared address again.
    Shared,
}

/// A change of plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanChange {
    /// Product settings of the old plan.
    pub from: serde_json::Value,
    /// What becomes of reseller rights.
    pub reseller: ResellerChange,
}

/// What a change of plan means for reseller rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResellerChange {
    /// It is no reseller before or after.
    None,
    /// It becomes one.
    Add,
    /// It stays one: its rights and limits are those of the new plan.
    Keep,
    /// It is one no more.
    Remove,
}

impl ResellerChange {
    /// From whether the old and the new plan are a reseller's.
    pub const fn between(old: bool, new: bool) -> Self {
        match (old, new) {
            (false, false) => Self::None,
            (false, true) => Self::Add,
            (true, true) => Self::Keep,
            (true, false) => Self::Remove,
        }
    }
}

impl AccountChange {
    /// A new password and nothing else.
    pub fn password(password: Secret) -> Self {
        Self { password: Some(password), ..Self::default() }
    }
    /// The parts that it changes.
    pub fn parts(&self) -> Vec<Part> {
        let parts = [
            (Part::Username, self.username.is_some()),
            (Part::Password, self.password.is_some()),
            (Part::Domain, self.domain.is_some()),
            (Part::Address, self.address.is_some()),
            (Part::Plan, self.plan.is_some()),
            (Part::Addons, self.addons.is_some()),
        ];
        parts.into_iter().filter_map(|(part, given)| given.then_some(part)).collect()
    }
}

/// Ability: change an account. The host asks only for parts that are offered.
#[async_trait]
pub trait ChangeAccount: Send + Sync {
    /// What can be changed.
    fn parts(&self) -> &'static [Part];
    /// Makes the account as `change` says; what it is afterwards. A part that is so already is no error.
    async fn change(&self, ctx: &PluginCtx, account: &Account, change: &AccountChange) -> PluginResult<Created>;
    /// Is the plan with the product settings of this context a reseller's?
    fn reseller(&self, _ctx: &PluginCtx) -> bool {
        false
    }
}
