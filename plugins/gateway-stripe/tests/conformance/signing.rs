//! What Stripe signs webhooks with.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header for a body sent at this time.
pub fn sign(secret: &str, time: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{time}.").as_bytes());
    mac.update(body);
    format!("t={time},v1={}", hex::encode(mac.finalize().into_bytes()))
}
