//! Zones, ours to theirs and back. Pure.

use innkeeper_plugin_api::{
    AccountState, AccountStatus, DnsRecord, RecordType, Usage, UsageReport, domain::DomainName, server::Metric,
    view::Unit,
};
use serde_json::{Value, json};

use crate::{
    content,
    settings::{PowerDnsProduct, SerialPolicy, ZoneKind},
    suspension,
    wire::{RrSet, Zone},
    zones,
};

/// The types that a client may set.
pub(crate) const RECORD_TYPES: &[RecordType] = &[
    RecordType::A,
    RecordType::Aaaa,
    RecordType::Cname,
    RecordType::Mx,
    RecordType::Txt,
    RecordType::Ns,
    RecordType::Srv,
    RecordType::Caa,
    RecordType::Alias,
    RecordType::Tlsa,
    RecordType::Sshfp,
    RecordType::Ptr,
];

/// A zone to create: complete in one request, so that there is never half of one.
pub(crate) fn new_zone(domain: &DomainName, mark: &str, product: &PowerDnsProduct, name_servers: &[String]) -> Value {
    let name = format!("{}.", domain.as_str());
    let first = name_servers.first().map_or("", String::as_str);
    let hostmaster = product.hostmaster().map_or_else(|| format!("hostmaster.{name}"), dotted);
    let soa = format!("{first}. {hostmaster} 1 10800 3600 604800 3600");
    let set = |kind: &str, contents: Vec<String>| {
        let records: Vec<Value> = contents.iter().map(|c| json!({"content": c, "disabled": false})).collect();
        json!({"name": name, "type": kind, "ttl": product.default_ttl, "records": records})
    };
    let absolute = name_servers.iter().map(|name| format!("{name}.")).collect();
    json!({
        "name": name,
        "kind": kind_word(product.kind),
        "account": mark,
        "soa_edit_api": serial_word(product.serial),
        "dnssec": product.dnssec,
        "api_rectify": true,
        "nameservers": [],
        "rrsets": [set("SOA", vec![soa]), set("NS", absolute)],
    })
}

/// PowerDNS's word for a kind of zone.
pub(crate) fn kind_word(kind: ZoneKind) -> &'static str {
    match kind {
        ZoneKind::Native => "Native",
        ZoneKind::Master => "Master",
    }
}

/// PowerDNS's word for a way to move serial numbers.
pub(crate) fn serial_word(policy: SerialPolicy) -> &'static str {
    match policy {
        SerialPolicy::Default => "DEFAULT",
        SerialPolicy::Increase => "INCREASE",
        SerialPolicy::Epoch => "EPOCH",
        SerialPolicy::Off => "",
    }
}

/// A mail address as the SOA record writes it: dots before the `@` are escaped, the `@` is a dot.
fn dotted(mail: &str) -> String {
    let (user, host) = mail.split_once('@').unwrap_or((mail, ""));
    format!("{}.{}.", user.replace('.', "\\."), host.trim_end_matches('.'))
}

/// The name within the zone; `@` is the zone itself.
pub(crate) fn relative(name: &str, zone: &str) -> String {
    let (name, zone) = (name.trim_end_matches('.'), zone.trim_end_matches('.'));
    match name.strip_suffix(zone) {
        Some("") => "@".to_owned(),
        Some(within) => within.trim_end_matches('.').to_owned(),
        None => name.to_owned(),
    }
}

/// Is the set the client's? The SOA record and the zone's own name servers are not.
pub(crate) fn is_clients(set: &RrSet, zone: &str) -> Option<RecordType> {
    let kind = set.kind.parse::<RecordType>().ok().filter(|kind| RECORD_TYPES.contains(kind))?;
    (kind != RecordType::Ns || set.name != zone).then_some(kind)
}

/// The records of the zone as they are when it is on, and how many there are besides.
pub(crate) fn records(zone: &Zone) -> (Vec<DnsRecord>, usize) {
    let (mut records, mut others) = (vec![], 0);
    for set in zone.rrsets.iter().map(suspension::awake) {
        let kind = is_clients(&set, &zone.name);
        for entry in &set.records {
            let read = kind.filter(|_| !entry.disabled).and_then(|kind| record(&set, kind, &entry.content, &zone.name));
            match read {
                Some(record) => records.push(record),
                None => others += 1,
            }
        }
    }
    records.sort();
    (records, others)
}

/// One record as people see it.
pub(crate) fn record(set: &RrSet, kind: RecordType, content: &str, zone: &str) -> Option<DnsRecord> {
    let (content, priority) = content::from_wire(kind, content)?;
    Some(DnsRecord { name: relative(&set.name, zone), kind, content, ttl: set.ttl, priority })
}

/// The zone's own name servers, without the dot at their end.
pub(crate) fn name_servers(zone: &Zone) -> Vec<String> {
    let own = zone.rrsets.iter().filter(|set| set.kind == "NS" && set.name == zone.name);
    own.flat_map(|set| &set.records).map(|entry| entry.content.trim_end_matches('.').to_owned()).collect()
}

/// What PowerDNS says of a zone of ours.
pub(crate) fn status(zone: &Zone, max_records: Option<u32>) -> AccountStatus {
    let details = [
        ("Domain", zone.name.trim_end_matches('.').to_owned()),
        ("Name servers", name_servers(zone).join(", ")),
        ("DNSSEC", if zone.dnssec { "signed" } else { "not signed" }.to_owned()),
        ("Serial number", zone.serial.to_string()),
    ];
    AccountStatus {
        state: if suspension::is_off(zone) { AccountState::Suspended } else { AccountState::Active },
        account: Some(zones::created(zone)),
        details: details.into_iter().map(|(label, value)| (label.to_owned(), value)).collect(),
        usage: Some(usage(zone, max_records)),
    }
}

/// The usage of one zone.
pub(crate) fn usage_report(zone: &Zone, max_records: Option<u32>) -> UsageReport {
    UsageReport { remote_id: zone.id.clone(), usage: usage(zone, max_records), last_login: None }
}

fn usage(zone: &Zone, max_records: Option<u32>) -> Usage {
    let metric = |key: &str, label: &str, unit, quantity, limit| Metric {
        key: key.to_owned(),
        label: label.to_owned(),
        unit,
        quantity,
        limit,
    };
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let size = |set: &RrSet| set.records.iter().map(|entry| set.name.len() + entry.content.len()).sum::<usize>();
    Usage {
        disk_bytes: count(zone.rrsets.iter().map(size).sum()),
        disk_limit_bytes: None,
        metrics: vec![
            metric("records", "Records", Unit::Pieces, count(records(zone).0.len()), max_records.map(u64::from)),
            metric("record_sets", "Record sets", Unit::Pieces, count(zone.rrsets.len()), None),
            metric("dnssec", "Signed with DNSSEC", Unit::Switch, u64::from(zone.dnssec), None),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(values: Value) -> PowerDnsProduct {
        serde_json::from_value(values).unwrap()
    }

    #[test]
    fn a_new_zone_is_as_the_golden_file_says() {
        let values =
            json!({"kind": "master", "hostmaster": "dns.team@example.net", "default_ttl": 600, "dnssec": true});
        let servers = ["ns1.example.net".to_owned(), "ns2.example.net".to_owned()];
        let zone = new_zone(&"example.org".parse().unwrap(), "innkeeper:acme-7", &product(values), &servers);
        let golden: Value = serde_json::from_str(include_str!("golden/new_zone.json")).unwrap();
        assert_eq!(zone, golden);
    }

    #[test]
    fn a_zone_is_read_as_people_see_it() {
        let zone: Zone = serde_json::from_str(include_str!("golden/zone.json")).unwrap();
        let (records, others) = records(&zone);
        let shown: Vec<String> =
            records.iter().map(|r| format!("{} {} {} {:?}", r.name, r.kind, r.content, r.priority)).collect();
        let wanted = ["@ MX mail.example.org Some(10)", "@ TXT v=spf1 -all None", "www A 192.0.2.1 None"];
        assert_eq!(shown, wanted);
        // The SOA record, two name servers, a HINFO record and a disabled address.
        assert_eq!(others, 5);
        assert_eq!(name_servers(&zone), ["ns1.example.net", "ns2.example.net"]);
        assert_eq!(status(&zone, Some(50)).state, AccountState::Active);
    }

    #[test]
    fn names_are_relative_to_their_zone() {
        for (name, wanted) in [("example.org.", "@"), ("www.example.org.", "www"), ("_a._b.example.org.", "_a._b")] {
            assert_eq!(relative(name, "example.org."), wanted);
        }
    }
}
