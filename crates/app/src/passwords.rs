//! Password hashing with Argon2id, off the async threads.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::{AppError, Checks, Result};

/// Shortest password in characters.
const SHORTEST: usize = 10;
/// Longest password in bytes; more would only cost time.
const LONGEST: usize = 256;
/// Each takes 19 MiB and a core: a burst of logins queues here instead of taking all memory.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// Refuses a new password that is too short, too long or cannot be typed.
pub fn check(checks: &mut Checks, field: &str, password: &str) {
    checks.require(
        password.chars().count() >= SHORTEST,
        field,
        format_args!("must have at least {SHORTEST} characters"),
    );
    checks.require(password.len() <= LONGEST, field, format_args!("must have at most {LONGEST} bytes"));
    checks.require(!password.chars().any(char::is_control), field, "must not contain control characters");
}

/// The stored form of a password.
pub async fn hash(password: &str) -> Result<String> {
    let password = password.to_owned();
    blocking(move || hash_now(&password)).await
}

/// Is `password` the one that was stored? With nothing stored (or what no password fits) it takes as
/// long and says no, so that the time does not tell whether an account exists.
pub async fn verify(stored: Option<&str>, password: &str) -> Result<bool> {
    if password.len() > LONGEST {
        return Ok(false);
    }
    let (stored, password) = (stored.map(str::to_owned), password.to_owned());
    blocking(move || {
        let Some(parsed) = stored.as_deref().and_then(|s| PasswordHash::new(s).ok()) else {
            hash_now(&password)?;
            return Ok(false);
        };
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
    })
    .await
}

fn hash_now(password: &str) -> Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|e| AppError::internal(e.to_string()))?;
    Ok(hash.to_string())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let _turn = AT_ONCE.acquire().await.map_err(AppError::internal)?;
    spawn_blocking(work).await.map_err(AppError::internal)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_itself_is_accepted() {
        let stored = hash("correct horse battery").await.unwrap();
        assert!(stored.starts_with("$argon2id$") && !stored.contains("horse"));
        assert!(verify(Some(&stored), "correct horse battery").await.unwrap());
        assert!(!verify(Some(&stored), "correct horse batterz").await.unwrap());
        assert!(!verify(None, "correct horse battery").await.unwrap());
        assert!(!verify(Some("!invited"), "!invited").await.unwrap());
    }

    #[test]
    fn new_passwords_are_checked() {
        for bad in ["short", "nul\0in the middle", &"x".repeat(300)] {
            let mut checks = Checks::default();
            check(&mut checks, "password", bad);
            assert!(checks.finish().is_err(), "{bad:?}");
        }
    }
}
