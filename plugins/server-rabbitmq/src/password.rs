//! RabbitMQ's hash of a password: needed where one is changed that must not work yet.

use base64::{Engine, engine::general_purpose::STANDARD};
use innkeeper_plugin_api::Secret;
use sha2::{Digest, Sha256};

/// RabbitMQ's name of it.
pub(crate) const ALGORITHM: &str = "rabbit_password_hashing_sha256";

/// Salt, and SHA-256 of salt and password, as Base64. The salt is taken from `seed`, which must be another
/// one for each change, such as the key of the effect.
pub(crate) fn hash(password: &Secret, seed: &str) -> String {
    let salt: Vec<u8> = Sha256::digest(seed.as_bytes()).iter().take(4).copied().collect();
    let digest = Sha256::new().chain_update(&salt).chain_update(password.reveal().as_bytes()).finalize();
    STANDARD.encode([salt.as_slice(), digest.as_slice()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_four_bytes_of_salt_and_a_digest() {
        let one = hash(&Secret::new("Secret-1".to_owned()), "a");
        assert_eq!(STANDARD.decode(&one).unwrap().len(), 36);
        assert_ne!(one, hash(&Secret::new("Secret-1".to_owned()), "b"));
        assert_eq!(one, hash(&Secret::new("Secret-1".to_owned()), "a"));
    }
}
