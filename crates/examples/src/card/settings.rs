//! The settings.

use innkeeper_plugin_api::{Level, PluginCtx, PluginError, Secret};
use schemars::JsonSchema;
use serde::Deserialize;

/// How the test cards are taken.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CardSettings {
    /// Name of the method as clients see it.
    #[serde(default = "method_name")]
    #[schemars(title = "Name")]
    pub method_name: String,
    /// Signs callbacks and the forms that payers fill in. Any text of 16 characters or more.
    #[schemars(title = "Signing key")]
    pub signing_key: Secret,
    /// Send payers to a page of the vendor instead of drawing the fields on the page of the invoice.
    #[serde(default)]
    #[schemars(title = "Pay at the vendor")]
    pub at_vendor: bool,
}

fn method_name() -> String {
    "Card (test)".to_owned()
}

impl CardSettings {
    pub(super) fn read(ctx: &PluginCtx) -> Result<Self, PluginError> {
        let settings: Self = ctx.settings(Level::Plugin)?;
        if settings.method_name.trim().is_empty() || settings.signing_key.reveal().len() < 16 {
            return Err(PluginError::config("plugin settings: a name, and a signing_key of 16 characters or more"));
        }
        Ok(settings)
    }
}
