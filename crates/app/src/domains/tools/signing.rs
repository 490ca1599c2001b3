//! The keys that sign a domain's zone, as the registry keeps them.

use innkeeper_plugin_api::{
    Block, Field, FieldKind, View,
    registrar::DnssecKey,
    view::{Tone, Value},
};
use std::collections::BTreeMap;

use super::{Open, Step, gone, text};
use crate::{App, AppError, Result, effects::DomainWanted};

/// The most keys that a registry takes.
const MOST: usize = 8;

async fn keys(app: &App, open: &Open) -> Result<Vec<DnssecKey>> {
    let ask = |plugin: std::sync::Arc<dyn innkeeper_plugin_api::Registrar>, ctx, domain| async move {
        plugin.dnssec().ok_or_else(gone)?.keys(&ctx, &domain).await
    };
    open.ask(app, "keys", ask).await
}

pub(super) async fn draw(app: &App, open: &Open) -> Result<View> {
    let keys = keys(app, open).await?;
    let text = match keys.is_empty() {
        true => "This domain is not signed. Take the values from whoever runs its name servers.",
        false => "This domain is signed. A key that its name servers do not use makes it unreachable.",
    };
    let tone = if keys.is_empty() { Tone::Info } else { Tone::Warning };
    let mut blocks = vec![Block::Notice { tone, text: text.to_owned() }];
    if !keys.is_empty() {
        let head = ["Key tag", "Algorithm", "Digest type", "Digest", ""].map(str::to_owned).to_vec();
        blocks.push(Block::Table { caption: "Keys".to_owned(), head, rows: keys.iter().map(row).collect() });
    }
    if keys.len() < MOST {
        blocks.push(Block::Heading("Add a key".to_owned()));
        let fields = fields("add").unwrap_or_default();
        blocks.push(Block::Form { action: "add".to_owned(), fields, submit: "Add key".to_owned() });
    }
    Ok(View { blocks })
}

fn row(key: &DnssecKey) -> Vec<Value> {
    let remove = Value::Button {
        action: "remove".to_owned(),
        label: "Remove".to_owned(),
        input: vec![
            ("key_tag".to_owned(), key.key_tag.to_string()),
            ("algorithm".to_owned(), key.algorithm.to_string()),
            ("digest_type".to_owned(), key.digest_type.to_string()),
            ("digest".to_owned(), key.digest.clone()),
        ],
        confirm: Some(format!("Remove the key {}?", key.key_tag)),
    };
    let digest = Value::Text(key.digest.clone());
    let numbers = [key.key_tag.to_string(), algorithm(key.algorithm), key.digest_type.to_string()];
    numbers.into_iter().map(Value::Text).chain([digest, remove]).collect()
}

/// As IANA registers them.
const ALGORITHMS: [(u8, &str); 5] = [
    (8, "RSA/SHA-256"),
    (10, "RSA/SHA-512"),
    (13, "ECDSA P-256/SHA-256"),
    (14, "ECDSA P-384/SHA-384"),
    (15, "Ed25519"),
];
/// Digest types with the length of their digests in hexadecimal.
const DIGESTS: [(u8, &str, usize); 3] = [(1, "SHA-1", 40), (2, "SHA-256", 64), (4, "SHA-384", 96)];

fn algorithm(number: u8) -> String {
    let name = ALGORITHMS.iter().find(|(known, _)| *known == number).map(|(_, name)| *name);
    name.map_or_else(|| number.to_string(), |name| format!("{number}: {name}"))
}

pub(super) fn fields(action: &str) -> Option<Vec<Field>> {
    let choice = |all: Vec<(u8, &str)>| {
        FieldKind::Choice(all.into_iter().map(|(n, name)| (n.to_string(), format!("{n}: {name}"))).collect())
    };
    let number = |max| FieldKind::Number { min: 0, max };
    let digests = DIGESTS.iter().map(|(n, name, _)| (*n, *name)).collect();
    let (algorithm, digest_type) = match action {
        "add" => (choice(ALGORITHMS.to_vec()), choice(digests)),
        // One that is there already may be of a kind that is no longer to be added.
        "remove" => (number(255), number(255)),
        _ => return None,
    };
    Some(vec![
        Field::new("key_tag", "Key tag", number(65_535)),
        Field::new("algorithm", "Algorithm", algorithm),
        Field::new("digest_type", "Digest type", digest_type),
        Field::new("digest", "Digest", FieldKind::Text).help("In hexadecimal."),
    ])
}

pub(super) async fn run(app: &App, open: &Open, action: &str, input: &BTreeMap<String, String>) -> Result<Step> {
    let wrong = |key: &'static str| AppError::invalid(key, "must be a number");
    let key = DnssecKey {
        key_tag: text(input, "key_tag").parse().map_err(|_| wrong("key_tag"))?,
        algorithm: text(input, "algorithm").parse().map_err(|_| wrong("algorithm"))?,
        digest_type: text(input, "digest_type").parse().map_err(|_| wrong("digest_type"))?,
        digest: text(input, "digest").replace(' ', "").to_uppercase(),
    };
    let mut keys = keys(app, open).await?;
    keys.retain(|other| !(other.key_tag == key.key_tag && other.digest.eq_ignore_ascii_case(&key.digest)));
    if action == "add" {
        let length = DIGESTS.iter().find(|(kind, ..)| *kind == key.digest_type).map_or(0, |(_, _, length)| *length);
        if key.digest.len() != length || !key.digest.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(AppError::invalid("digest", format!("must be {length} hexadecimal digits for this type")));
        }
        keys.push(key);
    }
    Ok(Step::Change(DomainWanted::Keys { keys }))
}
