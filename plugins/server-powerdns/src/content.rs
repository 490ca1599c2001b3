//! The content of records, ours to theirs and back. Pure.
//!
//! Theirs is the zone file's: names end with a dot, text is quoted and escaped, a priority stands in front.
//! Ours is what people type: `mail.example.org`, `v=spf1 -all`, and the priority in a field of its own.

use innkeeper_plugin_api::{PluginError, RecordType};

/// The longest piece of text in a record; longer texts are several pieces.
const LONGEST_PIECE: usize = 255;

/// Our content as PowerDNS wants it.
///
/// # Errors
/// `Invalid`, with a public text, when it cannot be any.
pub(crate) fn to_wire(
    kind: RecordType,
    content: &str,
    priority: Option<u16>,
    zone: &str,
) -> Result<String, PluginError> {
    let content = content.trim();
    if content.is_empty() || content.contains(['\n', '\r', '\0']) {
        return Err(refused(format!("The content of the {kind} record must be one line and not empty.")));
    }
    Ok(match kind {
        RecordType::Cname | RecordType::Ns | RecordType::Ptr | RecordType::Alias => host(content, zone)?,
        RecordType::Mx => format!("{} {}", needed(kind, priority)?, host(content, zone)?),
        RecordType::Srv => {
            let words: Vec<&str> = content.split_whitespace().collect();
            let [weight, port, target] = words[..] else {
                return Err(refused("An SRV record holds a weight, a port and a host name.".to_owned()));
            };
            format!("{} {weight} {port} {}", needed(kind, priority)?, host(target, zone)?)
        }
        RecordType::Txt => quoted(content),
        RecordType::A | RecordType::Aaaa | RecordType::Caa | RecordType::Tlsa | RecordType::Sshfp => content.to_owned(),
        RecordType::Url | RecordType::Frame | RecordType::MailForward => {
            return Err(refused(format!("{kind} is no record of the DNS.")));
        }
    })
}

/// PowerDNS's content and priority as people type them; none if it does not look as it should.
pub(crate) fn from_wire(kind: RecordType, content: &str) -> Option<(String, Option<u16>)> {
    Some(match kind {
        RecordType::Cname | RecordType::Ns | RecordType::Ptr | RecordType::Alias => (bare(content), None),
        RecordType::Mx | RecordType::Srv => {
            let (priority, rest) = content.split_once(' ')?;
            (bare(rest.trim()), Some(priority.parse().ok()?))
        }
        RecordType::Txt => (unquoted(content)?, None),
        _ => (content.to_owned(), None),
    })
}

fn needed(kind: RecordType, priority: Option<u16>) -> Result<u16, PluginError> {
    priority.ok_or_else(|| refused(format!("An {kind} record needs a priority.")))
}

/// Without the dot at its end; the root stays what it is.
fn bare(name: &str) -> String {
    match name.strip_suffix('.') {
        Some(bare) if !bare.is_empty() && !bare.ends_with(' ') => bare.to_owned(),
        _ => name.to_owned(),
    }
}

/// A host name with the dot at its end. One word is a name within the zone, `@` is the zone.
fn host(name: &str, zone: &str) -> Result<String, PluginError> {
    if name == "." {
        return Ok(name.to_owned());
    }
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let label = |label: &str| {
        let sound = |c: char| c.is_ascii_alphanumeric() || "-_*/".contains(c);
        (1..=63).contains(&label.len()) && label.chars().all(sound)
    };
    match name.as_str() {
        "@" => Ok(format!("{zone}.")),
        name if !name.split('.').all(label) => Err(refused(format!("“{name}” is no host name."))),
        name if name.contains('.') => Ok(format!("{name}.")),
        name => Ok(format!("{name}.{zone}.")),
    }
}

fn quoted(text: &str) -> String {
    let pieces = text.as_bytes().chunks(LONGEST_PIECE).map(|piece| {
        let mut out = String::from("\"");
        for byte in piece {
            match byte {
                b'"' | b'\\' => out.extend(['\\', char::from(*byte)]),
                b' '..=b'~' => out.push(char::from(*byte)),
                other => out.push_str(&format!("\\{other:03}")),
            }
        }
        out + "\""
    });
    pieces.collect::<Vec<_>>().join(" ")
}

fn unquoted(text: &str) -> Option<String> {
    let (mut out, mut within) = (Vec::new(), false);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => within = !within,
            b'\\' if within => out.push(escaped(&mut bytes)?),
            other if within => out.push(other),
            b' ' | b'\t' => {}
            _ => return None,
        }
    }
    if within { None } else { String::from_utf8(out).ok() }
}

/// What stands behind a backslash: three digits, or the character itself.
fn escaped(bytes: &mut impl Iterator<Item = u8>) -> Option<u8> {
    let first = bytes.next()?;
    if !first.is_ascii_digit() {
        return Some(first);
    }
    let digits = [first, bytes.next()?, bytes.next()?];
    std::str::from_utf8(&digits).ok()?.parse().ok()
}

/// An error for the client.
pub(crate) fn refused(text: String) -> PluginError {
    PluginError::invalid(text.clone()).public(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there(kind: RecordType, content: &str, priority: Option<u16>) -> String {
        to_wire(kind, content, priority, "example.org").unwrap()
    }

    #[test]
    fn what_is_read_can_be_written() {
        let long = "ä\"\\".repeat(200);
        for (kind, wire, ours, priority) in [
            (RecordType::A, "192.0.2.1", "192.0.2.1", None),
            (RecordType::Cname, "www.example.net.", "www.example.net", None),
            (RecordType::Mx, "10 mail.example.org.", "mail.example.org", Some(10)),
            (RecordType::Mx, "0 .", ".", Some(0)),
            (RecordType::Srv, "5 0 5060 sip.example.org.", "0 5060 sip.example.org", Some(5)),
            (RecordType::Txt, "\"v=spf1 -all\"", "v=spf1 -all", None),
            (RecordType::Txt, &quoted(&long), &long, None),
            (RecordType::Caa, "0 issue \"letsencrypt.org\"", "0 issue \"letsencrypt.org\"", None),
        ] {
            assert_eq!(from_wire(kind, wire), Some((ours.to_owned(), priority)), "{kind} {wire}");
            assert_eq!(there(kind, ours, priority), wire);
        }
    }

    #[test]
    fn names_are_made_whole() {
        assert_eq!(there(RecordType::Cname, "Www", None), "www.example.org.");
        assert_eq!(there(RecordType::Alias, "@", None), "example.org.");
        assert_eq!(there(RecordType::Cname, "cdn.example.net.", None), "cdn.example.net.");
    }

    #[test]
    fn what_is_no_content_is_refused_with_words_for_the_client() {
        for (kind, content, priority) in [
            (RecordType::A, "", None),
            (RecordType::Txt, "two\nlines", None),
            (RecordType::Mx, "mail", None),
            (RecordType::Srv, "5060 sip", Some(1)),
            (RecordType::Cname, "not a name", None),
            (RecordType::Url, "https://example.net", None),
        ] {
            let error = to_wire(kind, content, priority, "example.org").unwrap_err();
            assert!(error.public.is_some(), "{kind} {content}");
        }
        assert_eq!(unquoted("\"open"), None);
        assert_eq!(unquoted("bare words"), None);
    }

    #[test]
    fn long_texts_are_pieces_of_255_bytes() {
        let wire = quoted(&"x".repeat(300));
        assert_eq!(wire.split('"').filter(|piece| piece.starts_with('x')).map(str::len).collect::<Vec<_>>(), [255, 45]);
    }
}
