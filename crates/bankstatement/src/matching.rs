//! Which invoice an entry pays. What is not beyond doubt is left to a person.

use innkeeper_domain::Money;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::entry::{Direction, Entry};

/// Client numbers shorter than this count only after a word such as "client": any text has such numbers.
const TELLING: usize = 5;
/// Words before a short client number.
const CLIENT_WORDS: [&str; 11] =
    ["CLIENT", "CUSTOMER", "KUNDE", "KUNDEN", "KUNDENNR", "KUNDENNUMMER", "KDNR", "KD", "CLIENTE", "KLANT", "KLANTNR"];
/// Characters that a payer may put between two of a number.
const GAP: usize = 3;

/// An invoice that is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Its id.
    pub invoice: i64,
    /// Its printed number.
    pub number: String,
    /// The client's number, as the client knows it.
    pub client: String,
    /// What is owed.
    pub balance: Money,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It pays this invoice exactly.
    Pays(i64),
    /// It was recorded before.
    Known,
    /// No money came, or an earlier payment is taken back.
    NotIncoming,
    /// It may be for one of these; a person decides. Why, in words.
    Unsure(Vec<i64>, &'static str),
    /// Nothing in it is known.
    Unmatched,
}

/// An entry and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// What it is.
    pub verdict: Verdict,
}

/// Judges entries, in their order. `known` are the references that were recorded before. An entry pays an invoice
/// if it names its number (or nothing but the number of a client who owes just this amount once), in the same
/// currency and with exactly what is owed. No invoice is paid by two entries.
pub fn propose<'a>(entries: &'a [Entry], open: &[Open], known: &BTreeSet<String>) -> Vec<Proposal<'a>> {
    let (books, mut seen) = (Books::new(open), known.clone());
    let mut proposals: Vec<Proposal<'a>> = vec![];
    for entry in entries {
        let verdict = if !seen.insert(entry.reference.clone()) {
            Verdict::Known
        } else if entry.direction == Direction::Debit || entry.reversal {
            Verdict::NotIncoming
        } else {
            books.judge(entry)
        };
        proposals.push(Proposal { entry, verdict });
    }
    only_once(&mut proposals);
    proposals
}

/// What is owed, by the numbers that a payer may write.
struct Books<'a> {
    open: &'a [Open],
    invoices: HashMap<String, Vec<usize>>,
    clients: HashMap<String, Vec<usize>>,
    /// Letters of the longest number.
    longest: usize,
}

impl<'a> Books<'a> {
    fn new(open: &'a [Open]) -> Self {
        let mut books = Self { open, invoices: HashMap::new(), clients: HashMap::new(), longest: 0 };
        for (index, one) in open.iter().enumerate() {
            for (of, number) in [(&mut books.invoices, &one.number), (&mut books.clients, &one.client)] {
                let number = letters(number);
                books.longest = books.longest.max(number.chars().count());
                of.entry(number).or_default().push(index);
            }
        }
        books
    }

    fn judge(&self, entry: &Entry) -> Verdict {
        let text: Vec<char> = entry.remittance.to_uppercase().chars().collect();
        let (mut named, mut of_clients) = (BTreeSet::new(), BTreeSet::new());
        numbers(&text, self.longest, |start, number| {
            named.extend(self.invoices.get(number).into_iter().flatten());
            if number.chars().count() >= TELLING || follows_a_word_for_client(&text, start) {
                of_clients.extend(self.clients.get(number).into_iter().flatten());
            }
        });
        match self.by_invoice(entry, &self.all(&named)) {
            Some(verdict) => verdict,
            None => self.by_client(entry, &self.all(&of_clients)),
        }
    }

    fn all(&self, indices: &BTreeSet<usize>) -> Vec<&'a Open> {
        indices.iter().filter_map(|index| self.open.get(*index)).collect()
    }

    fn by_invoice(&self, entry: &Entry, named: &[&Open]) -> Option<Verdict> {
        Some(match named {
            [] => return None,
            [one] if one.balance == entry.amount => Verdict::Pays(one.invoice),
            [one] if one.balance.currency() != entry.amount.currency() => {
                Verdict::Unsure(ids(named), "another currency than the invoice's")
            }
            [_] => Verdict::Unsure(ids(named), "another amount than is owed"),
            _ => Verdict::Unsure(ids(named), "several invoices are named"),
        })
    }

    fn by_client(&self, entry: &Entry, owed: &[&Open]) -> Verdict {
        let clients: BTreeSet<&str> = owed.iter().map(|open| open.client.as_str()).collect();
        let fitting: Vec<&Open> = owed.iter().filter(|open| open.balance == entry.amount).copied().collect();
        match (clients.len(), fitting.as_slice()) {
            (0, _) => Verdict::Unmatched,
            (1, [one]) => Verdict::Pays(one.invoice),
            (1, []) => Verdict::Unsure(ids(owed), "the client owes no such amount"),
            (1, _) => Verdict::Unsure(ids(&fitting), "the client owes this amount more than once"),
            _ => Verdict::Unsure(ids(owed), "several clients are named"),
        }
    }
}

fn ids(found: &[&Open]) -> Vec<i64> {
    found.iter().map(|open| open.invoice).collect()
}

/// An invoice that two entries would pay is paid by neither without a person.
fn only_once(proposals: &mut [Proposal<'_>]) {
    let mut claims: BTreeMap<i64, usize> = BTreeMap::new();
    for proposal in proposals.iter() {
        if let Verdict::Pays(invoice) = proposal.verdict {
            *claims.entry(invoice).or_default() += 1;
        }
    }
    for proposal in proposals {
        if let Verdict::Pays(invoice) = proposal.verdict
            && claims.get(&invoice).is_some_and(|claims| *claims > 1)
        {
            proposal.verdict = Verdict::Unsure(vec![invoice], "several entries would pay this invoice");
        }
    }
}

/// "client 7", "Kunden-Nr. 7".
fn follows_a_word_for_client(text: &[char], at: usize) -> bool {
    let before: String = text.get(..at).unwrap_or_default().iter().collect();
    let close = before.trim_end_matches(|c: char| !c.is_alphanumeric()).ends_with(char::is_alphabetic);
    let mut words = before.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let last = [words.next_back(), words.next_back()];
    close && last.into_iter().flatten().any(|word| CLIENT_WORDS.contains(&word))
}

fn letters(number: &str) -> String {
    number.to_uppercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

fn same_kind(one: char, other: char) -> bool {
    one.is_numeric() == other.is_numeric() && one.is_alphanumeric() && other.is_alphanumeric()
}

/// Shows all that may be a number in a text (in capitals): letters and digits in their order, at most `longest`,
/// with a few other characters between them, and nothing of the same kind right before or after, so that
/// 2026-0004 is not found in 2026-00041.
fn numbers(text: &[char], longest: usize, mut show: impl FnMut(usize, &str)) {
    for (start, first) in text.iter().enumerate() {
        let before = start.checked_sub(1).and_then(|at| text.get(at));
        if !first.is_alphanumeric() || before.is_some_and(|before| same_kind(*before, *first)) {
            continue;
        }
        let (mut number, mut at) = (String::new(), start);
        for _ in 0..longest {
            let Some(letter) = text.get(at) else { break };
            number.push(*letter);
            at += 1;
            if !text.get(at).is_some_and(|after| same_kind(*letter, *after)) {
                show(start, &number);
            }
            let gap = text.get(at..).unwrap_or_default().iter().take_while(|c| !c.is_alphanumeric()).count();
            if gap > GAP {
                break;
            }
            at += gap;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, number: &str) -> bool {
        let mut found = false;
        numbers(&text.to_uppercase().chars().collect::<Vec<_>>(), 40, |_, shown| found |= shown == letters(number));
        found
    }

    #[test]
    fn a_number_is_found_as_payers_write_it() {
        for text in [
            "2026-00041",
            "Invoice 2026-00041, thanks",
            "RE2026-00041",
            "rechnung nr.2026 - 00041.",
            "2026/00041",
            "202600041",
            "2026-000 41",
            "20 26 00 04 1",
        ] {
            assert!(found(text, "2026-00041"), "{text}");
        }
        assert!(found("inv 2026 00041", "INV-2026-00041"));
        assert!(found("Straße ß-7 x", "SS7"), "capitals of a letter may be two");
    }

    #[test]
    fn a_number_within_another_is_not_it() {
        for text in ["2026-000412", "12026-00041", "2026-0004", "2026-00042", "", "2026     00041", "41"] {
            assert!(!found(text, "2026-00041"), "{text}");
        }
        assert!(!found("2026-00041", "2026-0004"));
        assert!(!found("anything", "-"));
    }

    #[test]
    fn a_short_client_number_counts_after_a_word_for_it() {
        let open = [Open {
            invoice: 1,
            number: "2026-00001".into(),
            client: "7".into(),
            balance: Money::new(100, innkeeper_domain::Currency::EUR),
        }];
        let names = |text: &str| {
            let text: Vec<char> = text.to_uppercase().chars().collect();
            let mut named = false;
            numbers(&text, 10, |start, number| {
                named |= Books::new(&open).clients.contains_key(number) && follows_a_word_for_client(&text, start);
            });
            named
        };
        for text in ["client 7", "Client: 7 hosting", "Kunden-Nr. 7", "KdNr 7", "cliente no. 7"] {
            assert!(names(text), "{text}");
        }
        for text in ["7", "invoice 7", "client 77", "client of 12 and 7", "hosting 7 client"] {
            assert!(!names(text), "{text}");
        }
    }
}
