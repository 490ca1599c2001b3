//! The settings. The doc comment of a field is its help text in the panel.

use innkeeper_plugin_api::{Level, PluginCtx, PluginError, Secret};
use schemars::JsonSchema;
use serde::Deserialize;

/// Whom to tell, and what to say elsewhere.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where events are sent.
    #[schemars(title = "Address")]
    pub url: String,
    /// The token that the receiver knows us by.
    #[schemars(title = "Token")]
    pub token: Secret,
    /// The most domains that one order may have. Empty: as many as the client likes.
    #[schemars(title = "Domains in an order", range(min = 1))]
    pub most_domains: Option<u32>,
    /// A line for the foot of every page of the portal. Empty: none.
    #[schemars(title = "Foot of the portal")]
    pub footer: Option<String>,
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
        if settings.most_domains == Some(0) {
            return Err(PluginError::config("plugin settings: most_domains must be at least 1, or empty"));
        }
        Ok(settings)
    }

    /// The line for the foot of the portal, if there is one.
    pub(crate) fn footer(&self) -> Option<&str> {
        self.footer.as_deref().map(str::trim).filter(|line| !line.is_empty())
    }
}
