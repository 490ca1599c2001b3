//! What a statement says of one movement of money.

use chrono::NaiveDate;
use innkeeper_domain::Money;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Longest text of an entry, in characters.
const LONGEST: usize = 1000;

/// Which way the money went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To the account.
    Credit,
    /// From the account.
    Debit,
}

/// A booked movement of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Where it begins in the file, from 1.
    pub line: usize,
    /// The account, as the bank writes it.
    pub account: Option<String>,
    /// When the bank booked it.
    pub booked_on: NaiveDate,
    /// From when on it counts.
    pub valued_on: Option<NaiveDate>,
    /// How much, above zero.
    pub amount: Money,
    /// Which way.
    pub direction: Direction,
    /// It takes an earlier movement back.
    pub reversal: bool,
    /// Who paid, or was paid.
    pub counterparty: Option<String>,
    /// The IBAN of that one, without spaces.
    pub iban: Option<String>,
    /// What it is for, in the words of the payer.
    pub remittance: String,
    /// The bank's reference and a digest of the entry; the digest and a counter if the bank gives none. The same
    /// for the same entry in whatever file of the same format, and different for different entries.
    pub reference: String,
}

/// An entry as it was read, before it has its own reference.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub entry: Entry,
    /// The bank's reference; empty: none.
    pub bank_ref: String,
    /// Its place among the parts of one booking.
    pub part: usize,
}

impl Draft {
    /// A digest of all that does not depend on the file.
    fn digest(&self) -> String {
        let Entry {
            account, booked_on, valued_on, amount, direction, reversal, counterparty, iban, remittance, ..
        } = &self.entry;
        let parts = format!(
            "{account:?}{booked_on}{valued_on:?}{amount}{direction:?}{reversal}{counterparty:?}{iban:?}{remittance:?}{}",
            self.part
        );
        hex::encode(Sha256::digest(parts.as_bytes()).get(..8).unwrap_or_default())
    }
}

/// Gives each entry its reference. What has the bank's own reference and is the same throughout, is the same
/// entry told twice, and is kept once.
pub(crate) fn finished(drafts: Vec<Draft>) -> Vec<Entry> {
    let (mut entries, mut seen, mut counted) = (vec![], BTreeSet::new(), BTreeMap::<String, u32>::new());
    for mut draft in drafts {
        let entry = &mut draft.entry;
        entry.remittance = tidy(&entry.remittance);
        entry.counterparty = entry.counterparty.as_deref().map(tidy).filter(|name| !name.is_empty());
        entry.iban = entry.iban.as_deref().map(compact).filter(|iban| !iban.is_empty());
        let (digest, bank_ref) = (draft.digest(), tidy(&draft.bank_ref));
        draft.entry.reference = if is_reference(&bank_ref) {
            format!("{}/{digest}", bank_ref.chars().take(100).collect::<String>())
        } else {
            let count = counted.entry(digest.clone()).or_default();
            *count += 1;
            format!("{digest}/{count}")
        };
        if seen.insert(draft.entry.reference.clone()) {
            entries.push(draft.entry);
        }
    }
    entries
}

/// What banks write where they have no reference.
fn is_reference(text: &str) -> bool {
    let nothing = ["NONREF", "NOREF", "NOTPROVIDED", "NOT PROVIDED"];
    !text.is_empty() && !nothing.contains(&text.to_ascii_uppercase().as_str())
}

/// One line, single spaces, no control characters, not too long.
fn tidy(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect()
}

/// Letters and digits alone, in capitals.
fn compact(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(34).collect()
}
