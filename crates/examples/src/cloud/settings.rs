//! What staff set: for a server, and for a product.

use innkeeper_plugin_api::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of one server: a region of the cloud.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CloudServer {
    /// The region's short name, such as `vie`.
    #[schemars(title = "Region", length(min = 1))]
    pub region: String,
    /// The key of the account there.
    #[schemars(title = "API key")]
    pub api_key: Option<Secret>,
}

/// What a product is: a machine of this size.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MachinePlan {
    /// As the cloud calls it.
    #[schemars(title = "Size", extend("x-choices" = true))]
    pub size: String,
    /// May its client make accounts on it for others?
    #[serde(default)]
    #[schemars(title = "For resellers")]
    pub reseller: bool,
    /// How many accounts such a client may make.
    #[serde(default)]
    #[schemars(title = "Accounts of a reseller", extend("x-when" = { "key": "reseller", "any_of": ["true"] }))]
    pub reseller_accounts: Option<u32>,
    /// What such a machine is wired to. None: to the public one alone.
    #[serde(default)]
    #[schemars(title = "Networks", extend("x-choices" = true))]
    pub networks: Vec<String>,
    /// IPv4 addresses of its own, from the server's pool.
    #[serde(default)]
    #[schemars(title = "IPv4 addresses", range(max = 8))]
    pub addresses: u8,
}
