//! What the server refuses though the call is well-formed: weak passwords, too many users.

use serde_json::Value;

use super::{
    error::{self, RpcError},
    password,
    query::Row,
    store::{self, Store},
};

/// Checks a new password of `user` against the policy of its domain; `old` newest first.
///
/// # Errors
/// 1000 with the broken rule.
pub fn check_password(domain: &Row, new: &str, user: &Row, old: &[String]) -> Result<(), RpcError> {
    if new.is_empty() {
        return Err(RpcError::new(error::FAILED, "Password must not be empty."));
    }
    if domain.get("passwordComplexityEnabled") == Some(&Value::Bool(true)) {
        let broken = password::violation(
            new,
            count(domain, "passwordMinimumLength").unwrap_or(8),
            store::text(user, "loginName"),
            store::text(user, "fullName"),
        );
        if let Some(rule) = broken {
            return Err(RpcError::new(error::FAILED, rule));
        }
    }
    let remembered = count(domain, "passwordHistoryCount").unwrap_or(0);
    if old.iter().take(remembered).any(|known| known == new) {
        return Err(RpcError::new(error::FAILED, "Password was used before."));
    }
    Ok(())
}

/// Checks that one more user may be enabled.
///
/// # Errors
/// 1003 when the licence or the domain is full.
pub fn check_seats(store: &Store, domain_id: &str, seats: Option<usize>) -> Result<(), RpcError> {
    let full = seats.is_some_and(|seats| store.enabled_users(None) >= seats);
    let domain = store.domain(domain_id);
    let maximum = domain.and_then(|domain| count(domain, "userMaxCount"));
    let domain_full = maximum.is_some_and(|max| store.enabled_users(Some(domain_id)) >= max);
    if full {
        return Err(RpcError::new(error::LIMIT, "Number of licensed users was reached."));
    }
    if domain_full {
        return Err(RpcError::new(error::LIMIT, "Maximum number of users in the domain was reached."));
    }
    Ok(())
}

fn count(row: &Row, name: &str) -> Option<usize> {
    row.get(name).and_then(Value::as_i64).and_then(|count| usize::try_from(count).ok())
}
