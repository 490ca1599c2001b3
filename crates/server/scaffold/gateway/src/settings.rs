//! The settings. The doc comment of a field is its help text in the panel.

use innkeeper_plugin_api::{Level, PluginCtx, PluginError, Secret, domain::Currency};
use schemars::JsonSchema;
use serde::Deserialize;

/// The account at the gateway.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Name of the method as clients see it.
    #[serde(default = "name")]
    #[schemars(title = "Name")]
    pub method_name: String,
    /// Address of the API; the gateway has one for tests and one in earnest.
    #[schemars(title = "Address")]
    pub url: String,
    /// The secret key that the gateway's panel shows under API access.
    #[schemars(title = "Token")]
    pub token: Secret,
    /// Currencies that the account takes, as three-letter codes. None listed: all of them.
    #[serde(default)]
    #[schemars(title = "Currencies")]
    pub currencies: Vec<Currency>,
}

fn name() -> String {
    "Scaffold Name".to_owned()
}

impl Settings {
    /// Reads and checks them.
    pub(crate) fn read(ctx: &PluginCtx) -> Result<Self, PluginError> {
        let settings: Self = ctx.settings(Level::Plugin)?;
        if settings.method_name.trim().is_empty() {
            return Err(PluginError::config("plugin settings: method_name must not be empty"));
        }
        if !["http://", "https://"].iter().any(|scheme| settings.url.starts_with(scheme)) {
            return Err(PluginError::config("plugin settings: url must begin with https://"));
        }
        if settings.token.reveal().is_empty() {
            return Err(PluginError::config("plugin settings: token must not be empty"));
        }
        Ok(settings)
    }
}
