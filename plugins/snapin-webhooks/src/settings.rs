//! The settings: a list of endpoints.

use innkeeper_plugin_api::{
    Level, PluginCtx, PluginError, Secret,
    hooks::{self, Kind},
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{sign::Key, target};

/// Where events are sent.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    /// The endpoints. Each has its own queue: one that is down holds up no other.
    #[serde(default)]
    #[schemars(title = "Endpoints")]
    pub endpoints: Vec<Endpoint>,
    /// Allow addresses on this machine and in private networks, and `http:`. Off: they are refused, so that nobody
    /// can make this server talk to what only it can reach.
    #[serde(default)]
    #[schemars(title = "Allow private addresses")]
    pub allow_private: bool,
}

/// One receiver.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// A short name that never changes: small letters, digits and hyphens.
    #[schemars(title = "Name")]
    pub name: String,
    /// Where the events go, starting with `https://`.
    #[schemars(title = "URL")]
    pub url: String,
    /// Signs the messages; the receiver has the same. `whsec_` and the base64 of 24 to 64 random bytes.
    #[schemars(title = "Secret")]
    pub secret: Secret,
    /// Events to send, by their names in the hook reference. None listed: every event.
    #[serde(default)]
    #[schemars(title = "Events")]
    pub events: Vec<String>,
    /// Send to this endpoint at all.
    #[serde(default = "yes")]
    #[schemars(title = "Active")]
    pub active: bool,
}

fn yes() -> bool {
    true
}

impl Webhooks {
    /// Reads and checks the settings.
    pub(crate) fn read(ctx: &PluginCtx) -> Result<Self, PluginError> {
        let settings: Self = ctx.settings(Level::Plugin)?;
        for (index, endpoint) in settings.endpoints.iter().enumerate() {
            let twin = settings.endpoints[..index].iter().any(|other| other.name == endpoint.name);
            let result = if twin {
                Err("another endpoint has this name".to_owned())
            } else {
                endpoint.check(settings.allow_private)
            };
            let at = format!("endpoint {} ({})", index + 1, endpoint.name);
            result.map_err(|reason| PluginError::config(format!("plugin settings: {at}: {reason}")))?;
        }
        Ok(settings)
    }
}

impl Endpoint {
    fn check(&self, allow_private: bool) -> Result<(), String> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.name.is_empty() || self.name.len() > 40 || !self.name.chars().all(plain) {
            return Err("the name must be 1 to 40 small letters, digits and hyphens".to_owned());
        }
        target::check_url(&self.url, allow_private)?;
        Key::parse(&self.secret)?;
        self.canonical_events().map(drop)
    }

    /// The signing key.
    pub(crate) fn key(&self) -> Result<Key, PluginError> {
        Key::parse(&self.secret).map_err(PluginError::config)
    }

    /// Canonical names of the events to send; other systems' names for them are understood.
    pub(crate) fn canonical_events(&self) -> Result<Vec<String>, String> {
        let canonical = |name: &String| match hooks::find(name.trim()) {
            Some(entry) if entry.kind == Kind::Event => Ok(entry.name.to_owned()),
            Some(_) => Err(format!("{name} is a question, not an event: it cannot be sent")),
            None => Err(format!("there is no event {name}")),
        };
        self.events.iter().map(canonical).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn reason(change: &serde_json::Value) -> Option<String> {
        let mut endpoint = json!({"name": "books", "url": "https://example.com/hooks",
            "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "events": ["Invoice-Paid"]});
        endpoint.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let endpoint: Endpoint = serde_json::from_value(endpoint).unwrap();
        endpoint.check(false).err()
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(reason(&json!({})), None);
        assert!(reason(&json!({"name": "My Books"})).unwrap().contains("name"));
        assert!(reason(&json!({"url": "ftp://example.com"})).unwrap().contains("url"));
        assert!(reason(&json!({"secret": "hunter2"})).unwrap().contains("secret"));
        assert!(reason(&json!({"events": ["Invoice-Pade"]})).unwrap().contains("Invoice-Pade"));
        assert!(reason(&json!({"events": ["PreModuleCreate"]})).unwrap().contains("PreModuleCreate"));
    }

    #[test]
    fn other_systems_names_are_understood() {
        let endpoint: Endpoint = serde_json::from_value(json!({"name": "a", "url": "https://example.com",
            "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "events": ["InvoicePaid"]}))
        .unwrap();
        assert_eq!(endpoint.canonical_events().unwrap(), ["Invoice-Paid"]);
    }
}
