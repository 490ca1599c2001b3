//! The vendor's error codes as kinds of ours.

use innkeeper_plugin_api::{ErrorKind, PluginError};

/// The name is not in our account.
pub(crate) const NOT_OURS: &str = "2008";
/// The name cannot be registered: somebody has it.
pub(crate) const TAKEN: &str = "2010";
/// The name cannot be transferred: it is locked, not registered, or here already.
pub(crate) const NOT_TRANSFERABLE: &str = "2005";
/// The extension is not offered.
pub(crate) const NO_SUCH_EXTENSION: &str = "2002";
/// The name has the wrong shape.
pub(crate) const BAD_NAME: &str = "2001";

/// The domain has no service that keeps its records.
pub(crate) const NO_SERVICE: &str = "4001";
/// A contact of this id is not in our account.
pub(crate) const NO_SUCH_CONTACT: &str = "3001";

/// `detail` is for staff; the client gets a text of ours, never the vendor's. An error the vendor itself cannot
/// name settles nothing after a change.
pub(crate) fn to_error(code: i64, detail: String, changes: bool) -> PluginError {
    let kind = match code {
        1 if changes => ErrorKind::Unknown,
        100 | 101 | 105 | 2001 | 2012 | 3002 => ErrorKind::Invalid,
        102 | 104 | 2002 => ErrorKind::Unsupported,
        // 3001: the contact ids that we send come from the settings.
        103 | 200 | 201 | 210 | 300 | 1000..=1005 | 1007 | 1009 | 1014 | 1100 | 3001 => ErrorKind::Config,
        1 | 1006 | 1010..=1013 | 1030 | 2003 | 2004 | 2007 => ErrorKind::Temporary,
        2008 => ErrorKind::NotFound,
        _ => ErrorKind::Declined,
    };
    let error = PluginError::new(kind, detail).code(code);
    match public(code) {
        Some(text) => error.public(text),
        None => error,
    }
}

/// What helps a client. That the account has no balance is none of their business.
fn public(code: i64) -> Option<&'static str> {
    Some(match code {
        2001 => "This is not a valid domain name.",
        2002 => "This extension is not offered.",
        2003 => "The registry of this extension is under maintenance. Please try again later.",
        2005 => "This domain cannot be transferred at the moment. It may be locked, too new, or not registered.",
        2010 => "This domain is taken.",
        2011 => "This is a premium domain. Please contact us for its price.",
        2012 => "The transfer was refused. Please check the transfer code (auth code).",
        2102 | 2202 => "The domain is blocked for changes.",
        2201 => "This cannot be changed for this domain at the moment.",
        2210 | 3003 => "The owner must first confirm the e-mail address: see the message from the registry.",
        3002 => "The registry does not accept the contact data. Please check name, address and tax number.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_its_kind() {
        let kind = |code| to_error(code, String::new(), true).kind;
        assert_eq!(kind(2010), ErrorKind::Declined);
        assert_eq!(kind(2008), ErrorKind::NotFound);
        assert_eq!(kind(201), ErrorKind::Config);
        assert_eq!(kind(1100), ErrorKind::Config);
        assert_eq!(kind(1006), ErrorKind::Temporary);
        assert_eq!(kind(1030), ErrorKind::Temporary);
        assert_eq!(kind(105), ErrorKind::Invalid);
        assert_eq!(kind(104), ErrorKind::Unsupported);
        assert_eq!(kind(1), ErrorKind::Unknown);
        assert_eq!(to_error(1, String::new(), false).kind, ErrorKind::Temporary);
    }

    #[test]
    fn a_client_never_reads_of_the_balance() {
        let error = to_error(1100, "domain/create: 1100 Insufficient balance".into(), true);
        assert_eq!(error.public, None);
        assert!(error.detail.contains("balance"));
    }
}
