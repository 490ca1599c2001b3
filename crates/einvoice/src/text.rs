//! What may stand in a text: anything that XML can carry and that reads as it is written.

/// One line: what [`paragraphs`] leaves, with spaces for line breaks.
pub(crate) fn line(text: &str) -> String {
    let words = paragraphs(text).replace(['\n', '\t'], " ");
    words.trim().to_owned()
}

/// Several lines. Taken out are the characters that XML 1.0 cannot carry (control characters, non-characters)
/// and those that turn the direction of text, with which a document can read differently than it is. Line
/// breaks of every kind become `\n`. Space around the text goes.
pub(crate) fn paragraphs(text: &str) -> String {
    let breaks = text.replace("\r\n", "\n");
    let kept = breaks.chars().filter_map(|c| match c {
        '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\n' | '\t' => Some(c),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => None,
        c if c.is_control() => None,
        c => Some(c),
    });
    kept.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_carry_or_would_mislead_is_taken_out() {
        assert_eq!(line(" a\u{0}b\u{1f}\u{7f}\r\nc\td\u{202e}e\u{ffff} "), "ab c de");
        assert_eq!(paragraphs("\r\none\rtwo\u{2028}three\n"), "one\ntwo\nthree");
        let scripts = "Ñandú العربية עברית 漢字 हिन्दी ไทย 👩‍👩‍👧 <&>\"'";
        assert_eq!(line(scripts), scripts);
        assert_eq!(line("\u{0}\u{202e}\n"), "");
    }
}
