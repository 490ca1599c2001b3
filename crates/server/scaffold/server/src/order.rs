//! What is asked when an account is ordered.

use innkeeper_plugin_api::{Account, Field, FieldKind, PluginError, Role, Secret};
use std::collections::BTreeMap;

/// Key of the account's name.
const NAME: &str = "name";

/// The questions.
pub(crate) fn fields() -> Vec<Field> {
    let help = "3 to 32 small letters and digits, a letter first.";
    vec![
        Field::new(NAME, "Account name", FieldKind::Text).role(Role::Username).help(help),
        Field::new("password", "Password", FieldKind::Password).role(Role::Password).help("At least 10 characters."),
    ]
}

/// Judges the answers without asking anybody.
pub(crate) fn check(fields: &BTreeMap<String, String>, password: Option<&Secret>) -> Result<(), PluginError> {
    name(fields)?;
    if password.is_some_and(|password| password.reveal().chars().count() < 10) {
        return Err(wrong("The password needs at least 10 characters."));
    }
    Ok(())
}

/// The name that was ordered.
///
/// # Errors
/// `Invalid`, with a public text.
pub(crate) fn name(fields: &BTreeMap<String, String>) -> Result<&str, PluginError> {
    let name = fields.get(NAME).map_or("", String::as_str);
    let letters = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if letters && (3..=32).contains(&name.len()) && name.starts_with(|first: char| first.is_ascii_lowercase()) {
        Ok(name)
    } else {
        Err(wrong("The account name must be 3 to 32 small letters and digits, a letter first."))
    }
}

/// The name that an account has, else the one that was ordered.
pub(crate) fn known_name(account: &Account) -> Result<&str, PluginError> {
    match account.username.as_deref() {
        Some(name) => Ok(name),
        None => name(&account.fields),
    }
}

fn wrong(text: &str) -> PluginError {
    PluginError::invalid(text).public(text)
}
