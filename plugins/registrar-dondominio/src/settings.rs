//! What the host's staff fill in.

use innkeeper_plugin_api::{PluginError, Secret};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// The account at DonDominio.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// User name of the API account, such as `12345-ABC`. The address of this server must be on the
    /// account's list of allowed addresses.
    #[schemars(title = "API user")]
    pub api_user: String,
    /// Password of the API account ("API key").
    #[schemars(title = "API key")]
    pub api_key: Secret,
    /// Where the API is. Change it only to work with the simulator.
    #[serde(default = "vendor_endpoint")]
    #[schemars(title = "Endpoint")]
    pub endpoint: String,
    /// Id of a contact at DonDominio that owns every domain, such as `ABC-123456`. Empty: the client owns it.
    #[serde(default)]
    #[schemars(title = "Owner override")]
    pub owner_contact: String,
    /// Id of the administrative contact of every domain. Empty: as the order says, else the owner.
    #[serde(default)]
    #[schemars(title = "Admin override")]
    pub admin_contact: String,
    /// Id of the technical contact of every domain. Empty: as the order says, else the administrative one.
    #[serde(default)]
    #[schemars(title = "Tech override")]
    pub tech_contact: String,
    /// Id of the billing contact of every domain. Empty: as the order says, else the administrative one.
    #[serde(default)]
    #[schemars(title = "Billing override")]
    pub billing_contact: String,
    /// Clients may change the owner although there is an override.
    #[serde(default, alias = "allow_contact_edit")]
    #[schemars(title = "Allow editing an overridden owner")]
    pub allow_owner_edit: bool,
    /// Clients may change the administrative contact although there is an override.
    #[serde(default)]
    #[schemars(title = "Allow editing an overridden admin")]
    pub allow_admin_edit: bool,
    /// Clients may change the technical contact although there is an override.
    #[serde(default)]
    #[schemars(title = "Allow editing an overridden tech")]
    pub allow_tech_edit: bool,
    /// Clients may change the billing contact although there is an override.
    #[serde(default)]
    #[schemars(title = "Allow editing an overridden billing")]
    pub allow_billing_edit: bool,
    /// Register premium names, too, at the registrar's special price. Off: they are refused.
    #[serde(default)]
    #[schemars(title = "Register premium names")]
    pub register_premium: bool,
    /// Who gets the mail that confirms a transfer.
    #[serde(default)]
    #[schemars(title = "Confirm transfers with")]
    pub transfer_mail: TransferMail,
}

/// Who confirms a transfer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransferMail {
    /// The owner.
    #[default]
    Owner,
    /// The administrative contact.
    Admin,
}

fn vendor_endpoint() -> String {
    "https://simple-api.dondominio.net".into()
}

impl Settings {
    /// Refuses settings that cannot work, naming what is wrong; gives the endpoint without a slash at its end.
    pub(crate) fn checked_endpoint(&self) -> Result<&str, PluginError> {
        for (label, value) in [("API user", &self.api_user), ("API key", self.api_key.reveal())] {
            if value.trim().is_empty() {
                return Err(PluginError::config(format!("The setting {label} is empty.")));
            }
        }
        for (label, id) in [
            ("Owner override", &self.owner_contact),
            ("Admin override", &self.admin_contact),
            ("Tech override", &self.tech_contact),
            ("Billing override", &self.billing_contact),
        ] {
            if !id.is_empty() && !is_contact_id(id) {
                let text = format!("The setting {label} is no contact id such as ABC-123456: {id}");
                return Err(PluginError::config(text));
            }
        }
        let endpoint = self.endpoint.trim_end_matches('/');
        let url = Url::parse(endpoint)
            .map_err(|e| PluginError::config(format!("The setting Endpoint is no URL ({e}): {endpoint}")))?;
        // The key travels in every request, so without TLS it may not leave the machine.
        if url.scheme() == "https" || (url.scheme() == "http" && is_local(&url)) {
            Ok(endpoint)
        } else {
            Err(PluginError::config(format!("The setting Endpoint must begin with https: {endpoint}")))
        }
    }
}

pub(crate) fn is_contact_id(id: &str) -> bool {
    id.split_once('-').is_some_and(|(letters, digits)| {
        !letters.is_empty()
            && !digits.is_empty()
            && letters.chars().all(|c| c.is_ascii_alphabetic())
            && digits.chars().all(|c| c.is_ascii_digit())
    })
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn problem(changes: Value) -> String {
        let mut all = json!({"api_user": "12345-ABC", "api_key": "hunter2"});
        if let (Some(all), Value::Object(changes)) = (all.as_object_mut(), changes) {
            all.extend(changes);
        }
        let settings: Settings = serde_json::from_value(all).unwrap();
        settings.checked_endpoint().err().map(|e| e.detail).unwrap_or_default()
    }

    #[test]
    fn names_the_setting_that_is_wrong() {
        assert_eq!(problem(json!({})), "");
        assert_eq!(problem(json!({"endpoint": "http://127.0.0.1:9/"})), "");
        assert!(problem(json!({"api_key": " "})).contains("API key"));
        assert!(problem(json!({"tech_contact": "ABC123"})).contains("Tech override"));
        assert!(problem(json!({"endpoint": "dondominio"})).contains("Endpoint"));
        assert!(problem(json!({"endpoint": "http://example.com"})).contains("https"));
        assert!(problem(json!({"endpoint": "ftp://127.0.0.1"})).contains("https"));
    }

    #[test]
    fn takes_the_old_name_of_the_owner_flag() {
        let old = json!({"api_user": "u", "api_key": "k", "allow_contact_edit": true});
        let settings: Settings = serde_json::from_value(old).unwrap();
        assert!(settings.allow_owner_edit);
    }
}
