//! DNS zones, as registrars and DNS servers keep them.

use innkeeper_domain::DomainName;
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

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

impl DnsRecord {
    /// What is wrong with it, as (field, text): `name`, `content`, `ttl` or `priority`. None: it can be set.
    pub fn fault(&self) -> Option<(&'static str, &'static str)> {
        if !is_name_in_zone(&self.name) {
            return Some(("name", "must be @, or a name within the zone such as www or *.shop"));
        }
        if !(60..=2_592_000).contains(&self.ttl) {
            return Some(("ttl", "must be from 60 seconds to 30 days"));
        }
        match (self.kind, self.priority) {
            (RecordType::Mx | RecordType::Srv, None) => return Some(("priority", "must be given for this type")),
            (RecordType::Mx | RecordType::Srv, Some(_)) | (_, None) => {}
            (_, Some(_)) => return Some(("priority", "does not apply to this type")),
        }
        content_fault(self.kind, &self.content).map(|text| ("content", text))
    }
}

fn is_name_in_zone(name: &str) -> bool {
    let plain = name.strip_prefix("*.").unwrap_or(name);
    name == "@" || name == "*" || is_host(plain)
}

/// Labels of letters, digits, `-` and `_`, with or without a dot at the end.
fn is_host(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

fn content_fault(kind: RecordType, content: &str) -> Option<&'static str> {
    let wrong = |is_right: bool, text: &'static str| (!is_right).then_some(text);
    let words: Vec<&str> = content.split_ascii_whitespace().collect();
    match kind {
        _ if content.trim().is_empty() => Some("must not be empty"),
        _ if content.len() > 4096 || content.contains(['\n', '\r', '\0']) => {
            Some("must be one line of at most 4096 letters")
        }
        RecordType::A => wrong(content.parse::<Ipv4Addr>().is_ok(), "must be an IPv4 address such as 192.0.2.1"),
        RecordType::Aaaa => wrong(content.parse::<Ipv6Addr>().is_ok(), "must be an IPv6 address such as 2001:db8::1"),
        RecordType::Cname | RecordType::Mx | RecordType::Ns | RecordType::Alias | RecordType::Ptr => {
            wrong(is_host(content), "must be a host name such as mail.example.net")
        }
        RecordType::Srv => {
            let is_right = matches!(words[..], [weight, port, target]
                if weight.parse::<u16>().is_ok() && port.parse::<u16>().is_ok() && (target == "." || is_host(target)));
            wrong(is_right, "must be weight, port and host, such as 5 443 sip.example.net")
        }
        RecordType::Caa => {
            let is_right = words.len() >= 3 && words.first().is_some_and(|flags| flags.parse::<u8>().is_ok());
            wrong(is_right, "must be flags, tag and value, such as 0 issue \"letsencrypt.org\"")
        }
        RecordType::Url | RecordType::Frame => {
            let is_web = content.starts_with("https://") || content.starts_with("http://");
            wrong(is_web, "must be a web address such as https://example.net/")
        }
        RecordType::MailForward => wrong(
            content.parse::<innkeeper_domain::EmailAddress>().is_ok(),
            "must be an e-mail address such as ada@example.net",
        ),
        RecordType::Txt | RecordType::Tlsa | RecordType::Sshfp => None,
    }
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
    fn a_record_that_cannot_be_is_named() {
        let record = |name: &str, kind, content: &str, priority| DnsRecord {
            name: name.into(),
            kind,
            content: content.into(),
            ttl: 300,
            priority,
        };
        for good in [
            record("@", RecordType::A, "192.0.2.1", None),
            record("*.shop", RecordType::Aaaa, "2001:db8::1", None),
            record("_dmarc", RecordType::Txt, "v=DMARC1; p=none", None),
            record("@", RecordType::Mx, "mail.example.net", Some(10)),
            record("_sip._tcp", RecordType::Srv, "5 5060 sip.example.net", Some(0)),
            record("@", RecordType::Caa, "0 issue \"letsencrypt.org\"", None),
            record("info", RecordType::MailForward, "ada@example.net", None),
        ] {
            assert_eq!(good.fault(), None, "{good:?}");
        }
        for (bad, field) in [
            (record("a b", RecordType::A, "192.0.2.1", None), "name"),
            (record("", RecordType::A, "192.0.2.1", None), "name"),
            (record("@", RecordType::A, "2001:db8::1", None), "content"),
            (record("@", RecordType::Mx, "mail.example.net", None), "priority"),
            (record("@", RecordType::A, "192.0.2.1", Some(1)), "priority"),
            (record("@", RecordType::Txt, "two\nlines", None), "content"),
            (record("@", RecordType::Url, "javascript:alert(1)", None), "content"),
            (DnsRecord { ttl: 1, ..a("@", "192.0.2.1") }, "ttl"),
        ] {
            assert_eq!(bad.fault().map(|(field, _)| field), Some(field), "{bad:?}");
        }
    }

    #[test]
    fn types_are_read_as_they_are_written() {
        for kind in RecordType::ALL {
            assert_eq!(kind.as_str().to_lowercase().parse::<RecordType>().as_ref(), Ok(kind));
        }
        assert!("A6".parse::<RecordType>().is_err());
    }
}
