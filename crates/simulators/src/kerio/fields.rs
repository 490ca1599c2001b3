//! The fields of a user: who may write them, their shapes and their defaults.

use serde_json::{Value, json};

use super::{
    error::RpcError,
    query::Row,
    shape::{self, Shape},
};

/// When a field may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    /// Never by a caller; what it sends is ignored.
    ReadOnly,
    /// Only when the user is created.
    Create,
    /// Any time.
    Always,
}

use Access::{Always, Create, ReadOnly};

const AUTH_TYPES: Shape =
    Shape::OneOf(&["UInternalAuth", "UWindowsNTAuth", "UPamAuth", "UKerberosAuth", "UAppleAuth", "ULDAPAuth"]);

const FIELDS: &[(&str, Access, Shape)] = &[
    ("id", ReadOnly, Shape::Text),
    ("domainId", Create, Shape::Text),
    ("loginName", Create, Shape::Text),
    ("fullName", Always, Shape::Text),
    ("description", Always, Shape::Text),
    ("isEnabled", Always, Shape::Bool),
    ("authType", Always, AUTH_TYPES),
    ("password", Always, Shape::Text),
    ("isPasswordReversible", Always, Shape::Bool),
    ("allowPasswordChange", Always, Shape::Bool),
    ("hasDefaultSpamRule", Create, Shape::Bool),
    ("role", Always, shape::ROLE),
    ("emailAddresses", Always, Shape::List(&Shape::Text)),
    ("emailForwarding", Always, shape::FORWARDING),
    ("userGroups", Always, Shape::List(&shape::ENTITY)),
    ("itemLimit", Always, shape::COUNT_LIMIT),
    ("diskSizeLimit", Always, shape::SIZE_LIMIT),
    ("consumedItems", ReadOnly, Shape::Int),
    ("consumedSize", ReadOnly, shape::BYTES),
    ("hasDomainRestriction", Always, Shape::Bool),
    ("outMessageLimit", Always, shape::SIZE_LIMIT),
    ("publishInGal", Always, Shape::Bool),
    ("cleanOutItems", Always, shape::CLEAN_OUT),
    ("accessPolicy", Always, shape::ENTITY),
    ("companyContactId", Always, Shape::Text),
];

/// Checks what a caller sent and keeps what it may write. `creating` is false for a set call.
///
/// # Errors
/// `-32602` naming the first field of the wrong shape.
pub fn writable(sent: &Value, creating: bool) -> Result<Row, RpcError> {
    let sent = sent.as_object().ok_or_else(|| RpcError::params("user"))?;
    let mut kept = Row::new();
    for (name, value) in sent {
        let Some((_, access, shape)) = FIELDS.iter().find(|field| field.0 == name) else {
            continue;
        };
        if *access == ReadOnly {
            continue;
        }
        if !shape.fits(value) {
            return Err(RpcError::params(name));
        }
        if creating || *access == Always {
            kept.insert(name.clone(), value.clone());
        }
    }
    Ok(kept)
}

/// A user as it is when nothing but its name was given.
pub fn defaults() -> Row {
    let unlimited = json!({"isActive":false,"limit":{"value":0,"units":"MegaBytes"}});
    let never = json!({"isEnabled":false,"days":30});
    let value = json!({
        "fullName": "", "description": "", "isEnabled": true,
        "itemSource": "DSInternalSource", "authType": "UInternalAuth",
        "isPasswordReversible": false, "allowPasswordChange": true, "hasDefaultSpamRule": true,
        "role": role("UserRole"), "groupRole": role("UserRole"), "effectiveRole": role("UserRole"),
        "isWritableByMe": true, "emailAddresses": [],
        "emailForwarding": {"mode":"UForwardNone","emailAddresses":[]}, "userGroups": [],
        "itemLimit": {"isActive":false,"limit":0}, "diskSizeLimit": unlimited,
        "consumedItems": 0, "consumedSize": {"value":0,"units":"Bytes"},
        "hasDomainRestriction": false, "outMessageLimit": unlimited,
        "lastLoginInfo": {"dateTime":0,"protocol":""}, "publishInGal": true,
        "cleanOutItems": {"isUsedDomain":true,"deletedItems":never,"junkEmail":never,
            "sentItems":never,"autoDelete":{"isEnabled":false,"days":1095}},
        "accessPolicy": {"id":"","name":""}, "companyContactId": "",
        "homeServer": {"id":"","name":""}, "migration": {"enabled":false,"id":"","name":""},
    });
    into_row(value)
}

/// A role object with the given `userRole` and no other rights.
pub fn role(name: &str) -> Value {
    json!({"userRole":name,"publicFolderRight":false,"archiveFolderRight":false})
}

/// The members of a JSON object; empty for anything else.
pub fn into_row(value: Value) -> Row {
    match value {
        Value::Object(members) => members,
        _ => Row::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_only_and_unknown_fields_are_dropped() {
        let sent = json!({"loginName":"bob","id":"mine","consumedItems":9,"emailQuota":5});
        assert_eq!(writable(&sent, true).unwrap().len(), 1);
    }

    #[test]
    fn write_once_fields_cannot_be_set_later() {
        let sent = json!({"loginName":"rob","fullName":"Rob"});
        let kept = writable(&sent, false).unwrap();
        assert_eq!(kept.keys().collect::<Vec<_>>(), ["fullName"]);
    }

    #[test]
    fn a_wrong_shape_is_named() {
        let sent = json!({"diskSizeLimit":{"isActive":true}});
        assert_eq!(writable(&sent, false).unwrap_err().parameters, ["diskSizeLimit"]);
    }
}
