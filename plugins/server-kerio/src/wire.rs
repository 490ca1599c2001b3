//! What goes over the wire: the parts of Kerio's values that matter to us.

use innkeeper_plugin_api::{ErrorKind, PluginError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A mail domain.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Domain {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub password_complexity_enabled: bool,
    #[serde(default)]
    pub password_minimum_length: usize,
}

/// The fields of [`Domain`], for queries.
pub(crate) const DOMAIN_FIELDS: &[&str] = &["id", "name", "passwordComplexityEnabled", "passwordMinimumLength"];

/// A user: one mailbox.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    pub id: String,
    pub login_name: String,
    #[serde(default)]
    pub full_name: String,
    #[serde(default)]
    pub description: String,
    pub is_enabled: bool,
    pub disk_size_limit: Option<SizeLimit>,
    pub consumed_size: Option<ByteValue>,
    pub last_login_info: Option<LastLogin>,
    /// Besides the main one.
    #[serde(default)]
    pub email_addresses: Vec<String>,
}

/// The fields of [`User`], for queries.
pub(crate) const USER_FIELDS: &[&str] = &[
    "id",
    "loginName",
    "fullName",
    "description",
    "isEnabled",
    "diskSizeLimit",
    "consumedSize",
    "lastLoginInfo",
    "emailAddresses",
];

/// An amount of bytes in one of Kerio's units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ByteValue {
    pub value: u64,
    pub units: Units,
}

/// Kerio's units, each 1024 times the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Units {
    Bytes,
    KiloBytes,
    MegaBytes,
    GigaBytes,
    TeraBytes,
    PetaBytes,
}

/// A limit that may be switched off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SizeLimit {
    pub is_active: bool,
    pub limit: ByteValue,
}

/// When and how somebody last logged in; 0 is never.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LastLogin {
    pub date_time: i64,
}

/// A page of a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Page<T> {
    pub list: Vec<T>,
    pub total_items: usize,
}

/// The server's refusal: of a whole call, or of its one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub code: i64,
    pub message: String,
}

impl Fault {
    pub const NOT_LOGGED_IN: i64 = -32001;
    pub const EXISTS: i64 = 1001;
    pub const NOT_THERE: i64 = 1002;

    /// Decodes an `error` member or an entry of `errors`, with the placeholders filled.
    pub fn decode(error: &Value) -> Self {
        let mut message = error.get("message").and_then(Value::as_str).unwrap_or("no reason given").to_owned();
        let parameters = error
            .pointer("/data/messageParameters/positionalParameters")
            .or_else(|| error.pointer("/messageParameters/positionalParameters"))
            .and_then(Value::as_array);
        let parameters = parameters.into_iter().flatten().filter_map(Value::as_str);
        for (index, parameter) in parameters.enumerate() {
            message = message.replace(&format!("%{}", index + 1), parameter);
        }
        Self { code: error.get("code").and_then(Value::as_i64).unwrap_or_default(), message }
    }

    /// What it means for the host. `changes`: the call may have changed something.
    pub fn into_error(self, method: &str, changes: bool) -> PluginError {
        let kind = match self.code {
            Self::NOT_LOGGED_IN => ErrorKind::Temporary,
            -32601 => ErrorKind::Unsupported,
            -32700..=-32600 if self.code != -32603 => ErrorKind::Invalid,
            ..0 if changes => ErrorKind::Unknown,
            ..0 => ErrorKind::Temporary,
            413 => ErrorKind::Invalid,
            Self::NOT_THERE => ErrorKind::NotFound,
            // The licence is full, or the administrator's rights do not reach: staff can mend both.
            1003 | 1004 => ErrorKind::Config,
            _ => ErrorKind::Declined,
        };
        PluginError::new(kind, format!("Kerio refused {method}: {}", self.message)).code(self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn placeholders_are_filled_wherever_the_parameters_are() {
        let parameters = json!({"positionalParameters":["alice"],"plurality":1});
        let of_item = json!({"code":1001,"message":"User %1 already exists.","messageParameters":parameters});
        let of_call = json!({"code":1001,"message":"User %1 already exists.","data":{"messageParameters":parameters}});
        for error in [of_item, of_call] {
            assert_eq!(Fault::decode(&error), Fault { code: 1001, message: "User alice already exists.".to_owned() });
        }
    }

    #[test]
    fn each_code_lands_in_its_kind() {
        let kind = |code, changes| {
            let fault = Fault { code, message: "why".to_owned() };
            fault.into_error("Users.set", changes).kind
        };
        assert_eq!(kind(-32001, true), ErrorKind::Temporary);
        assert_eq!(kind(-32601, true), ErrorKind::Unsupported);
        assert_eq!(kind(-32602, true), ErrorKind::Invalid);
        assert_eq!(kind(-32603, true), ErrorKind::Unknown);
        assert_eq!(kind(-32002, false), ErrorKind::Temporary);
        assert_eq!(kind(-32002, true), ErrorKind::Unknown);
        assert_eq!(kind(1000, true), ErrorKind::Declined);
        assert_eq!(kind(1002, false), ErrorKind::NotFound);
        assert_eq!(kind(1003, true), ErrorKind::Config);
        assert_eq!(kind(1004, false), ErrorKind::Config);
    }
}
