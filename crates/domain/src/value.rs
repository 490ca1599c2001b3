//! Values that were checked when they were made: an address or a domain name in these types is well-formed.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Why a value was refused, as a phrase that follows the field's name ("must …").
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub &'static str);

/// An e-mail address, lower-cased, at most 254 bytes, with one `@` and a dotted host.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EmailAddress {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        const BAD: Invalid = Invalid("must be an e-mail address such as name@example.org");
        let text = text.trim().to_lowercase();
        let (local, host) = text.rsplit_once('@').ok_or(BAD)?;
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && local.split('.').all(|a| !a.is_empty())
            && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c));
        let host_ok = host.contains('.') && host.split('.').all(is_label);
        if local_ok && host_ok && text.len() <= 254 { Ok(Self(text)) } else { Err(BAD) }
    }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|c| c.is_alphanumeric() || c == '-')
}

/// A registrable domain name: lower-cased, a label and an extension, `example.com` or `example.co.uk`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DomainName(String);

impl DomainName {
    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The label before the first dot: `example`.
    pub fn label(&self) -> &str {
        self.0.split('.').next().unwrap_or(&self.0)
    }
    /// The extension without its leading dot: `com`, `co.uk`.
    pub fn tld(&self) -> &str {
        self.0.split_once('.').map_or("", |(_, tld)| tld)
    }
}

impl FromStr for DomainName {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim().trim_end_matches('.').to_lowercase();
        let labels: Vec<&str> = text.split('.').collect();
        let shape = labels.len() >= 2 && text.len() <= 253 && labels.iter().all(|l| is_label(l));
        let letters = labels.last().is_some_and(|l| !l.chars().all(|c| c.is_ascii_digit()));
        if shape && letters { Ok(Self(text)) } else { Err(Invalid("must be a domain name such as example.com")) }
    }
}

macro_rules! text_value {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = Invalid;
            fn try_from(text: String) -> Result<Self, Invalid> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
text_value!(EmailAddress);
text_value!(DomainName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!("  Ann@Example.ORG ".parse::<EmailAddress>().unwrap().as_str(), "ann@example.org");
        for bad in ["", "a", "a@b", "@x.org", "a b@x.org", "a@x..org", "a@x.org\n", "a\0@x.org", "<a@x.org>"] {
            let parsed = bad.parse::<EmailAddress>();
            assert!(parsed.is_err() || bad.trim() != bad, "{bad:?}");
        }
    }

    #[test]
    fn domain_names() {
        let name: DomainName = "Example.CO.uk.".parse().unwrap();
        assert_eq!((name.label(), name.tld()), ("example", "co.uk"));
        for bad in ["", "com", "-a.com", "a-.com", "a b.com", "a..com", "1.2.3.4", "a.com/x", &"a".repeat(300)] {
            assert!(bad.parse::<DomainName>().is_err(), "{bad:?}");
        }
    }
}
