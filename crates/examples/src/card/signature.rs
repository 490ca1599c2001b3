//! What the vendor signs: its callbacks, and the forms that it lets a payer fill in.

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use innkeeper_plugin_api::{Callback, PluginError};
use serde_json::Value;
use sha2::Sha256;

/// The header that holds a callback's signature.
pub(super) const HEADER: &str = "card-signature";
/// How old a callback may be.
const FRESH: TimeDelta = TimeDelta::minutes(5);

fn mac(key: &str, text: &[u8]) -> Result<Hmac<Sha256>, PluginError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).map_err(|e| PluginError::config(e.to_string()))?;
    mac.update(text);
    Ok(mac)
}

/// The signature of `text`.
pub(super) fn sign(key: &str, text: &[u8]) -> Result<String, PluginError> {
    Ok(hex::encode(mac(key, text)?.finalize().into_bytes()))
}

/// Whether `signature` is that of `text`, compared in constant time.
pub(super) fn fits(key: &str, text: &[u8], signature: &str) -> Result<bool, PluginError> {
    let given = hex::decode(signature).unwrap_or_default();
    Ok(mac(key, text)?.verify_slice(&given).is_ok())
}

/// The id in a callback that is the vendor's and fresh.
pub(super) fn payment_of(key: &str, now: DateTime<Utc>, callback: &Callback) -> Result<String, PluginError> {
    let forged = || PluginError::declined("the callback is not signed with our key");
    let signature = callback.header(HEADER).ok_or_else(forged)?;
    if !fits(key, &callback.body, signature)? {
        return Err(forged());
    }
    let body: Value = serde_json::from_slice(&callback.body).map_err(|e| PluginError::declined(e.to_string()))?;
    let sent = body.get("sent").and_then(Value::as_i64).and_then(|at| DateTime::from_timestamp(at, 0));
    if sent.is_none_or(|sent| (now - sent).abs() > FRESH) {
        return Err(PluginError::declined("the callback is stale: it may be a recording"));
    }
    let id = body.get("payment").and_then(Value::as_str);
    id.map(str::to_owned).ok_or_else(|| PluginError::declined("the callback names no payment"))
}
