//! What goes over the wire: the parts of RabbitMQ's objects that matter to us.

use innkeeper_plugin_api::Secret;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a tag with the hash of a password that is switched off begins with.
const OFF: &str = "innkeeper-off:";
/// What our marks begin with.
pub(crate) const MARK: &str = "innkeeper:";
/// The tag of those who may log in to the management pages.
const MANAGEMENT: &str = "management";

/// A user. Not `Debug`: its tags may hold the hash of its password.
#[derive(Clone, Deserialize)]
pub(crate) struct User {
    pub name: String,
    /// Empty: nobody can log in with a password.
    #[serde(default)]
    password_hash: Secret,
    #[serde(default)]
    hashing_algorithm: Value,
    #[serde(default)]
    tags: Vec<String>,
}

impl User {
    /// A user to be changed into one of ours.
    pub fn has_mark(&self, mark: &str) -> bool {
        self.tags.iter().any(|tag| tag == mark)
    }
    /// The mark of whoever it belongs to.
    pub fn mark(&self) -> Option<&str> {
        self.tags.iter().map(String::as_str).find(|tag| tag.starts_with(MARK))
    }
    /// The hash that was put aside when it was switched off.
    fn put_aside(&self) -> Option<&str> {
        self.tags.iter().find_map(|tag| tag.strip_prefix(OFF))
    }
    /// Has it been switched off, and can nobody log in?
    pub fn is_off(&self) -> bool {
        self.put_aside().is_some() && self.password_hash.reveal().is_empty()
    }
    /// Was it switched off, completely or not?
    pub fn is_marked_off(&self) -> bool {
        self.put_aside().is_some()
    }
    pub fn may_manage(&self) -> bool {
        self.tags.iter().any(|tag| tag == MANAGEMENT)
    }

    /// The body that switches it off: no password fits, and the hash of the right one is kept in a tag.
    pub fn off(&self) -> Value {
        let hash = self.put_aside().unwrap_or(self.password_hash.reveal());
        self.body("", self.tags_with(Some(hash)))
    }
    /// The body that switches it on again.
    pub fn on(&self) -> Value {
        let hash = self.put_aside().unwrap_or(self.password_hash.reveal()).to_owned();
        self.body(&hash, self.tags_with(None))
    }
    /// The body with which it keeps its password, and has or has not the tag for the management pages.
    pub fn managing(&self, management: bool) -> Value {
        let mut tags: Vec<String> = self.tags.iter().filter(|tag| *tag != MANAGEMENT).cloned().collect();
        tags.extend(management.then(|| MANAGEMENT.to_owned()));
        self.body(self.password_hash.reveal(), tags)
    }
    /// The body with another mark.
    pub fn marked(&self, mark: &str) -> Value {
        let tags = self.tags.iter().cloned().chain([mark.to_owned()]).collect();
        self.body(self.password_hash.reveal(), tags)
    }
    /// The body with another password; `hash` is the same, for one that is switched off.
    pub fn with_password(&self, password: &Secret, hash: &str) -> Value {
        if self.is_marked_off() {
            let mut body = self.body("", self.tags_with(Some(hash)));
            body["hashing_algorithm"] = json!(crate::password::ALGORITHM);
            return body;
        }
        json!({"password": password.reveal(), "tags": self.tags.join(",")})
    }

    /// The tags without a hash that was put aside, and with this one.
    fn tags_with(&self, hash: Option<&str>) -> Vec<String> {
        let rest = self.tags.iter().filter(|tag| !tag.starts_with(OFF)).cloned();
        rest.chain(hash.map(|hash| format!("{OFF}{hash}"))).collect()
    }

    fn body(&self, hash: &str, tags: Vec<String>) -> Value {
        json!({"password_hash": hash, "hashing_algorithm": self.hashing_algorithm, "tags": tags.join(",")})
    }
}

/// The body that makes a user.
pub(crate) fn new_user(password: &Secret, mark: &str, management: bool) -> Value {
    let tags = if management { format!("{MANAGEMENT},{mark}") } else { mark.to_owned() };
    json!({"password": password.reveal(), "tags": tags})
}

/// A virtual host.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Vhost {
    pub name: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub tags: Vec<String>,
}

/// The limits of a virtual host, by their names.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct VhostLimits {
    pub vhost: String,
    value: Value,
}

impl VhostLimits {
    /// The limits that are set. Where there are none any more, RabbitMQ tells an empty list.
    pub fn set(&self) -> BTreeMap<String, i64> {
        let limits = self.value.as_object().into_iter().flatten();
        limits.filter_map(|(name, limit)| Some((name.clone(), limit.as_i64()?))).collect()
    }
}

/// A queue. What is counted is told some seconds later; until then it is missing.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Queue {
    pub name: String,
    pub vhost: String,
    #[serde(default)]
    pub state: String,
    #[serde(default)]
    pub messages: u64,
    #[serde(default)]
    pub message_bytes: u64,
    #[serde(default)]
    pub consumers: u64,
}

/// A connection.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Connection {
    #[serde(default)]
    pub vhost: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(text: &str) -> User {
        serde_json::from_str(text).unwrap()
    }

    /// What RabbitMQ makes of a body.
    fn applied(user: &User, body: &Value) -> User {
        let tags = body["tags"].as_str().unwrap().split(',').map(str::to_owned).collect();
        let password_hash = Secret::new(body["password_hash"].as_str().unwrap().to_owned());
        User { password_hash, tags, hashing_algorithm: body["hashing_algorithm"].clone(), ..user.clone() }
    }

    #[test]
    fn off_and_on_again_leaves_everything_as_it_was() {
        let before = user(include_str!("golden/user.json"));
        let off = applied(&before, &before.off());
        assert!(off.is_off() && off.has_mark("innkeeper:acme-7") && off.may_manage());
        assert_eq!(off.off(), applied(&off, &off.off()).off());
        let on = applied(&off, &off.on());
        assert!(!on.is_marked_off());
        assert_eq!(
            (on.password_hash, on.tags, on.hashing_algorithm),
            (before.password_hash, before.tags, before.hashing_algorithm)
        );
    }

    #[test]
    fn a_new_password_of_a_user_that_is_off_works_only_later() {
        let before = user(include_str!("golden/user.json"));
        let off = applied(&before, &before.off());
        let changed = applied(&off, &off.with_password(&Secret::new("clear".to_owned()), "bmV3"));
        assert!(changed.is_off());
        assert_eq!(changed.on()["password_hash"], "bmV3");
        assert!(!changed.on().to_string().contains("clear"));
    }
}
