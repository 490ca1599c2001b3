//! DNS zones, as registrars and DNS servers keep them.

use innkeeper_domain::DomainName;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

macro_rules! record_types {
    ($($(#[$doc:meta])* $name:ident = $text:literal),* $(,)?) => {
        /// The type of a record.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum RecordType { $($(#[$doc])* #[serde(rename = $text)] $name),* }
        impl RecordType {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
            /// As it is written: `A`, `MX` …
            pub const fn as_str(self) -> &'static str { match self { $(Self::$name => $text),* } }
        }
        impl FromStr for RecordType {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text.to_ascii_uppercase().as_str() {
                    $($text => Ok(Self::$name),)*
                    _ => Err(format!("{text} is no known record type")),
                }
            }
        }
        impl fmt::Display for RecordType {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }
    };
}

record_types! {
    /// An IPv4 address.
    A = "A",
    /// An IPv6 address.
    Aaaa = "AAAA",
    /// Another name.
    Cname = "CNAME",
    /// A mail server; has a priority.
    Mx = "MX",
    /// Text.
    Txt = "TXT",
    /// A name server of a part of the zone.
    Ns = "NS",
    /// Where a service is; has a priority.
    Srv = "SRV",
    /// Who may issue certificates.
    Caa = "CAA",
    /// Another zone.
    Alias = "ALIAS",
    /// Certificates of a service.
    Tlsa = "TLSA",
    /// Fingerprints of SSH keys.
    Sshfp = "SSHFP",
    /// Reverse names.
    Ptr = "PTR",
    /// Not DNS: the registrar redirects browsers to this address.
    Url = "URL",
    /// Not DNS: the registrar shows this address in a frame.
    Frame = "FRAME",
    /// Not DNS: the registrar forwards mail to this address.
    MailForward = "MAILFW",
}

/// A record of a zone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DnsRecord {
    /// Name within the zone; `@` is the zone itself.
    pub name: String,
    /// Type.
    #[serde(rename = "type")]
    pub kind: RecordType,
    /// Content, without the priority.
    pub content: String,
    /// Seconds it may be kept by others.
    pub ttl: u32,
    /// Of `MX` and `SRV`.
    pub priority: Option<u16>,
}

/// The zone of a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// The domain.
    pub name: DomainName,
    /// The records that can be shown and changed here.
    pub records: Vec<DnsRecord>,
    /// How many others there are, of types that this program does not know: they are kept as they are.
    pub others: usize,
    /// Does the domain use these name servers? None: unknown.
    pub in_use: Option<bool>,
}

/// What is to become of a zone. Records in neither list stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneChange {
    /// To be added.
    pub add: Vec<DnsRecord>,
    /// To be removed.
    pub remove: Vec<DnsRecord>,
}

impl ZoneChange {
    /// What leads from the records `old` to `new`.
    pub fn between(old: &[DnsRecord], new: &[DnsRecord]) -> Self {
        let missing = |these: &[DnsRecord], those: &[DnsRecord]| -> Vec<DnsRecord> {
            these.iter().filter(|record| !those.contains(record)).cloned().collect()
        };
        Self { add: missing(new, old), remove: missing(old, new) }
    }
    /// Does it change nothing?
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }
    /// The records `old` once it is applied. Applying it twice is applying it once.
    pub fn apply(&self, old: &[DnsRecord]) -> Vec<DnsRecord> {
        let kept = old.iter().filter(|record| !self.remove.contains(record) && !self.add.contains(record));
        kept.chain(&self.add).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a(name: &str, content: &str) -> DnsRecord {
        DnsRecord { name: name.into(), kind: RecordType::A, content: content.into(), ttl: 300, priority: None }
    }

    #[test]
    fn a_change_leads_from_one_zone_to_the_other_and_may_be_repeated() {
        let (old, new) = ([a("@", "192.0.2.1"), a("www", "192.0.2.1")], [a("www", "192.0.2.1"), a("@", "192.0.2.2")]);
        let change = ZoneChange::between(&old, &new);
        assert_eq!((change.add.len(), change.remove.len()), (1, 1));
        let once = change.apply(&old);
        assert_eq!(once, new);
        assert_eq!(change.apply(&once), new);
        assert!(ZoneChange::between(&new, &new).is_empty());
    }

    #[test]
    fn types_are_read_as_they_are_written() {
        for kind in RecordType::ALL {
            assert_eq!(kind.as_str().to_lowercase().parse::<RecordType>().as_ref(), Ok(kind));
        }
        assert!("A6".parse::<RecordType>().is_err());
    }
}
