//! The settings of the three levels.

use innkeeper_plugin_api::{Level, PluginCtx, PluginError, Secret, Tls};
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// Settings of the plugin, for all its servers.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RabbitPlugin {
    /// How many seconds to wait for an answer of a server, from 1 to 120.
    #[serde(default = "thirty_seconds")]
    #[schemars(title = "Timeout", range(min = 1, max = 120))]
    timeout_seconds: u8,
}

/// Settings of one RabbitMQ broker or cluster.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RabbitServer {
    /// Address of the management plugin without `/api`, such as `https://mq.example.net:15671`. With
    /// `http:` whoever is on the wire can read the password.
    #[schemars(title = "Address")]
    pub url: String,
    /// A user with the tag `administrator`.
    #[schemars(title = "User name")]
    pub user: String,
    /// That user's password.
    #[schemars(title = "Password")]
    pub password: Secret,
    /// A certificate in PEM form that is trusted besides the public authorities; for self-signed ones.
    #[schemars(title = "Certificate", extend("format" = "multiline"))]
    pub certificate: Option<String>,
    /// Host name that clients are told to connect to. Empty: that of the address.
    #[schemars(title = "Host for clients")]
    pub amqp_host: Option<String>,
    /// Port that clients are told to connect to. Empty: 5671 with TLS, else 5672.
    #[schemars(title = "Port for clients", range(min = 1))]
    pub amqp_port: Option<u16>,
    /// Clients connect with TLS.
    #[serde(default)]
    #[schemars(title = "TLS for clients")]
    pub amqp_tls: bool,
}

/// Settings of one product: one virtual host with its user for each service.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RabbitProduct {
    /// The most connections at a time. Empty: no limit.
    #[schemars(title = "Connections", range(min = 1))]
    pub max_connections: Option<u32>,
    /// The most queues. Empty: no limit.
    #[schemars(title = "Queues", range(min = 1))]
    pub max_queues: Option<u32>,
    /// The user may log in to the management pages and see his virtual host there.
    #[serde(default)]
    #[schemars(title = "Management pages")]
    pub management: bool,
}

fn thirty_seconds() -> u8 {
    30
}

impl RabbitPlugin {
    /// Reads and checks the plugin's settings.
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

impl RabbitServer {
    /// Reads and checks the server's settings.
    pub(crate) fn read(ctx: &PluginCtx) -> Result<Self, PluginError> {
        let settings: Self = ctx.settings(Level::Instance)?;
        let is_web = ["http://", "https://"].iter().any(|scheme| settings.url.starts_with(scheme));
        if !is_web || settings.url.contains(['?', '#', ' ', '@']) {
            let text = "server settings: url must be an address such as https://mq.example.net:15671";
            return Err(PluginError::config(text));
        }
        if settings.user.trim().is_empty() || settings.password.reveal().is_empty() {
            return Err(PluginError::config("server settings: user and password must not be empty"));
        }
        if settings.amqp_host().contains(['/', ' ', '@']) || settings.amqp_port == Some(0) {
            return Err(PluginError::config("server settings: amqp_host and amqp_port must be a host name and a port"));
        }
        Ok(settings)
    }

    /// Where the API begins.
    pub(crate) fn api(&self) -> String {
        format!("{}/api", self.management())
    }

    /// Where the management pages are.
    pub(crate) fn management(&self) -> &str {
        self.url.trim_end_matches('/')
    }

    /// How the HTTP client judges the certificate.
    pub(crate) fn tls(&self) -> Tls {
        match self.certificate.as_deref().filter(|pem| !pem.trim().is_empty()) {
            Some(pem) => Tls::Trust(pem.to_owned()),
            None => Tls::Strict,
        }
    }

    /// The host that clients connect to.
    pub(crate) fn amqp_host(&self) -> &str {
        let of_url = || {
            let host = self.url.split_once("://").map_or("", |(_, rest)| rest);
            let host = host.split('/').next().unwrap_or_default();
            if host.starts_with('[') {
                return host.split_inclusive(']').next().unwrap_or_default();
            }
            host.split(':').next().unwrap_or_default()
        };
        self.amqp_host.as_deref().map(str::trim).filter(|host| !host.is_empty()).unwrap_or_else(of_url)
    }

    /// The port that clients connect to.
    pub(crate) fn amqp_port(&self) -> u16 {
        self.amqp_port.unwrap_or(if self.amqp_tls { 5671 } else { 5672 })
    }

    /// The address that clients connect to, without the password.
    pub(crate) fn amqp_url(&self, user: &str, vhost: &str) -> String {
        let scheme = if self.amqp_tls { "amqps" } else { "amqp" };
        format!("{scheme}://{user}@{}:{}/{vhost}", self.amqp_host(), self.amqp_port())
    }
}

impl RabbitProduct {
    /// Reads and checks the product's settings.
    pub(crate) fn read(ctx: &PluginCtx) -> Result<Self, PluginError> {
        let settings: Self = ctx.settings(Level::Product)?;
        if settings.max_connections == Some(0) || settings.max_queues == Some(0) {
            return Err(PluginError::config("product settings: limits must be at least 1, or empty"));
        }
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn server(more: Value) -> RabbitServer {
        let mut values = json!({"url": "https://mq.example.net:15671/", "user": "admin", "password": "x"});
        values.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(values).unwrap()
    }

    #[test]
    fn clients_are_told_where_to_connect() {
        let url = |more| server(more).amqp_url("alice", "alice");
        assert_eq!(url(json!({})), "amqp://alice@mq.example.net:5672/alice");
        assert_eq!(url(json!({"amqp_tls": true})), "amqps://alice@mq.example.net:5671/alice");
        let other = json!({"amqp_host": "rabbit.example.net", "amqp_port": 7000});
        assert_eq!(url(other), "amqp://alice@rabbit.example.net:7000/alice");
        assert_eq!(url(json!({"url": "http://[::1]:15672"})), "amqp://alice@[::1]:5672/alice");
    }
}
