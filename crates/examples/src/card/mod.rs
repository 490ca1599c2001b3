//! A payment gateway that uses all that its kind offers: hosted fields or a page of its own, stored cards,
//! refunds, signed callbacks, customers and subscriptions. Its vendor lives in its memory, and the number
//! of a test card decides what becomes of a payment (see [`Card`]).

mod abilities;
mod gateway;
mod settings;
mod signature;
mod vendor;

use innkeeper_plugin_api::{Implementation, Plugin, Schemas};
use std::sync::Arc;

pub use settings::CardSettings;
pub use vendor::{Card, CardVendor};

/// The plugin and its vendor.
pub fn with_vendor() -> (Plugin, CardVendor) {
    let vendor = CardVendor::default();
    let gateway = gateway::CardGateway { vendor: vendor.clone() };
    let text = "Takes test cards and no money: an example of a payment gateway.";
    let schemas = Schemas { plugin: Schemas::of::<CardSettings>(), ..Schemas::default() };
    (crate::plugin("card", "Test cards", text, schemas, Implementation::Gateway(Arc::new(gateway))), vendor)
}

/// The plugin.
pub fn plugin() -> Plugin {
    with_vendor().0
}
