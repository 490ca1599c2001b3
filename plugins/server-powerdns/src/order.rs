//! What is asked when a zone is ordered.

use innkeeper_plugin_api::{Account, Field, FieldKind, PluginError, Role, domain::DomainName};
use std::collections::BTreeMap;

/// Key of the domain.
pub(crate) const DOMAIN: &str = "domain";

/// The questions.
pub(crate) fn fields() -> Vec<Field> {
    let help = "The domain whose DNS records you want to keep here, such as example.com.";
    vec![Field::new(DOMAIN, "Domain", FieldKind::Text).role(Role::Domain).help(help)]
}

/// The domain that was ordered.
///
/// # Errors
/// `Invalid`, with a public text, when it is none.
pub(crate) fn domain(fields: &BTreeMap<String, String>) -> Result<DomainName, PluginError> {
    let answer = fields.get(DOMAIN).map_or("", String::as_str);
    answer.parse().map_err(|_| {
        let text = "Please name a domain such as example.com.";
        PluginError::invalid(text).public(text)
    })
}

/// The domain of an account: of the zone that was made, else the one that was ordered; none if nobody knows.
pub(crate) fn known_domain(account: &Account) -> Option<DomainName> {
    let made = account.remote_id.as_deref().and_then(|id| id.parse().ok());
    made.or_else(|| domain(&account.fields).ok())
}
