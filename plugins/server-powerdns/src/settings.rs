//! The settings of the three levels.

use innkeeper_plugin_api::{Level, PluginCtx, PluginError, Secret, Tls, domain::DomainName};
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// Settings of the plugin, for all its servers.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PowerDnsPlugin {
    /// How many seconds to wait for an answer of a server, from 1 to 120.
    #[serde(default = "thirty_seconds")]
    #[schemars(title = "Timeout", range(min = 1, max = 120))]
    timeout_seconds: u8,
}

/// Settings of one PowerDNS server.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PowerDnsServer {
    /// Address of the HTTP API without `/api/v1`, such as `https://ns1.example.net:8081`. With `http:`
    /// whoever is on the wire can read the key.
    #[schemars(title = "Address")]
    pub url: String,
    /// The server's `api-key`.
    #[schemars(title = "API key")]
    pub api_key: Secret,
    /// The server's id in its API; PowerDNS itself only knows `localhost`.
    #[serde(default = "localhost")]
    #[schemars(title = "Server id")]
    pub server_id: String,
    /// A certificate in PEM form that is trusted besides the public authorities; for self-signed ones.
    #[schemars(title = "Certificate", extend("format" = "multiline"))]
    pub certificate: Option<String>,
}

// No doc comments on the variants: they would turn the schema's plain list into a choice of objects.
#[expect(missing_docs, reason = "explained at the field that holds it")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum ZoneKind {
    #[default]
    Native,
    Master,
}

#[expect(missing_docs, reason = "explained at the field that holds it")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum SerialPolicy {
    #[default]
    Default,
    Increase,
    Epoch,
    Off,
}

/// Settings of one product: one zone for each service.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PowerDnsProduct {
    /// Name servers of the zones, separated by commas or spaces; the first is named in the SOA record.
    /// Empty: those of the server.
    #[schemars(title = "Name servers")]
    pub name_servers: Option<String>,
    /// `native`: the database is replicated, if anything is. `master`: secondaries are notified.
    #[serde(default)]
    #[schemars(title = "Kind of zone")]
    pub kind: ZoneKind,
    /// Mail address in the SOA record. Empty: `hostmaster@` the domain.
    #[schemars(title = "Hostmaster")]
    pub hostmaster: Option<String>,
    /// Seconds that others may keep the records that every zone starts with, from 60 to 604800.
    #[serde(default = "one_hour")]
    #[schemars(title = "Default TTL", range(min = 60, max = 604_800))]
    pub default_ttl: u32,
    /// How a change moves the zone's serial number (`SOA-EDIT-API`). `default`: today's date and a
    /// counter; `increase`: one more; `epoch`: the Unix time; `off`: not at all.
    #[serde(default)]
    #[schemars(title = "Serial number")]
    pub serial: SerialPolicy,
    /// The most records that a client may set. Empty: no limit.
    #[schemars(title = "Records", range(min = 1))]
    pub max_records: Option<u32>,
    /// Sign new zones with DNSSEC.
    #[serde(default)]
    #[schemars(title = "DNSSEC")]
    pub dnssec: bool,
}

fn thirty_seconds() -> u8 {
    30
}

fn localhost() -> String {
    "localhost".to_owned()
}

fn one_hour() -> u32 {
    3600
}

impl PowerDnsPlugin {
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

impl PowerDnsServer {
    /// Reads and checks the server's settings.
    pub(crate) fn read(ctx: &PluginCtx) -> Result<Self, PluginError> {
        let settings: Self = ctx.settings(Level::Instance)?;
        let is_web = ["http://", "https://"].iter().any(|scheme| settings.url.starts_with(scheme));
        if !is_web || settings.url.contains(['?', '#', ' ']) {
            return Err(PluginError::config(
                "server settings: url must be an address such as https://ns1.example.net:8081",
            ));
        }
        if settings.api_key.reveal().is_empty() {
            return Err(PluginError::config("server settings: api_key must not be empty"));
        }
        if settings.server_id.is_empty() || settings.server_id.contains(['/', '?', '#', ' ']) {
            return Err(PluginError::config("server settings: server_id must be a word such as localhost"));
        }
        Ok(settings)
    }

    /// Where the API of the server begins.
    pub(crate) fn api(&self) -> String {
        format!("{}/api/v1/servers/{}", self.url.trim_end_matches('/'), self.server_id)
    }

    /// How the HTTP client judges the certificate.
    pub(crate) fn tls(&self) -> Tls {
        match self.certificate.as_deref().filter(|pem| !pem.trim().is_empty()) {
            Some(pem) => Tls::Trust(pem.to_owned()),
            None => Tls::Strict,
        }
    }
}

impl PowerDnsProduct {
    /// Reads and checks the product's settings.
    pub(crate) fn read(ctx: &PluginCtx) -> Result<Self, PluginError> {
        let settings: Self = ctx.settings(Level::Product)?;
        if !(60..=604_800).contains(&settings.default_ttl) {
            return Err(PluginError::config("product settings: default_ttl must be from 60 to 604800"));
        }
        if settings.max_records == Some(0) {
            return Err(PluginError::config("product settings: max_records must be at least 1, or empty"));
        }
        if settings.hostmaster().is_some_and(|mail| mail.split('@').filter(|part| !part.is_empty()).count() != 2) {
            return Err(PluginError::config("product settings: hostmaster must be a mail address, or empty"));
        }
        settings.own_name_servers()?;
        Ok(settings)
    }

    /// The mail address of the SOA record, if one is set.
    pub(crate) fn hostmaster(&self) -> Option<&str> {
        self.hostmaster.as_deref().map(str::trim).filter(|mail| !mail.is_empty())
    }

    /// The name servers that the product itself names.
    fn own_name_servers(&self) -> Result<Vec<String>, PluginError> {
        let list = self.name_servers.as_deref().unwrap_or_default();
        host_names(list.split([',', ' ', '\n', '\r']).filter(|name| !name.is_empty()))
    }

    /// The name servers of its zones: its own, else those of the server.
    ///
    /// # Errors
    /// `Config` when there are none.
    pub(crate) fn name_servers(&self, of_server: &[String]) -> Result<Vec<String>, PluginError> {
        let own = self.own_name_servers()?;
        let names = if own.is_empty() { host_names(of_server.iter().map(String::as_str))? } else { own };
        if names.is_empty() {
            return Err(PluginError::config("neither the product nor the server has name servers"));
        }
        Ok(names)
    }
}

fn host_names<'a>(names: impl Iterator<Item = &'a str>) -> Result<Vec<String>, PluginError> {
    let parsed = names.map(|name| match name.parse::<DomainName>() {
        Ok(name) => Ok(name.as_str().to_owned()),
        Err(_) => Err(PluginError::config(format!("the name server {name} is no host name"))),
    });
    parsed.collect()
}
