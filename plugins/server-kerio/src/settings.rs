//! The settings of the three levels.

use innkeeper_plugin_api::{Level, PluginCtx, PluginError, Secret, Tls};
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// Settings of the plugin, for all its servers.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KerioPlugin {
    /// How many seconds to wait for an answer of a server, from 1 to 120.
    #[serde(default = "thirty_seconds")]
    #[schemars(title = "Timeout", range(min = 1, max = 120))]
    timeout_seconds: u8,
}

/// Settings of one Kerio Connect server.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KerioServer {
    /// Host name or IP address of the server's administration.
    #[schemars(title = "Host")]
    pub host: String,
    /// Port of the administration, 4040 as installed.
    #[serde(default = "administration_port")]
    #[schemars(title = "Port")]
    pub port: u16,
    /// An administrator who may manage accounts. Without `@domain` it is one of the primary domain.
    #[schemars(title = "User name")]
    pub user: String,
    /// The administrator's own password. With two-step verification an application password is refused.
    #[schemars(title = "Password")]
    pub password: Secret,
    /// How the server's certificate is judged. `strict`: by the public authorities. `pinned`: the
    /// certificate below is trusted too. `insecure`: anything goes, so that whoever is on the wire can
    /// read the password.
    #[serde(default)]
    #[schemars(title = "Certificate check")]
    pub tls: TlsPolicy,
    /// The server's own certificate in PEM form, for `pinned`.
    #[schemars(title = "Certificate", extend("format" = "multiline"))]
    pub certificate: Option<String>,
    /// Where clients read mail in the browser; else `https://<host>/webmail/`.
    #[schemars(title = "Webmail address")]
    pub webmail_url: Option<String>,
}

// No doc comments on the variants: they would turn the schema's plain list into a choice of objects.
#[expect(missing_docs, reason = "explained at the field that holds it")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum TlsPolicy {
    #[default]
    Strict,
    Pinned,
    Insecure,
}

/// Settings of one product: one mailbox for each service.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KerioProduct {
    /// The mail domain in which mailboxes are made. It must exist on the server.
    #[schemars(title = "Mail domain", extend("x-choices" = true))]
    pub domain: String,
    /// Name of the user template ("class of service") whose limits and policies a mailbox gets.
    #[schemars(title = "User template", extend("x-choices" = true))]
    pub template: Option<String>,
    /// Size of the mailbox in megabytes. Empty: as the template says; without a template unlimited.
    #[schemars(title = "Quota (MB)", range(min = 1))]
    pub quota_mb: Option<u32>,
    /// Keep the mail on the server when the service ends. A later mailbox of the same name finds it.
    #[serde(default)]
    #[schemars(title = "Keep mail on termination")]
    pub keep_mailbox: bool,
}

fn thirty_seconds() -> u8 {
    30
}

fn administration_port() -> u16 {
    4040
}

impl KerioPlugin {
    /// Reads and checks the plugin's settings.
    pub(crate) fn read(ctx: &PluginCtx) -> Result<Self, PluginError> {
        let settings: Self = ctx.settings(Level::Plugin)?;
        if (1..=120).contains(&settings.timeout_seconds) {
            Ok(settings)
        } else {
            Err(PluginError::config("plugin settings: timeout_seconds must be from 1 to 120"))
        }
    }

    /// How long to wait for an answer.
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.timeout_seconds))
    }
}

impl KerioServer {
    /// Reads and checks the server's settings.
    pub(crate) fn read(ctx: &PluginCtx) -> Result<Self, PluginError> {
        let settings: Self = ctx.settings(Level::Instance)?;
        let host_is_bare = !settings.host.is_empty() && !settings.host.contains(['/', ' ', '@']);
        if !host_is_bare {
            return Err(PluginError::config("server settings: host must be a host name without https://"));
        }
        if settings.user.trim().is_empty() || settings.password.reveal().is_empty() {
            return Err(PluginError::config("server settings: user and password must not be empty"));
        }
        if settings.tls == TlsPolicy::Pinned && settings.certificate.as_deref().is_none_or(str::is_empty) {
            return Err(PluginError::config("server settings: tls is pinned, but there is no certificate"));
        }
        Ok(settings)
    }

    /// How the HTTP client judges the certificate.
    pub(crate) fn tls(&self) -> Tls {
        match self.tls {
            TlsPolicy::Strict => Tls::Strict,
            TlsPolicy::Pinned => Tls::Trust(self.certificate.clone().unwrap_or_default()),
            TlsPolicy::Insecure => Tls::Insecure,
        }
    }

    /// Where clients read mail in the browser.
    pub(crate) fn webmail(&self) -> String {
        match self.webmail_url.as_deref().filter(|url| !url.is_empty()) {
            Some(url) => url.to_owned(),
            None => format!("https://{}/webmail/", self.host),
        }
    }
}

impl KerioProduct {
    /// Reads and checks the product's settings.
    pub(crate) fn read(ctx: &PluginCtx) -> Result<Self, PluginError> {
        let settings: Self = ctx.settings(Level::Product)?;
        if settings.domain.is_empty() || settings.domain.contains(['@', ' ', '/']) {
            return Err(PluginError::config("product settings: domain must be a mail domain such as example.org"));
        }
        if settings.quota_mb == Some(0) {
            return Err(PluginError::config("product settings: quota_mb must be at least 1, or empty"));
        }
        Ok(settings)
    }

    /// The template's name, if one was chosen.
    pub(crate) fn template(&self) -> Option<&str> {
        self.template.as_deref().filter(|name| !name.is_empty())
    }
}
