//! Opaque tokens: random, shown once, stored as their hash.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::{AppError, Result};

/// Random bytes of the system.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| AppError::internal(e.to_string()))?;
    Ok(bytes)
}

/// A new token of 256 bits and the hash to store.
pub fn fresh(prefix: &str) -> Result<(String, Vec<u8>)> {
    let token = format!("{prefix}{}", URL_SAFE_NO_PAD.encode(random::<32>()?));
    let hash = hash(&token);
    Ok((token, hash))
}

/// The stored form of a token. A plain hash is enough: the token is not guessable.
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
