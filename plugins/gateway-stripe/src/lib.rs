//! Payments through Stripe: PaymentIntents with Stripe's own fields on our page, stored methods, refunds,
//! disputes, signed webhooks.
//!
//! Card numbers go from the payer's browser to Stripe and never come here. A webhook is a hint: what is booked
//! is what the API says of the intent.

mod abilities;
mod client;
mod convert;
mod gateway;
mod intents;
mod money;
mod settings;
mod signature;
mod stored;
mod wire;

use innkeeper_plugin_api::{Implementation, Manifest, Plugin, Schemas};
use std::sync::Arc;

pub use settings::StripeSettings;

/// The plugin.
pub fn plugin() -> Plugin {
    let link = |label: &str, url: &str| (label.to_owned(), url.to_owned());
    Plugin::new(
        Manifest {
            id: "gateway-stripe".to_owned(),
            name: "Stripe".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            description: "Takes cards and other methods through Stripe, on the invoice's page; stores them and charges them later."
                .to_owned(),
            links: vec![
                link("API keys", "https://dashboard.stripe.com/apikeys"),
                link("Webhooks", "https://dashboard.stripe.com/webhooks"),
            ],
            schemas: Schemas { plugin: Schemas::of::<StripeSettings>(), ..Schemas::default() },
        },
        Implementation::Gateway(Arc::new(gateway::Stripe)),
    )
}
