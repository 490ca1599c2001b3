//! `:86:`, in which banks say who paid and what for: by German subfields (`?20…`), by Dutch code words
//! (`/REMI/…`), or in words.

use crate::entry::Entry;

/// Lines of free text that are as long as the format allows go on in the next one, perhaps within a word.
const FULL_LINE: usize = 65;

/// Adds what it says to the entry.
pub(crate) fn add(entry: &mut Entry, lines: &[&str]) {
    let joined = lines.concat();
    let told = match separator(&joined) {
        Some(separator) => subfields(&joined, separator),
        None => code_words(&joined).unwrap_or_else(|| Told { text: free_text(lines), ..Told::default() }),
    };
    for part in [told.text, told.end_to_end] {
        let part = part.trim();
        if !part.is_empty() && !entry.remittance.contains(part) {
            if !entry.remittance.is_empty() {
                entry.remittance.push(' ');
            }
            entry.remittance.push_str(part);
        }
    }
    entry.counterparty = Some(told.name).filter(|name| !name.trim().is_empty());
    entry.iban = Some(told.iban).filter(|iban| !iban.trim().is_empty());
}

#[derive(Default)]
struct Told {
    text: String,
    end_to_end: String,
    name: String,
    iban: String,
}

/// The character before each subfield: what follows the three digits of the kind, if two digits follow it.
fn separator(text: &str) -> Option<char> {
    let kind = text.get(..3)?.bytes().all(|byte| byte.is_ascii_digit());
    let mut letters = text.get(3..)?.chars();
    let separator = letters.next().filter(|c| !c.is_ascii_alphanumeric() && !c.is_whitespace())?;
    let code = letters.next()?.is_ascii_digit() && letters.next()?.is_ascii_digit();
    (kind && code).then_some(separator)
}

fn subfields(text: &str, separator: char) -> Told {
    let mut told = Told::default();
    let mut purpose = String::new();
    for part in text.split(separator).skip(1) {
        let Some((code, value)) = part.split_at_checked(2) else { continue };
        match code.parse::<u8>() {
            // One text, cut after every 27 letters.
            Ok(20..=29 | 60..=63) => purpose.push_str(value),
            Ok(31) => told.iban = value.to_owned(),
            Ok(32 | 33) => told.name.push_str(value),
            _ => {}
        }
    }
    for (word, value) in sepa_words(&purpose) {
        match word {
            "" | "SVWZ" | "ABWA" => {
                told.text.push_str(value);
                told.text.push(' ');
            }
            "EREF" if value.trim() != "NOTPROVIDED" => value.trim().clone_into(&mut told.end_to_end),
            "IBAN" if told.iban.is_empty() => value.trim().clone_into(&mut told.iban),
            _ => {}
        }
    }
    told
}

/// `EREF+…SVWZ+…` as words and their values; what stands before the first has no word.
fn sepa_words(text: &str) -> Vec<(&str, &str)> {
    const WORDS: [&str; 14] =
        ["EREF", "KREF", "MREF", "BREF", "RREF", "CRED", "DEBT", "COAM", "OAMT", "SVWZ", "ABWA", "ABWE", "IBAN", "BIC"];
    let mut marks: Vec<(usize, &str)> = WORDS
        .iter()
        .flat_map(|word| text.match_indices(*word))
        .filter(|(at, word)| text.get(at + word.len()..).is_some_and(|rest| rest.starts_with('+')))
        .collect();
    marks.sort_unstable();
    let mut parts = vec![("", text.get(..marks.first().map_or(text.len(), |(at, _)| *at)).unwrap_or_default())];
    for (index, (at, word)) in marks.iter().enumerate() {
        let end = marks.get(index + 1).map_or(text.len(), |(next, _)| *next);
        parts.push((word, text.get(at + word.len() + 1..end).unwrap_or_default()));
    }
    parts
}

/// `/EREF/…/NAME/…/REMI/…`; none: the text has no code words.
fn code_words(text: &str) -> Option<Told> {
    const WORDS: [&str; 15] = [
        "/TRTP/", "/IBAN/", "/BIC/", "/NAME/", "/REMI/", "/EREF/", "/MARF/", "/CSID/", "/PREF/", "/ORDP/", "/BENM/",
        "/ISDT/", "/ADDR/", "/RTRN/", "/ID/",
    ];
    if !WORDS.iter().any(|word| text.starts_with(word)) {
        return None;
    }
    let mut marks: Vec<(usize, usize, &str)> =
        WORDS.iter().flat_map(|word| text.match_indices(*word)).map(|(at, word)| (at, at + word.len(), word)).collect();
    marks.sort_unstable();
    let mut told = Told::default();
    for (index, (_, from, word)) in marks.iter().enumerate() {
        let end = marks.get(index + 1).map_or(text.len(), |(next, ..)| *next);
        let value = text.get(*from..end).unwrap_or_default().trim();
        match *word {
            "/REMI/" => value.trim_start_matches("USTD//").trim_start_matches("STRD/").clone_into(&mut told.text),
            "/EREF/" if value != "NOTPROVIDED" => value.clone_into(&mut told.end_to_end),
            "/NAME/" => value.clone_into(&mut told.name),
            "/IBAN/" => value.clone_into(&mut told.iban),
            _ => {}
        }
    }
    Some(told)
}

fn free_text(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line);
        if line.chars().count() < FULL_LINE {
            text.push(' ');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_from_text() {
        let words = sepa_words("EREF+INV-7SVWZ+Rechnung 2026-00041 DANKEKREF+9");
        assert_eq!(words, [("", ""), ("EREF", "INV-7"), ("SVWZ", "Rechnung 2026-00041 DANKE"), ("KREF", "9")]);
        assert_eq!(sepa_words("plain text"), [("", "plain text")]);
    }

    #[test]
    fn only_a_kind_and_a_code_make_subfields() {
        assert_eq!(separator("166?00GUTSCHRIFT?20x"), Some('?'));
        assert_eq!(separator("166^00x"), Some('^'));
        for text in ["166 00", "Invoice 2026", "16?00", "166?x0", "é66?00", ""] {
            assert_eq!(separator(text), None, "{text}");
        }
    }
}
