//! The settings. The doc comment of a field is its help text in the panel.

use innkeeper_plugin_api::{Level, PluginCtx, PluginError, Secret};
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// The account at the registrar.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address of the API; the registrar has one for tests and one in earnest.
    #[schemars(title = "Address")]
    pub url: String,
    /// The token that the registrar's panel shows under API access.
    #[schemars(title = "Token")]
    pub token: Secret,
    /// How many seconds to wait for an answer, from 1 to 120.
    #[serde(default = "sixty")]
    #[schemars(title = "Timeout", range(min = 1, max = 120))]
    pub timeout_seconds: u8,
}

fn sixty() -> u8 {
    60
}

impl Settings {
    /// Reads and checks them.
    pub(crate) fn read(ctx: &PluginCtx) -> Result<Self, PluginError> {
        let settings: Self = ctx.settings(Level::Plugin)?;
        if !["http://", "https://"].iter().any(|scheme| settings.url.starts_with(scheme)) {
            return Err(PluginError::config("plugin settings: url must begin with https://"));
        }
        if settings.token.reveal().is_empty() {
            return Err(PluginError::config("plugin settings: token must not be empty"));
        }
        if !(1..=120).contains(&settings.timeout_seconds) {
            return Err(PluginError::config("plugin settings: timeout_seconds must be from 1 to 120"));
        }
        Ok(settings)
    }

    /// How long to wait for an answer.
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.timeout_seconds))
    }
}
