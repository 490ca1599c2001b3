//! Changing the records of a zone.

use innkeeper_plugin_api::{DnsRecord, ErrorKind, PluginError, RecordType, ZoneChange};
use std::collections::BTreeSet;

use crate::{
    content::{self, refused},
    convert,
    wire::{Entry, Patch, RrSet, Zone},
};

/// What makes of the zone what `change` asks. A set's time to live is that of the record added last: DNS
/// knows one for each set. Sets that are so already are left out; those that go come first, so that a
/// `CNAME` may take their place.
///
/// # Errors
/// `Invalid`, with a public text, for what cannot be set here; `Declined` beyond the limit.
pub(crate) fn patches(zone: &Zone, change: &ZoneChange, max_records: Option<u32>) -> Result<Vec<Patch>, PluginError> {
    let mut sets: BTreeSet<(String, RecordType)> = BTreeSet::new();
    for record in change.add.iter().chain(&change.remove) {
        sets.insert((set_name(record, zone)?, record.kind));
    }
    let mut patches = vec![];
    for (name, kind) in sets {
        let before = zone.rrsets.iter().find(|set| set.kind == kind.as_str() && set.name.eq_ignore_ascii_case(&name));
        let empty = RrSet { name, kind: kind.as_str().to_owned(), ttl: 0, records: vec![], comments: vec![] };
        let before = before.unwrap_or(&empty);
        let after = changed(before, kind, zone, change)?;
        if after.records.is_empty() && !before.records.is_empty() {
            patches.insert(0, Patch::delete(before));
        } else if after != *before {
            patches.push(Patch::replace(&after));
        }
    }
    within_limit(zone, &patches, max_records)?;
    Ok(patches)
}

/// The set once it is changed.
fn changed(before: &RrSet, kind: RecordType, zone: &Zone, change: &ZoneChange) -> Result<RrSet, PluginError> {
    let mut set = before.clone();
    let here = |record: &&DnsRecord| {
        record.kind == kind && set_name(record, zone).is_ok_and(|name| name.eq_ignore_ascii_case(&before.name))
    };
    let wire =
        |record: &DnsRecord| content::to_wire(kind, &record.content, record.priority, zone.name.trim_end_matches('.'));
    for record in change.remove.iter().filter(here) {
        // What cannot be written is not there.
        let Ok(gone) = wire(record) else { continue };
        set.records.retain(|entry| entry.disabled || !same(kind, &entry.content, &gone));
    }
    for record in change.add.iter().filter(here) {
        let content = wire(record)?;
        set.ttl = record.ttl;
        match set.records.iter_mut().find(|entry| same(kind, &entry.content, &content)) {
            Some(entry) => entry.disabled = false,
            None => set.records.push(Entry { content, disabled: false }),
        }
    }
    Ok(set)
}

/// Names and numbers are the same in any case of letters; text is not.
fn same(kind: RecordType, one: &str, other: &str) -> bool {
    if kind == RecordType::Txt { one == other } else { one.eq_ignore_ascii_case(other) }
}

/// The whole name of the record's set.
fn set_name(record: &DnsRecord, zone: &Zone) -> Result<String, PluginError> {
    let label = |label: &str| {
        let sound = |c: char| c.is_ascii_alphanumeric() || "-_*/".contains(c);
        (1..=63).contains(&label.len()) && label.chars().all(sound)
    };
    let name = record.name.trim().to_ascii_lowercase();
    let name = match name.as_str() {
        "" | "@" => zone.name.clone(),
        name if name.split('.').all(label) => format!("{name}.{}", zone.name),
        name => return Err(refused(format!("“{name}” is no name within the zone."))),
    };
    if !convert::RECORD_TYPES.contains(&record.kind) {
        return Err(refused(format!("{} records cannot be set here.", record.kind)));
    }
    if record.kind == RecordType::Ns && name == zone.name {
        return Err(refused("The name servers of the domain itself cannot be changed here.".to_owned()));
    }
    Ok(name)
}

/// A client over the limit may still take records away.
fn within_limit(zone: &Zone, patches: &[Patch], max_records: Option<u32>) -> Result<(), PluginError> {
    let Some(limit) = max_records.and_then(|limit| usize::try_from(limit).ok()) else { return Ok(()) };
    let now = convert::records(zone).0.len();
    let served = |records: &[Entry]| records.iter().filter(|entry| !entry.disabled).count();
    let (mut more, mut fewer) = (0, 0);
    for patch in patches {
        let set = zone.rrsets.iter().find(|set| set.name == patch.name && set.kind == patch.kind);
        more += served(&patch.records);
        fewer += set.map_or(0, |set| served(&set.records));
    }
    let then = (now + more).saturating_sub(fewer);
    if then > limit && then > now {
        let text = format!("This zone may have {limit} records; these would be {then}.");
        return Err(PluginError::declined(text.clone()).public(text));
    }
    Ok(())
}

/// PowerDNS's refusal of records, told to the client: it names the record and what is wrong with it.
pub(crate) fn explained(error: PluginError) -> PluginError {
    let is_about_records = error.kind == ErrorKind::Invalid && error.detail.contains("HTTP 422");
    let reason = error.detail.split_once("HTTP 422: ").map(|(_, reason)| reason.to_owned());
    match reason {
        Some(reason) if is_about_records => error.public(format!("The name server refuses this: {reason}")),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> Zone {
        serde_json::from_str(include_str!("golden/zone.json")).unwrap()
    }

    fn record(name: &str, kind: RecordType, content: &str) -> DnsRecord {
        DnsRecord { name: name.into(), kind, content: content.into(), ttl: 300, priority: None }
    }

    fn change(add: Vec<DnsRecord>, remove: Vec<DnsRecord>) -> ZoneChange {
        ZoneChange { add, remove }
    }

    #[test]
    fn what_is_so_already_is_no_change() {
        let there =
            change(vec![record("WWW", RecordType::A, "192.0.2.1")], vec![record("x", RecordType::A, "192.0.2.9")]);
        assert_eq!(patches(&zone(), &there, None).unwrap(), []);
    }

    #[test]
    fn a_disabled_record_stays_until_it_is_added() {
        let gone = change(vec![], vec![record("www", RecordType::A, "192.0.2.1")]);
        let made = patches(&zone(), &gone, None).unwrap();
        assert_eq!(made[0].records, [Entry { content: "192.0.2.2".into(), disabled: true }]);
        let back = change(vec![record("www", RecordType::A, "192.0.2.2")], vec![]);
        assert!(patches(&zone(), &back, None).unwrap()[0].records.iter().all(|entry| !entry.disabled));
    }

    #[test]
    fn the_last_record_takes_its_set_along_and_makes_room_first() {
        let alias = change(
            vec![record("@", RecordType::Alias, "example.net")],
            vec![record("@", RecordType::Txt, "v=spf1 -all")],
        );
        let made = patches(&zone(), &alias, None).unwrap();
        assert_eq!(made.iter().map(|patch| patch.changetype).collect::<Vec<_>>(), ["DELETE", "REPLACE"]);
    }

    #[test]
    fn what_is_not_the_clients_is_refused() {
        for (name, kind) in [("@", RecordType::Ns), ("a b", RecordType::A), ("www", RecordType::Url)] {
            let error = patches(&zone(), &change(vec![record(name, kind, "192.0.2.1")], vec![]), None).unwrap_err();
            assert!(error.kind == ErrorKind::Invalid && error.public.is_some());
        }
    }

    #[test]
    fn the_limit_counts_the_clients_records() {
        let one_more = change(vec![record("a", RecordType::A, "192.0.2.1")], vec![]);
        assert_eq!(patches(&zone(), &one_more, Some(3)).unwrap_err().kind, ErrorKind::Declined);
        assert!(patches(&zone(), &one_more, Some(4)).is_ok());
        let one_fewer = change(vec![], vec![record("www", RecordType::A, "192.0.2.1")]);
        assert!(patches(&zone(), &one_fewer, Some(1)).is_ok());
    }
}
