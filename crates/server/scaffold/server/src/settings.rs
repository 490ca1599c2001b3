//! The settings of the three levels. The doc comment of a field is its help text in the panel.

use innkeeper_plugin_api::{Level, PluginCtx, PluginError, Secret, Tls};
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// Settings of the plugin, for all its servers.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PluginSettings {
    /// How many seconds to wait for an answer, from 1 to 120.
    #[serde(default = "thirty")]
    #[schemars(title = "Timeout", range(min = 1, max = 120))]
    pub timeout_seconds: u8,
}

/// Settings of one server.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    /// Address of the API, such as `https://panel.example.net:8443`.
    #[schemars(title = "Address")]
    pub url: String,
    /// The token that the server's panel shows under API access.
    #[schemars(title = "Token")]
    pub token: Secret,
    /// A certificate in PEM form that is trusted besides the public authorities; for self-signed ones.
    #[schemars(title = "Certificate", extend("format" = "multiline"))]
    pub certificate: Option<String>,
}

/// Settings of one product.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductSettings {
    /// Name of the plan on the server.
    #[schemars(title = "Plan")]
    pub plan: String,
}

fn thirty() -> u8 {
    30
}

impl PluginSettings {
    /// Reads and checks them.
    pub(crate) fn read(ctx: &PluginCtx) -> Result<Self, PluginError> {
        let settings: Self = ctx.settings(Level::Plugin)?;
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

impl ServerSettings {
    /// Reads and checks them.
    pub(crate) fn read(ctx: &PluginCtx) -> Result<Self, PluginError> {
        let settings: Self = ctx.settings(Level::Instance)?;
        if !["http://", "https://"].iter().any(|scheme| settings.url.starts_with(scheme)) {
            return Err(PluginError::config("server settings: url must begin with https://"));
        }
        if settings.token.reveal().is_empty() {
            return Err(PluginError::config("server settings: token must not be empty"));
        }
        Ok(settings)
    }

    /// How the HTTP client judges the server's certificate.
    pub(crate) fn tls(&self) -> Tls {
        match self.certificate.as_deref().filter(|pem| !pem.trim().is_empty()) {
            Some(pem) => Tls::Trust(pem.to_owned()),
            None => Tls::Strict,
        }
    }
}

impl ProductSettings {
    /// Reads and checks them.
    pub(crate) fn read(ctx: &PluginCtx) -> Result<Self, PluginError> {
        let settings: Self = ctx.settings(Level::Product)?;
        if settings.plan.trim().is_empty() {
            return Err(PluginError::config("product settings: plan must not be empty"));
        }
        Ok(settings)
    }
}
