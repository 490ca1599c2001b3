//! DNS zones, as people change them: the same for the zone of a domain and for that of an account.

use innkeeper_plugin_api::{
    Block, DnsRecord, Field, FieldKind, RecordType, View, Zone, ZoneChange,
    field::faults,
    view::{Tone, Value},
};
use std::collections::BTreeMap;

use crate::{AppError, Checks, Result};

/// The actions of the page.
const ADD: &str = "add";
const REMOVE: &str = "remove";

/// The page of a zone: its records, each with a button that removes it, and a form for another.
pub(crate) fn view(zone: &Zone, types: &[RecordType]) -> View {
    let mut blocks = vec![];
    if zone.in_use == Some(false) {
        let text = "This domain uses other name servers: what stands here takes effect once it uses these.".to_owned();
        blocks.push(Block::Notice { tone: Tone::Warning, text });
    }
    if zone.records.is_empty() {
        blocks.push(Block::Text("There are no records yet.".to_owned()));
    } else {
        let head = ["Name", "Type", "Content", "Priority", "Kept for", ""].map(str::to_owned).to_vec();
        let mut records: Vec<&DnsRecord> = zone.records.iter().collect();
        records.sort_by_key(|record| (record.name != "@", record.name.as_str(), record.kind, record.content.as_str()));
        let rows = records.into_iter().map(|record| row(record, types)).collect();
        blocks.push(Block::Table { caption: format!("Records of {}", zone.name), head, rows });
    }
    if zone.others > 0 {
        let text = format!("{} more of types that cannot be edited here. They stay as they are.", zone.others);
        blocks.push(Block::Text(text));
    }
    blocks.push(Block::Heading("Add a record".to_owned()));
    blocks.push(Block::Form { action: ADD.to_owned(), fields: fields(ADD, types), submit: "Add record".to_owned() });
    View { blocks }
}

fn row(record: &DnsRecord, types: &[RecordType]) -> Vec<Value> {
    let input = vec![
        ("name".to_owned(), record.name.clone()),
        ("type".to_owned(), record.kind.to_string()),
        ("content".to_owned(), record.content.clone()),
        ("ttl".to_owned(), record.ttl.to_string()),
        ("priority".to_owned(), record.priority.map(|p| p.to_string()).unwrap_or_default()),
    ];
    let button = match types.contains(&record.kind) {
        true => Value::Button {
            action: REMOVE.to_owned(),
            label: "Remove".to_owned(),
            input,
            confirm: Some(format!("Remove the {} record of {}?", record.kind, record.name)),
        },
        false => Value::Text(String::new()),
    };
    let priority = record.priority.map(|p| p.to_string()).unwrap_or_default();
    vec![
        record.name.clone().into(),
        record.kind.as_str().into(),
        record.content.clone().into(),
        priority.into(),
        kept_for(record.ttl).into(),
        button,
    ]
}

/// Seconds as people say them.
fn kept_for(ttl: u32) -> String {
    let (number, unit) = match ttl {
        t if t > 0 && t.is_multiple_of(86_400) => (t / 86_400, "day"),
        t if t > 0 && t.is_multiple_of(3_600) => (t / 3_600, "hour"),
        t if t > 0 && t.is_multiple_of(60) => (t / 60, "minute"),
        t => (t, "second"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// What an action of the page asks.
pub(crate) fn fields(action: &str, types: &[RecordType]) -> Vec<Field> {
    if !matches!(action, ADD | REMOVE) {
        return vec![];
    }
    let kinds = types.iter().map(|kind| (kind.to_string(), spoken(*kind))).collect();
    let lives = [("300", "5 minutes"), ("3600", "1 hour"), ("86400", "1 day")];
    let lives = lives.map(|(seconds, text)| (seconds.to_owned(), text.to_owned())).to_vec();
    let ttl = match action {
        ADD => FieldKind::Choice(lives),
        _ => FieldKind::Number { min: 0, max: i64::from(u32::MAX) },
    };
    vec![
        Field::new("name", "Name", FieldKind::Text).help("@ for the domain itself, or what stands before it: www."),
        Field::new("type", "Type", FieldKind::Choice(kinds)),
        Field::new("content", "Content", FieldKind::Text).help("An address, a host name, a text: as the type asks."),
        Field::new("priority", "Priority", FieldKind::Number { min: 0, max: 65_535 })
            .optional()
            .help("Of MX and SRV alone."),
        Field::new("ttl", "Others may keep it for", ttl),
    ]
}

fn spoken(kind: RecordType) -> String {
    match kind {
        RecordType::A => "A: IPv4 address".to_owned(),
        RecordType::Aaaa => "AAAA: IPv6 address".to_owned(),
        RecordType::Cname => "CNAME: another name".to_owned(),
        RecordType::Mx => "MX: mail server".to_owned(),
        RecordType::Txt => "TXT: text".to_owned(),
        RecordType::Url => "Redirect of browsers".to_owned(),
        RecordType::Frame => "Page in a frame".to_owned(),
        RecordType::MailForward => "Forwarding of mail".to_owned(),
        other => other.to_string(),
    }
}

/// What an action of the page makes of a zone.
pub(crate) fn change(action: &str, input: &BTreeMap<String, String>, types: &[RecordType]) -> Result<ZoneChange> {
    let asked = fields(action, types);
    if asked.is_empty() {
        return Err(AppError::NotFound("action"));
    }
    let mut checks = Checks::default();
    for (key, fault) in faults(&asked, input) {
        checks.require(false, &key, fault);
    }
    checks.finish()?;
    let text = |key: &str| input.get(key).map(|text| text.trim().to_owned()).unwrap_or_default();
    let record = DnsRecord {
        name: text("name").to_lowercase(),
        kind: text("type").parse().map_err(|_| AppError::invalid("type", "is no known type"))?,
        content: text("content"),
        ttl: text("ttl").parse().map_err(|_| AppError::invalid("ttl", "must be a number of seconds"))?,
        priority: text("priority").parse().ok(),
    };
    if action == REMOVE {
        return Ok(ZoneChange { add: vec![], remove: vec![record] });
    }
    match record.fault() {
        Some((field, text)) => Err(AppError::invalid(field, text)),
        None => Ok(ZoneChange { add: vec![record], remove: vec![] }),
    }
}

/// Most records of one change.
const MOST: usize = 500;

/// A change as a program wants it, with its names in small letters. One with a record that cannot be set is refused,
/// naming it: `add.0.content`.
pub(crate) fn checked(mut change: ZoneChange, types: &[RecordType]) -> Result<ZoneChange> {
    change.add.iter_mut().for_each(|record| record.name = record.name.trim().to_lowercase());
    let mut checks = Checks::default();
    let many = change.add.len() + change.remove.len();
    checks.require(many > 0, "add", "must have a record, or remove one");
    checks.require(many <= MOST, "add", format_args!("and remove must have at most {MOST} records"));
    for (list, records) in [("add", &change.add), ("remove", &change.remove)] {
        for (at, record) in records.iter().enumerate() {
            if !types.contains(&record.kind) {
                checks.require(false, &format!("{list}.{at}.type"), "cannot be set here");
            }
        }
    }
    // What stands there already may be removed, whatever it is.
    for (at, record) in change.add.iter().enumerate() {
        if let Some((field, text)) = record.fault() {
            checks.require(false, &format!("add.{at}.{field}"), text);
        }
    }
    checks.finish()?;
    Ok(change)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_cannot_be_is_refused_at_its_field() {
        let input = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let types = [RecordType::A, RecordType::Mx];
        let good = [("name", "WWW"), ("type", "A"), ("content", "192.0.2.1"), ("priority", ""), ("ttl", "300")];
        let made = change(ADD, &input(&good), &types).unwrap();
        assert_eq!((made.add.len(), made.add[0].name.as_str()), (1, "www"));
        for (key, value, field) in
            [("content", "ada", "content"), ("type", "TXT", "type"), ("type", "MX", "priority"), ("ttl", "1", "ttl")]
        {
            let mut bad: BTreeMap<String, String> = input(&good);
            bad.insert(key.into(), value.into());
            let Err(AppError::Invalid(errors)) = change(ADD, &bad, &types) else { panic!("{key} {value}") };
            assert_eq!(errors[0].field, field);
        }
        assert!(change("other", &input(&good), &types).is_err());
    }

    #[test]
    fn a_change_names_the_record_that_cannot_be_set() {
        let record = |kind, content: &str| DnsRecord {
            name: "@".to_owned(),
            kind,
            content: content.to_owned(),
            ttl: 300,
            priority: None,
        };
        let types = [RecordType::A];
        let refused = |change: ZoneChange| match checked(change, &types) {
            Err(AppError::Invalid(errors)) => errors.into_iter().map(|error| error.field).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        let (good, bad) = (record(RecordType::A, "192.0.2.1"), record(RecordType::A, "ada"));
        let change = |add: &[&DnsRecord], remove: &[&DnsRecord]| ZoneChange {
            add: add.iter().map(|one| (*one).clone()).collect(),
            remove: remove.iter().map(|one| (*one).clone()).collect(),
        };
        assert!(checked(change(&[&good], &[&bad]), &types).is_ok(), "what stands there may go");
        assert_eq!(refused(change(&[&good, &bad], &[])), ["add.1.content"]);
        assert_eq!(refused(change(&[&good], &[&record(RecordType::Txt, "x")])), ["remove.0.type"]);
        assert_eq!(refused(change(&[], &[])), ["add"]);
    }

    #[test]
    fn times_are_spoken() {
        assert_eq!((kept_for(300).as_str(), kept_for(3600).as_str()), ("5 minutes", "1 hour"));
        assert_eq!((kept_for(86_400).as_str(), kept_for(61).as_str()), ("1 day", "61 seconds"));
    }
}
