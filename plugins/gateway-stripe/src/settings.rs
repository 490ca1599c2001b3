//! The settings.

use innkeeper_plugin_api::{Level, PluginCtx, PluginError, Secret, domain::Currency};
use schemars::JsonSchema;
use serde::Deserialize;

const API: &str = "https://api.stripe.com";

/// The account at Stripe, and how payments are taken.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StripeSettings {
    /// Name of the method as clients see it.
    #[serde(default = "method_name")]
    #[schemars(title = "Name")]
    pub method_name: String,
    /// The publishable key of the account (`pk_…`): the payer's browser shows itself with it.
    #[schemars(title = "Publishable key")]
    pub publishable_key: String,
    /// The secret key (`sk_…`), or a restricted key (`rk_…`) that may write payment intents, setup intents, payment methods, customers and refunds, and read charges, disputes and events.
    #[schemars(title = "Secret key")]
    pub secret_key: Secret,
    /// The signing secret of the webhook endpoint (`whsec_…`). Without it no webhook is believed, and payments show some minutes later.
    #[schemars(title = "Signing secret of the webhook")]
    pub webhook_secret: Option<Secret>,
    /// The signing secret before the present one: both hold while the secret of the endpoint is rolled, or while two endpoints are in use.
    #[schemars(title = "Other signing secret")]
    pub other_webhook_secret: Option<Secret>,
    /// Which methods are offered.
    #[serde(default)]
    #[schemars(title = "Methods")]
    pub methods: Methods,
    /// Currencies that are taken, as three-letter codes. None listed: all of them.
    #[serde(default)]
    #[schemars(title = "Currencies")]
    pub currencies: Vec<Currency>,
    /// Address of the API; leave it empty. Only for tests against a double of Stripe.
    #[schemars(title = "API address")]
    pub api_url: Option<String>,
}

/// Which methods payers are offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Methods {
    /// Cards alone.
    #[default]
    Cards,
    /// Whatever is switched on in Stripe's dashboard and fits currency and amount.
    Dashboard,
}

fn method_name() -> String {
    "Card".to_owned()
}

impl StripeSettings {
    /// Reads and checks the settings.
    pub(crate) fn read(ctx: &PluginCtx) -> Result<Self, PluginError> {
        let settings: Self = ctx.settings(Level::Plugin)?;
        settings.check().map_err(|reason| PluginError::config(format!("plugin settings: {reason}")))?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), &'static str> {
        let secret = self.secret_key.reveal();
        if self.method_name.trim().is_empty() {
            return Err("method_name must not be empty");
        }
        if !self.publishable_key.starts_with("pk_") {
            return Err("publishable_key must begin with pk_");
        }
        if !(secret.starts_with("sk_") || secret.starts_with("rk_")) {
            return Err("secret_key must begin with sk_ or rk_");
        }
        if self.publishable_key.starts_with("pk_test_") != secret.get(2..).is_some_and(|s| s.starts_with("_test_")) {
            return Err("publishable_key and secret_key must both be for tests, or both live");
        }
        if self.webhook_secrets().any(|secret| !secret.reveal().starts_with("whsec_")) {
            return Err("signing secrets of webhooks must begin with whsec_");
        }
        let api = self.api();
        let local = ["http://127.0.0.1:", "http://[::1]:", "http://localhost:"].iter().any(|l| api.starts_with(l));
        if !(api.starts_with("https://") || local) {
            return Err("api_url must be an https: address");
        }
        Ok(())
    }

    /// Address of the API, without a slash at its end.
    pub(crate) fn api(&self) -> &str {
        let set = self.api_url.as_deref().map(str::trim).filter(|url| !url.is_empty());
        set.unwrap_or(API).trim_end_matches('/')
    }

    /// The secrets that a webhook may be signed with.
    pub(crate) fn webhook_secrets(&self) -> impl Iterator<Item = &Secret> {
        let set = [self.webhook_secret.as_ref(), self.other_webhook_secret.as_ref()];
        set.into_iter().flatten().filter(|secret| !secret.reveal().is_empty())
    }
}
