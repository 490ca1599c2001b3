//! Spanish identification numbers: NIF/DNI, NIE, the special NIFs (K, L, M) and CIF.

/// What a Spanish number says of its holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// A natural person.
    Person,
    /// A company, association, public body …
    Organization,
}

/// A number of a known form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spanish {
    /// Whose it is, by its form.
    pub(crate) holder: Holder,
    /// Whether its control character is right.
    pub(crate) control_is_right: bool,
}

const PERSON_LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
const ORGANIZATION_LETTERS: &[u8; 10] = b"JABCDEFGHI";

/// Capitals and digits only, without the `ES` that turns a NIF into a VAT number.
pub(crate) fn normalize(number: &str) -> String {
    let kept: String =
        number.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '/')).map(|c| c.to_ascii_uppercase()).collect();
    match kept.strip_prefix("ES") {
        Some(rest) if rest.len() == 9 => rest.to_owned(),
        _ => kept,
    }
}

/// Reads a normalized number; `None` if it has none of the Spanish forms.
pub(crate) fn read(number: &str) -> Option<Spanish> {
    let bytes: &[u8; 9] = number.as_bytes().try_into().ok()?;
    let (first, control) = (bytes[0], bytes[8]);
    let middle: u32 = digits(&bytes[1..8])?;
    let person = |value: u32| {
        let right = usize::try_from(value % 23).ok().and_then(|rest| PERSON_LETTERS.get(rest)) == Some(&control);
        control.is_ascii_uppercase().then_some(Spanish { holder: Holder::Person, control_is_right: right })
    };
    match first {
        b'0'..=b'9' => person(u32::from(first - b'0') * 10_000_000 + middle),
        b'X' | b'Y' | b'Z' => person(u32::from(first - b'X') * 10_000_000 + middle),
        b'K' | b'L' | b'M' => person(middle),
        b'A'..=b'H' | b'J' | b'N' | b'P'..=b'S' | b'U' | b'V' | b'W' => organization(first, &bytes[1..8], control),
        _ => None,
    }
}

fn digits(bytes: &[u8]) -> Option<u32> {
    let all = bytes.iter().all(u8::is_ascii_digit);
    all.then(|| bytes.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
}

fn organization(kind: u8, middle: &[u8], control: u8) -> Option<Spanish> {
    let weigh = |(index, byte): (usize, &u8)| {
        let digit = byte - b'0';
        // Counted from one, the odd places are doubled.
        if index % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit }
    };
    let sum: u8 = middle.iter().enumerate().map(weigh).sum();
    let value = (10 - sum % 10) % 10;
    let letter = ORGANIZATION_LETTERS.get(usize::from(value)).copied();
    let is_digit = control == b'0' + value;
    let is_letter = Some(control) == letter;
    let right = match kind {
        b'N' | b'P' | b'Q' | b'R' | b'S' | b'W' => is_letter,
        b'A' | b'B' | b'E' | b'H' => is_digit,
        _ => is_digit || is_letter,
    };
    control.is_ascii_alphanumeric().then_some(Spanish { holder: Holder::Organization, control_is_right: right })
}

#[cfg(test)]
mod tests;
