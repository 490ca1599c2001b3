//! Secrets at rest: XChaCha20-Poly1305 with a key that is not in the database.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::Aead};

use crate::{AppError, Result};

/// Seals and opens secrets. A sealed text starts with `v1:`, the number of the key's generation.
#[derive(Clone)]
pub struct Cipher(XChaCha20Poly1305);

impl Cipher {
    /// With a key of 32 random bytes.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }
    /// Seals `plain`.
    pub fn seal(&self, plain: &str) -> Result<String> {
        let nonce: [u8; 24] = crate::tokens::random()?;
        let sealed =
            self.0.encrypt(&XNonce::from(nonce), plain.as_bytes()).map_err(|e| AppError::internal(e.to_string()))?;
        Ok(format!("v1:{}", BASE64.encode([nonce.as_slice(), &sealed].concat())))
    }
    /// Opens what [`Cipher::seal`] made. Fails if the key is another one or the text was changed.
    pub fn open(&self, sealed: &str) -> Result<String> {
        let broken =
            || AppError::internal("a stored secret cannot be opened: is the key file the one it was sealed with?");
        let bytes = sealed.strip_prefix("v1:").and_then(|t| BASE64.decode(t).ok()).ok_or_else(broken)?;
        let (nonce, text) = bytes.split_at_checked(24).ok_or_else(broken)?;
        let nonce: [u8; 24] = nonce.try_into().map_err(|_| broken())?;
        let plain = self.0.decrypt(&XNonce::from(nonce), text).map_err(|_| broken())?;
        String::from_utf8(plain).map_err(|_| broken())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_what_it_sealed_and_nothing_else() {
        let cipher = Cipher::new(&[7; 32]);
        let sealed = cipher.seal("hunter2").unwrap();
        assert!(sealed.starts_with("v1:") && !sealed.contains("hunter2"));
        assert_eq!(cipher.open(&sealed).unwrap(), "hunter2");
        assert!(Cipher::new(&[8; 32]).open(&sealed).is_err());
        assert!(cipher.open("v1:AAAA").is_err());
    }
}
