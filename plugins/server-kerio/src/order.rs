//! What the client is asked, and which answers will do. Nothing here asks the server.

use innkeeper_plugin_api::{Field, FieldKind, PluginError, Role, Secret};
use std::collections::BTreeMap;

/// Key of the mailbox name, the part before `@`.
pub(crate) const MAILBOX: &str = "mailbox";
/// Key of the first name.
pub(crate) const FIRST_NAME: &str = "first_name";
/// Key of the last name.
pub(crate) const LAST_NAME: &str = "last_name";
const PASSWORD: &str = "password";

/// The shortest password as Kerio is installed; a domain may ask for more.
pub(crate) const MINIMUM_PASSWORD_LENGTH: usize = 8;
const LONGEST_PASSWORD: usize = 128;
const LONGEST_NAME: usize = 64;

/// The questions.
pub(crate) fn fields() -> Vec<Field> {
    let field = |key: &str, role, label: &str, help: &str, kind| Field::new(key, label, kind).role(role).help(help);
    let rule = "At least 8 characters, of three kinds: small letters, capitals, digits, signs. \
                Not with the mailbox name or your name in it.";
    vec![
        field(MAILBOX, Role::Username, "Mailbox name", "The part before the @.", FieldKind::Text),
        field(FIRST_NAME, Role::FirstName, "First name", "", FieldKind::Text),
        field(LAST_NAME, Role::LastName, "Last name", "", FieldKind::Text),
        field(PASSWORD, Role::Password, "Password", rule, FieldKind::Password),
    ]
}

/// Judges the answers, with Kerio's default password rule.
///
/// # Errors
/// `Invalid`, with a public text on the first thing to change.
pub(crate) fn check(fields: &BTreeMap<String, String>, password: Option<&Secret>) -> Result<(), PluginError> {
    let mailbox = mailbox_name(fields.get(MAILBOX).map_or("", String::as_str))?;
    for (key, label) in [(FIRST_NAME, "first name"), (LAST_NAME, "last name")] {
        let name = fields.get(key).map_or("", |name| name.trim());
        let usable = (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
        if !usable {
            return Err(refused(&format!("Please tell the {label} of the mailbox's user.")));
        }
    }
    let password = password.ok_or_else(|| refused("Please choose a password for the mailbox."))?;
    check_password(password, &mailbox, &full_name(fields), MINIMUM_PASSWORD_LENGTH)
}

/// The mailbox name in small letters.
///
/// # Errors
/// `Invalid` when it is none.
pub(crate) fn mailbox_name(text: &str) -> Result<String, PluginError> {
    let name = text.trim().to_ascii_lowercase();
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    let edges_are_plain = |name: &str| !name.starts_with(['.', '-', '_']) && !name.ends_with(['.', '-']);
    let sound = (1..=LONGEST_NAME).contains(&name.len()) && name.chars().all(good) && edges_are_plain(&name);
    if sound && !name.contains("..") {
        Ok(name)
    } else {
        Err(refused("The mailbox name is the part before the @: letters, digits, dots, hyphens and underscores."))
    }
}

/// First and last name.
pub(crate) fn full_name(fields: &BTreeMap<String, String>) -> String {
    let part = |key: &str| fields.get(key).map_or("", |name| name.trim());
    format!("{} {}", part(FIRST_NAME), part(LAST_NAME)).trim().to_owned()
}

/// Kerio's complexity rule: a minimum length, three kinds of characters of four, no part of a name.
///
/// # Errors
/// `Invalid`, with a public text on the broken rule.
pub(crate) fn check_password(
    password: &Secret,
    mailbox: &str,
    full_name: &str,
    minimum_length: usize,
) -> Result<(), PluginError> {
    let password = password.reveal();
    let length = password.chars().count();
    if length < minimum_length || length > LONGEST_PASSWORD {
        return Err(refused(&format!("The password must have {minimum_length} to {LONGEST_PASSWORD} characters.")));
    }
    if kinds(password) < 3 {
        let rule = "The password needs three of these: small letters, capitals, digits, other signs.";
        return Err(refused(rule));
    }
    let lower = password.to_lowercase();
    let names = full_name.split(|c: char| !c.is_alphanumeric()).filter(|name| name.chars().count() > 2);
    let found = names.chain([mailbox]).find(|name| !name.is_empty() && lower.contains(&name.to_lowercase()));
    match found {
        Some(name) => Err(refused(&format!("The password must not contain “{name}”."))),
        None => Ok(()),
    }
}

fn kinds(password: &str) -> usize {
    let kinds: [fn(char) -> bool; 4] =
        [char::is_lowercase, char::is_uppercase, char::is_numeric, |c| !c.is_alphanumeric()];
    kinds.iter().filter(|kind| password.chars().any(**kind)).count()
}

fn refused(text: &str) -> PluginError {
    PluginError::invalid(text).public(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use innkeeper_plugin_api::ErrorKind;

    fn broken_rule(password: &str, minimum: usize) -> Option<String> {
        let result = check_password(&Secret::new(password.to_owned()), "alice", "Alice von Example", minimum);
        result.err().inspect(|error| assert_eq!(error.kind, ErrorKind::Invalid)).map(|error| error.detail)
    }

    #[test]
    fn passwords_follow_the_rule_of_the_server() {
        assert_eq!(broken_rule("Tr4velling-Owl", 8), None);
        assert!(broken_rule("Tr4velling-Owl", 20).unwrap().contains("20"));
        assert!(broken_rule("travelling-owl", 8).unwrap().contains("three"));
        assert!(broken_rule("My-ALICE-77", 8).unwrap().contains("Alice"));
        assert!(broken_rule("eXample-77", 8).unwrap().contains("Example"));
        assert_eq!(broken_rule("Tr4velling-vO", 8), None);
    }

    #[test]
    fn mailbox_names_are_small_and_plain() {
        assert_eq!(mailbox_name(" Alice.B ").unwrap(), "alice.b");
        for bad in ["", "alice@example.org", "al ice", ".alice", "alice.", "al..ice", "élise", &"a".repeat(65)] {
            assert!(mailbox_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn there_is_one_field_for_each_role() {
        let roles: Vec<Role> = fields().into_iter().map(|field| field.role).collect();
        assert_eq!(roles, [Role::Username, Role::FirstName, Role::LastName, Role::Password]);
    }
}
