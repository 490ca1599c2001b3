//! Pure mapping between our words and the vendor's.

mod contact;
mod extras;
mod orders;
mod state;

#[cfg(test)]
mod golden;

pub(crate) use contact::{Role, from_vendor, role_fields};
pub(crate) use extras::{extra_fields, questions};
pub(crate) use orders::{is_spanish, order_fields, override_id};
pub(crate) use state::{Stage, info, money, prices, stage, state};

use innkeeper_plugin_api::PluginError;
use innkeeper_plugin_api::domain::DomainName;
use url::Host;

/// The name as the API takes it: international letters as punycode.
pub(crate) fn wire_name(name: &DomainName) -> Result<String, PluginError> {
    match Host::parse(name.as_str()) {
        Ok(Host::Domain(ascii)) => Ok(ascii),
        _ => {
            let text = format!("{name} cannot be written as a domain name");
            Err(PluginError::invalid(text).public("This is not a valid domain name."))
        }
    }
}

/// A field of the form.
pub(crate) fn field(key: impl Into<String>, value: impl Into<String>) -> (String, String) {
    (key.into(), value.into())
}

/// Name servers in one field; `otherwise` if there are none. Two to seven is the vendor's rule.
pub(crate) fn nameserver_field(hosts: &[String], otherwise: &str) -> Result<(String, String), PluginError> {
    let hosts: Vec<String> =
        hosts.iter().map(|host| host.trim().trim_end_matches('.').to_lowercase()).filter(|h| !h.is_empty()).collect();
    match hosts.len() {
        0 => Ok(field("nameservers", otherwise)),
        2..=7 => Ok(field("nameservers", hosts.join(","))),
        other => {
            let text = format!("name servers given: {other}; the registrar takes two to seven");
            Err(PluginError::invalid(text).public("Please give two to seven name servers."))
        }
    }
}

/// What must be corrected before anything is sent; staff and client may read the same.
pub(crate) fn correct(text: impl Into<String>) -> PluginError {
    let text = text.into();
    PluginError::invalid(text.clone()).public(text)
}
