//! Switching a zone off and on. Pure.
//!
//! PowerDNS has no switch for a zone, but one for each record. Off is: every record disabled, that of the
//! SOA among them, so that the server refuses to answer for the zone. Which records had been disabled
//! before is remembered in a comment on each set. All sets change in one request, which happens as a
//! whole: so there is no half of it, and repeating it changes nothing.

use crate::wire::{Comment, Patch, RrSet, Zone};

/// Who wrote the comment.
const AUTHOR: &str = "innkeeper";
/// What a comment on a set begins with; then come, as JSON, the records that had been disabled.
const MEMORY: &str = "innkeeper-off ";
/// The same on the set of the SOA: searching for it finds each zone once.
pub(crate) const ZONE_MEMORY: &str = "innkeeper-off-zone ";

/// Is the zone off? Without an SOA record that is served, nothing of it is.
pub(crate) fn is_off(zone: &Zone) -> bool {
    zone.rrsets.iter().filter(|set| set.kind == "SOA").all(|set| set.records.iter().all(|record| record.disabled))
}

/// What switches the zone off.
pub(crate) fn off(zone: &Zone) -> Vec<Patch> {
    let open = |set: &&RrSet| memory(set).is_none() || set.records.iter().any(|record| !record.disabled);
    zone.rrsets.iter().filter(open).map(set_off).collect()
}

/// What restores what was there before.
pub(crate) fn on(zone: &Zone) -> Vec<Patch> {
    let shut = |set: &&RrSet| memory(set).is_some() || (set.kind == "SOA" && is_off(zone));
    zone.rrsets.iter().filter(shut).map(set_on).collect()
}

/// The set as it is when the zone is on.
pub(crate) fn awake(set: &RrSet) -> RrSet {
    let mut set = set.clone();
    if let Some(disabled) = memory(&set) {
        set.records.iter_mut().for_each(|record| record.disabled = disabled.contains(&record.content));
        set.comments.retain(|comment| remembered(comment).is_none());
    }
    if set.kind == "SOA" {
        set.records.iter_mut().for_each(|record| record.disabled = false);
    }
    set
}

fn set_off(set: &RrSet) -> Patch {
    let mut asleep = set.clone();
    if memory(set).is_none() {
        let disabled: Vec<&str> = set.records.iter().filter(|r| r.disabled).map(|r| r.content.as_str()).collect();
        let begin = if set.kind == "SOA" { ZONE_MEMORY } else { MEMORY };
        let content = format!("{begin}{}", serde_json::json!(disabled));
        asleep.comments.push(Comment { content, account: AUTHOR.to_owned(), modified_at: None });
    }
    asleep.records.iter_mut().for_each(|record| record.disabled = true);
    Patch { comments: Some(asleep.comments.clone()), ..Patch::replace(&asleep) }
}

fn set_on(set: &RrSet) -> Patch {
    let awake = awake(set);
    Patch { comments: Some(awake.comments.clone()), ..Patch::replace(&awake) }
}

/// The records of the set that had been disabled before the zone was switched off; none: it was not.
fn memory(set: &RrSet) -> Option<Vec<String>> {
    set.comments.iter().find_map(remembered)
}

fn remembered(comment: &Comment) -> Option<Vec<String>> {
    let text = comment.content.strip_prefix(MEMORY).or_else(|| comment.content.strip_prefix(ZONE_MEMORY))?;
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Entry;

    fn set(kind: &str, records: &[(&str, bool)], comments: &[&str]) -> RrSet {
        RrSet {
            name: "example.org.".to_owned(),
            kind: kind.to_owned(),
            ttl: 300,
            records: records.iter().map(|(c, off)| Entry { content: (*c).to_owned(), disabled: *off }).collect(),
            comments: comments
                .iter()
                .map(|c| Comment { content: (*c).to_owned(), account: "me".to_owned(), modified_at: Some(7) })
                .collect(),
        }
    }

    fn zone(rrsets: Vec<RrSet>) -> Zone {
        let (id, name, kind) = ("example.org.".to_owned(), "example.org.".to_owned(), "Native".to_owned());
        Zone { id, name, kind, account: String::new(), dnssec: false, serial: 1, rrsets }
    }

    /// What PowerDNS makes of the sets.
    fn applied(zone: &Zone, patches: Vec<Patch>) -> Zone {
        let mut zone = zone.clone();
        for patch in patches {
            let set = zone.rrsets.iter_mut().find(|set| set.kind == patch.kind).unwrap();
            (set.records, set.comments) = (patch.records, patch.comments.unwrap());
        }
        zone
    }

    #[test]
    fn off_and_on_again_leaves_everything_as_it_was() {
        let soa = set("SOA", &[("ns1. host. 1 2 3 4 5", false)], &[]);
        let before = zone(vec![soa, set("A", &[("192.0.2.1", false), ("192.0.2.2", true)], &["a note"])]);
        let shut = applied(&before, off(&before));
        assert!(is_off(&shut) && shut.rrsets.iter().flat_map(|set| &set.records).all(|record| record.disabled));
        assert_eq!(off(&shut), []);
        assert_eq!(shut.rrsets.iter().map(awake).collect::<Vec<_>>(), before.rrsets);
        let open = applied(&shut, on(&shut));
        assert_eq!(open.rrsets, before.rrsets);
        assert_eq!(on(&open), []);
    }

    #[test]
    fn a_set_that_was_added_while_the_zone_was_off_is_switched_off_too() {
        let soa = set("SOA", &[("ns1. host. 1 2 3 4 5", false)], &[]);
        let before = zone(vec![soa]);
        let mut shut = applied(&before, off(&before));
        shut.rrsets.push(set("TXT", &[("\"new\"", false)], &[]));
        let again = off(&shut);
        assert_eq!(again.iter().map(|patch| patch.kind.as_str()).collect::<Vec<_>>(), ["TXT"]);
        assert!(is_off(&applied(&shut, again)));
    }

    #[test]
    fn a_zone_that_somebody_else_switched_off_can_be_switched_on() {
        let shut = zone(vec![set("SOA", &[("ns1. host. 1 2 3 4 5", true)], &[])]);
        let open = applied(&shut, on(&shut));
        assert!(is_off(&shut) && !is_off(&open));
    }
}
