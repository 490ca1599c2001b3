//! The shapes of the vendor's answers, as far as we read them. Ids come as numbers, once as text.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::BTreeMap;

/// `domain/check` and `domain/checkfortransfer`.
#[derive(Debug, Deserialize)]
pub(crate) struct Checked<T> {
    pub(crate) domains: Vec<T>,
}

/// One name of `domain/check`.
#[derive(Debug, Deserialize)]
pub(crate) struct CheckedName {
    #[serde(default)]
    pub(crate) available: bool,
    #[serde(default)]
    pub(crate) premium: bool,
    pub(crate) price: Option<f64>,
    pub(crate) currency: Option<String>,
}

/// One name of `domain/checkfortransfer`.
#[derive(Debug, Deserialize)]
pub(crate) struct CheckedTransfer {
    #[serde(default)]
    pub(crate) transferavail: bool,
    /// A list of texts; in older versions one text.
    #[serde(default)]
    transfermsg: Value,
}

impl CheckedTransfer {
    /// Why not, in the vendor's words.
    pub(crate) fn reasons(&self) -> String {
        match &self.transfermsg {
            Value::String(text) => text.clone(),
            Value::Array(texts) => texts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; "),
            _ => String::new(),
        }
    }
}

/// The answer to an order: create, transfer, renew.
#[derive(Debug, Deserialize)]
pub(crate) struct Ordered {
    pub(crate) domains: Vec<Base>,
}

/// What every answer about a domain begins with.
#[derive(Debug, Deserialize)]
pub(crate) struct Base {
    pub(crate) status: String,
    #[serde(default, rename = "tsExpir", deserialize_with = "date")]
    pub(crate) expires: Option<NaiveDate>,
    #[serde(rename = "domainID", deserialize_with = "id")]
    pub(crate) id: String,
}

/// `domain/getinfo` of type `status`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusInfo {
    #[serde(flatten)]
    pub(crate) base: Base,
    #[serde(default, rename = "tsCreate", deserialize_with = "date")]
    pub(crate) created: Option<NaiveDate>,
    pub(crate) renewal_mode: Option<String>,
    /// Absent where the extension has no lock.
    pub(crate) transfer_block: Option<bool>,
    pub(crate) whois_privacy: Option<bool>,
    /// While it is transferred: what it waits for, in the vendor's words.
    pub(crate) transfer_status: Option<String>,
    /// `verified`, `notapplicable`, `inprocess` or `failed`.
    #[serde(rename = "ownerverification")]
    pub(crate) owner_verification: Option<String>,
}

/// `domain/getinfo` of type `nameservers`.
#[derive(Debug, Deserialize)]
pub(crate) struct Nameservers {
    pub(crate) nameservers: Vec<Nameserver>,
}

/// A name server.
#[derive(Debug, Deserialize)]
pub(crate) struct Nameserver {
    #[serde(default)]
    pub(crate) order: u32,
    pub(crate) name: String,
}

/// `domain/getinfo` of type `contact`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactsInfo {
    pub(crate) contact_owner: ContactInfo,
    pub(crate) contact_admin: Option<ContactInfo>,
    pub(crate) contact_tech: Option<ContactInfo>,
    pub(crate) contact_billing: Option<ContactInfo>,
}

/// A contact object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ContactInfo {
    #[serde(rename = "contactID")]
    pub(crate) id: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) org_name: String,
    pub(crate) ident_number: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) address: String,
    pub(crate) postal_code: String,
    pub(crate) city: String,
    pub(crate) state: String,
    pub(crate) country: String,
}

/// `domain/getauthcode`.
#[derive(Debug, Deserialize)]
pub(crate) struct AuthcodeInfo {
    pub(crate) authcode: innkeeper_plugin_api::Secret,
}

/// `account/info`.
#[derive(Debug, Deserialize)]
pub(crate) struct AccountInfo {
    #[serde(default, rename = "clientName")]
    pub(crate) client_name: String,
    #[serde(default)]
    pub(crate) balance: f64,
    #[serde(default)]
    pub(crate) threshold: f64,
    pub(crate) currency: String,
}

/// `domain/getgluerecords`.
#[derive(Debug, Deserialize)]
pub(crate) struct GlueRecords {
    #[serde(default)]
    pub(crate) gluerecords: Vec<GlueRecord>,
}

/// A host below a domain; no address is empty text.
#[derive(Debug, Deserialize)]
pub(crate) struct GlueRecord {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) ipv4: String,
    #[serde(default)]
    pub(crate) ipv6: String,
}

/// `domain/getdnssec`.
#[derive(Debug, Deserialize)]
pub(crate) struct Signers {
    #[serde(default)]
    pub(crate) dnssec: Vec<Signer>,
}

/// A key and the name by which it is deleted.
#[derive(Debug, Deserialize)]
pub(crate) struct Signer {
    #[serde(deserialize_with = "id")]
    pub(crate) name: String,
    #[serde(deserialize_with = "id")]
    pub(crate) keytag: String,
    #[serde(deserialize_with = "id")]
    pub(crate) algorithm: String,
    #[serde(deserialize_with = "id")]
    pub(crate) digesttype: String,
    pub(crate) digest: String,
}

/// `tool/domainsuggests`: what is free, by label and extension.
#[derive(Debug, Deserialize)]
pub(crate) struct Suggests {
    pub(crate) suggests: BTreeMap<String, BTreeMap<String, bool>>,
}

/// `domain/list`.
#[derive(Debug, Deserialize)]
pub(crate) struct Listed {
    #[serde(rename = "queryInfo")]
    pub(crate) query: Query,
    pub(crate) domains: Vec<Row>,
}

/// A row of the list of domains.
#[derive(Debug, Deserialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) base: Base,
    /// With `infoType=contact`. Its shape in lists is not published: whatever else it is counts as not told.
    #[serde(rename = "contactOwner")]
    pub(crate) owner: Option<Value>,
}

/// `domain/gethistory`.
#[derive(Debug, Deserialize)]
pub(crate) struct History {
    pub(crate) history: Vec<HistoryLine>,
}

/// Something that was done to a domain.
#[derive(Debug, Deserialize)]
pub(crate) struct HistoryLine {
    pub(crate) ts: String,
    #[serde(default)]
    pub(crate) user: String,
    #[serde(default)]
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) message: String,
}

/// `service/dnslist`.
#[derive(Debug, Deserialize)]
pub(crate) struct DnsEntries {
    #[serde(rename = "queryInfo")]
    pub(crate) query: Query,
    pub(crate) dns: Vec<DnsEntry>,
}

/// A record of a zone; its name is a full one.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct DnsEntry {
    #[serde(rename = "entityID", deserialize_with = "id")]
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default, deserialize_with = "number")]
    pub(crate) ttl: Option<u32>,
    #[serde(default, deserialize_with = "number")]
    pub(crate) priority: Option<u32>,
    pub(crate) value: String,
}

/// `account/zones`.
#[derive(Debug, Deserialize)]
pub(crate) struct Zones {
    #[serde(rename = "queryInfo")]
    pub(crate) query: Query,
    pub(crate) zones: Vec<Zone>,
}

/// Where we are in a list.
#[derive(Debug, Deserialize)]
pub(crate) struct Query {
    pub(crate) total: usize,
}

/// A row of the price list; an operation that is absent is not offered.
#[derive(Debug, Deserialize)]
pub(crate) struct Zone {
    pub(crate) tld: String,
    pub(crate) create: Option<Offer>,
    pub(crate) renew: Option<Offer>,
    pub(crate) transfer: Option<Offer>,
}

/// The price of an operation and the years it may be had for.
#[derive(Debug, Deserialize)]
pub(crate) struct Offer {
    pub(crate) price: f64,
    #[serde(default)]
    pub(crate) years: String,
}

/// A number, as one or as text; `-`, empty text and nothing are none.
fn number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Number(number) => number.as_u64().and_then(|number| u32::try_from(number).ok()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    })
}

fn id<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    match Value::deserialize(from)? {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        other => Err(serde::de::Error::custom(format!("an id was expected, not {other}"))),
    }
}

/// A day; empty text while it is not known.
fn date<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    let text = Option::<String>::deserialize(from)?.unwrap_or_default();
    if text.is_empty() {
        return Ok(None);
    }
    NaiveDate::parse_from_str(&text, "%Y-%m-%d").map(Some).map_err(serde::de::Error::custom)
}
