//! Bytes to text.

/// UTF-8, with or without a byte order mark; else Windows-1252, in which banks write what is not UTF-8. Line ends
/// become `\n`, so that lines are counted alike everywhere.
pub(crate) fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| letter(*byte)).collect(),
    };
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The upper half of Windows-1252 that is not Latin-1.
const SPECIAL: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn letter(byte: u8) -> char {
    let special = byte.checked_sub(0x80).and_then(|index| SPECIAL.get(usize::from(index)));
    special.copied().unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_banks_write_is_read() {
        assert_eq!(decode("\u{feff}Müller\r\nfür\rdich".as_bytes()), "Müller\nfür\ndich");
        assert_eq!(decode(b"M\xfcller 5 \x80"), "Müller 5 €");
    }
}
