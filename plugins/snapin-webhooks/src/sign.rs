//! Signatures of the Standard Webhooks specification, symmetric scheme `v1`.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use innkeeper_plugin_api::Secret;
use sha2::Sha256;

/// A signing key.
pub(crate) struct Key(Vec<u8>);

impl Key {
    /// Reads `whsec_<base64>`. The error never repeats the secret.
    pub fn parse(secret: &Secret) -> Result<Self, String> {
        let encoded = secret.reveal().trim().strip_prefix("whsec_");
        let bytes = encoded.and_then(|encoded| STANDARD.decode(encoded).ok());
        match bytes {
            Some(bytes) if (24..=64).contains(&bytes.len()) => Ok(Self(bytes)),
            _ => Err("the secret must be whsec_ and the base64 of 24 to 64 bytes".to_owned()),
        }
    }

    /// The value of `webhook-signature` for a message; `timestamp` in Unix seconds.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> Result<String, String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).map_err(|error| error.to_string())?;
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_the_published_example() {
        let key = Key::parse(&Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned())).unwrap();
        let signature = key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#).unwrap();
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn short_and_malformed_secrets_are_refused_without_repeating_them() {
        for bad in ["whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64 at all ......"] {
            let error = Key::parse(&Secret::new(bad.to_owned())).err().unwrap();
            assert!(bad == "whsec_" || !error.contains(bad));
        }
    }
}
