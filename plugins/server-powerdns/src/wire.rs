//! What goes over the wire: the parts of PowerDNS's objects that matter to us.

use serde::{Deserialize, Serialize};

/// A zone. Lists leave the record sets out.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Zone {
    /// Safe within an address.
    pub id: String,
    /// With the dot at its end.
    pub name: String,
    pub kind: String,
    /// Free text of at most 40 characters.
    #[serde(default)]
    pub account: String,
    #[serde(default)]
    pub dnssec: bool,
    #[serde(default)]
    pub serial: u64,
    #[serde(default)]
    pub rrsets: Vec<RrSet>,
}

/// All records of one name and type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RrSet {
    /// With the dot at its end.
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub ttl: u32,
    pub records: Vec<Entry>,
    #[serde(default)]
    pub comments: Vec<Comment>,
}

/// One record of a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub content: String,
    /// It is kept, and not served.
    #[serde(default)]
    pub disabled: bool,
}

/// A remark on a set: never served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Comment {
    pub content: String,
    #[serde(default)]
    pub account: String,
    /// When it was written, in Unix seconds; none: now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified_at: Option<i64>,
}

/// A change of one record set. All changes of one request happen together or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Patch {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub changetype: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<Entry>,
    /// None: those that there are stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<Vec<Comment>>,
}

impl Patch {
    /// The set is to have these records.
    pub fn replace(set: &RrSet) -> Self {
        Self {
            name: set.name.clone(),
            kind: set.kind.clone(),
            changetype: "REPLACE",
            ttl: Some(set.ttl),
            records: set.records.clone(),
            comments: None,
        }
    }
    /// The set is to go.
    pub fn delete(set: &RrSet) -> Self {
        Self { changetype: "DELETE", ttl: None, records: vec![], ..Self::replace(set) }
    }
}

/// A DNSSEC key.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct CryptoKey {
    #[serde(default)]
    pub active: bool,
    /// What the registrar wants: key tag, algorithm, digest type, digest.
    #[serde(default)]
    pub ds: Vec<String>,
}

/// A hit of the search.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Hit {
    pub zone: String,
}
