//! What staff and API tokens may do. A role is a set of these; the use case asks for the one it needs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

use crate::Invalid;

macro_rules! permissions {
    ($($(#[$doc:meta])* $variant:ident = $text:literal),* $(,)?) => {
        /// A permission. Its word is also the scope of an API token.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum Permission { $($(#[$doc])* #[serde(rename = $text)] $variant),* }

        impl Permission {
            /// Every permission.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The word stored and shown.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $text),* } }
        }
        impl FromStr for Permission {
            type Err = Invalid;
            fn from_str(text: &str) -> Result<Self, Invalid> {
                match text { $($text => Ok(Self::$variant),)* _ => Err(Invalid("is not a known permission")) }
            }
        }
        impl fmt::Display for Permission {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }
    };
}

permissions! {
    /// See clients, their contacts and logins.
    ClientsRead = "clients:read",
    /// Create and change clients, contacts and logins.
    ClientsWrite = "clients:write",
    /// See the catalogue as staff do, hidden products included.
    CatalogueRead = "catalogue:read",
    /// Change products, prices, extensions and cycles.
    CatalogueWrite = "catalogue:write",
    /// See orders.
    OrdersRead = "orders:read",
    /// Place orders for clients; accept, cancel, mark as fraud.
    OrdersWrite = "orders:write",
    /// See services and domains.
    ServicesRead = "services:read",
    /// Run provisioning and registrar actions.
    ServicesWrite = "services:write",
    /// See invoices and payments.
    InvoicesRead = "invoices:read",
    /// Create, issue and void invoices.
    InvoicesWrite = "invoices:write",
    /// Record payments.
    PaymentsWrite = "payments:write",
    /// See reports and take the ledger elsewhere.
    ReportsRead = "reports:read",
    /// See servers and plugins.
    ServersRead = "servers:read",
    /// Change servers, plugins and their settings.
    ServersWrite = "servers:write",
    /// See events, deliveries, jobs, effects and the audit log.
    SystemRead = "system:read",
    /// Replay deliveries, run jobs again, change settings.
    SystemWrite = "system:write",
    /// Change staff, roles, API tokens and autologin sites.
    StaffWrite = "staff:write",
}
