//! User names and passwords: what is asked, and the rules they follow. RabbitMQ itself takes almost
//! anything; these are rules under which a name works in every address and pattern.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Field, FieldKind, PluginCtx, PluginError, Role, Secret,
    server::{Credentials, Strictness, ValidateCredentials},
};
use std::collections::BTreeMap;

use crate::server::RabbitMq;

/// Key of the user name.
pub(crate) const USERNAME: &str = "username";
const PASSWORD: &str = "password";

const SHORTEST_NAME: usize = 3;
const LONGEST_NAME: usize = 40;
const SHORTEST_PASSWORD: usize = 10;
const LONGEST_PASSWORD: usize = 128;
/// What a name is lengthened with, and begins with if it begins with a digit or a sign.
const FILLER: &str = "mq";
/// Names that mean something to RabbitMQ or to those who run it.
const RESERVED: &[&str] = &["guest", "admin", "administrator", "rabbitmq", "root"];

/// The questions.
pub(crate) fn fields() -> Vec<Field> {
    let name_rule = "3 to 40 small letters, digits and hyphens. The virtual host is called the same.";
    let password_rule = "10 to 128 letters, digits and signs.";
    vec![
        Field::new(USERNAME, "User name", FieldKind::Text).role(Role::Username).help(name_rule),
        Field::new(PASSWORD, "Password", FieldKind::Password).role(Role::Password).help(password_rule),
    ]
}

/// Judges the answers.
///
/// # Errors
/// `Invalid`, with a public text on the first thing to change.
pub(crate) fn check(fields: &BTreeMap<String, String>, password: Option<&Secret>) -> Result<(), PluginError> {
    check_name(fields.get(USERNAME).map_or("", String::as_str))?;
    check_password(password.ok_or_else(|| refused("Please choose a password."))?)
}

/// # Errors
/// `Invalid`, with a public text, if it is no good user name.
pub(crate) fn check_name(name: &str) -> Result<(), PluginError> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let sound = (SHORTEST_NAME..=LONGEST_NAME).contains(&name.len())
        && name.chars().all(good)
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with('-');
    if !sound {
        return Err(refused("The user name must have 3 to 40 small letters, digits and hyphens, a letter first."));
    }
    if RESERVED.contains(&name) {
        return Err(refused("This user name is reserved. Please choose another one."));
    }
    Ok(())
}

/// # Errors
/// `Invalid`, with a public text, if it is no good password.
pub(crate) fn check_password(password: &Secret) -> Result<(), PluginError> {
    let password = password.reveal();
    let length = password.chars().count();
    if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&length) || password.chars().any(char::is_control) {
        return Err(refused("The password must have 10 to 128 letters, digits and signs."));
    }
    Ok(())
}

/// The nearest good name; from the domain if there is nothing else.
fn mended(username: &str, domain: &str) -> String {
    let plain = |text: &str| {
        let signs = text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' });
        signs.collect::<String>().split_whitespace().collect::<Vec<_>>().join("-")
    };
    let mut name = plain(username);
    if name.is_empty() {
        name = plain(domain);
    }
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || name.len() < SHORTEST_NAME {
        name = format!("{FILLER}-{name}").trim_end_matches('-').to_owned();
    }
    name.truncate(LONGEST_NAME);
    let name = name.trim_end_matches('-').to_owned();
    if name.len() < SHORTEST_NAME || RESERVED.contains(&name.as_str()) { format!("{FILLER}-{name}-1") } else { name }
}

#[async_trait]
impl ValidateCredentials for RabbitMq {
    async fn validate(
        &self,
        _: &PluginCtx,
        wanted: &Credentials,
        strictness: Strictness,
    ) -> Result<Credentials, PluginError> {
        let mut credentials = wanted.clone();
        if strictness == Strictness::Normalise {
            credentials.username = mended(&wanted.username, &wanted.domain);
        }
        check_name(&credentials.username)?;
        credentials.password.as_ref().map_or(Ok(()), check_password)?;
        Ok(credentials)
    }
}

fn refused(text: &str) -> PluginError {
    PluginError::invalid(text).public(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mended_name_is_good_and_stays_as_it_is() {
        for (name, domain, wanted) in [
            ("alice", "", "alice"),
            ("  Álice Smith! ", "", "lice-smith"),
            ("", "Example.org", "example-org"),
            ("7up", "", "mq-7up"),
            ("a", "", "mq-a"),
            ("", "", "mq-mq-1"),
            ("Guest", "", "mq-guest-1"),
        ] {
            let name = mended(name, domain);
            assert_eq!(name, wanted);
            assert!(check_name(&name).is_ok() && mended(&name, domain) == name);
        }
        assert!(check_name(&mended(&"long name ".repeat(20), "")).is_ok());
    }

    #[test]
    fn bad_names_and_passwords_are_refused_with_words_for_the_client() {
        for name in ["", "ab", "Alice", "al ice", "1st", "alice-", "a/b", "guest", &"a".repeat(41)] {
            assert!(check_name(name).unwrap_err().public.is_some(), "{name}");
        }
        for password in ["", "short", "with\na break", &"x".repeat(129)] {
            assert!(check_password(&Secret::new(password.to_owned())).is_err(), "{password:?}");
        }
    }
}
