//! Names with a meaning: how a test or a demo asks for a certain answer.
//!
//! | name | effect |
//! |---|---|
//! | `err-1100.com` … `err-<code>.<tld>` | the operation the code belongs to fails with it |
//! | `taken-x.com`, `example.com` … | registered with another registrar |
//! | `locked-x.com` | the same, and it refuses to be transferred |
//! | `premium-x.com` | free, but a premium name |
//! | `register-cancel-x.com` | the registration is accepted, then cancelled and refunded |
//! | `register-stuck-x.com` | the registration stays in `register-pending` |
//! | `transfer-cancel-x.com` | the transfer is accepted, then cancelled and refunded |
//! | `transfer-stuck-x.com` | the transfer stays in `transfer-pending` |
//! | `unverified-x.com` | the owner has not confirmed the address yet, until the mail is sent again |
//! | `nodns-x.com` | has no service that keeps its DNS records |

use super::fault::{Fault, Outcome};

/// The auth code of every name that is registered elsewhere.
pub const AUTHCODE: &str = "SIM-auth-2031";

const TAKEN: &[&str] = &["example.com", "example.net", "example.org", "google.com", "wikipedia.org"];
const ELSEWHERE_PREFIXES: &[&str] = &["taken-", "locked-", "transfer-cancel-", "transfer-stuck-"];

/// What the API is being asked to do with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Check,
    CheckForTransfer,
    Create,
    Transfer,
    Renew,
    Update,
    Read,
    Whois,
}

/// Fails when the name is a fixture that forces an error on this operation.
pub(crate) fn forced(name: &str, operation: Operation) -> Outcome<()> {
    let label = name.split('.').next().unwrap_or_default();
    let Some(code) = label.strip_prefix("err-").and_then(|code| code.parse().ok()) else {
        return Ok(());
    };
    if fails(code, operation) { Err(Fault::new(code, format!("{name} always answers {code}."))) } else { Ok(()) }
}

/// An error belongs to the operation that really gives it, so that, say,
/// `err-2100.com` can be registered and then not renewed. What belongs to
/// none (accounts, balance, blocks) hits the operations that cost money.
fn fails(code: i32, operation: Operation) -> bool {
    use Operation as Op;
    match code {
        2001..=2004 => matches!(operation, Op::Check | Op::Create),
        2005 => matches!(operation, Op::CheckForTransfer | Op::Transfer),
        2006 | 2007 => operation == Op::Whois,
        2008 => matches!(operation, Op::Read | Op::Renew | Op::Update),
        2009..=2011 | 3001..=3003 => operation == Op::Create,
        2012 => operation == Op::Transfer,
        2100..=2102 => operation == Op::Renew,
        2200..=2210 => operation == Op::Update,
        _ => matches!(operation, Op::Create | Op::Transfer | Op::Renew),
    }
}

/// Whether another registrar holds the name by its spelling alone.
pub(crate) fn elsewhere(name: &str) -> bool {
    TAKEN.contains(&name) || ELSEWHERE_PREFIXES.iter().any(|part| name.starts_with(part))
}

/// Whether the other registrar refuses to let it go.
pub(crate) fn locked_elsewhere(name: &str) -> bool {
    name.starts_with("locked-")
}

pub(crate) fn premium(name: &str) -> bool {
    name.starts_with("premium-")
}

pub(crate) fn unverified(name: &str) -> bool {
    name.starts_with("unverified-")
}

pub(crate) fn without_dns(name: &str) -> bool {
    name.starts_with("nodns-")
}

pub(crate) fn cancels(name: &str) -> bool {
    name.starts_with("register-cancel-") || name.starts_with("transfer-cancel-")
}

pub(crate) fn stuck(name: &str) -> bool {
    name.starts_with("register-stuck-") || name.starts_with("transfer-stuck-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_hits_only_its_operation() {
        assert!(forced("err-2100.com", Operation::Create).is_ok());
        let refused = forced("err-2100.com", Operation::Renew);
        assert_eq!(refused.map_err(|fault| fault.code), Err(2100));
        assert!(forced("err-1100.com", Operation::Check).is_ok());
        let refused = forced("err-1100.com", Operation::Create);
        assert_eq!(refused.map_err(|fault| fault.code), Err(1100));
        assert!(forced("err-abc.com", Operation::Create).is_ok());
    }
}
