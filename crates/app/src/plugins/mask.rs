//! Hides secrets in what is written down: values that are known, however they are encoded, and values of
//! fields whose name says what they are.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde_json::Value;

/// What stands in place of a secret.
pub(super) const HIDDEN: &str = "•••";
/// Shorter secrets cannot be told from other text; their fields' names hide them.
const SHORTEST: usize = 4;
/// What browsers and most libraries leave as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// The same for forms.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*').remove(b' ');

/// Knows the secrets of one call.
#[derive(Debug)]
pub(super) struct Masker {
    /// All forms of all secrets, longest first.
    needles: Vec<String>,
}

impl Masker {
    /// Hides these values.
    pub fn new(secrets: &[String]) -> Self {
        let long = secrets.iter().filter(|s| s.trim().len() >= SHORTEST);
        let mut needles: Vec<String> = long.flat_map(|s| forms(s)).filter(|f| f.len() >= SHORTEST).collect();
        needles.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        needles.dedup();
        Self { needles }
    }

    /// The text without secrets.
    pub fn text(&self, text: &str) -> String {
        let mut masked = text.to_owned();
        for needle in &self.needles {
            if masked.contains(needle.as_str()) {
                masked = masked.replace(needle.as_str(), HIDDEN);
            }
        }
        named(&masked)
    }

    /// The same for the beginning of a longer text, at whose end a secret may have been cut in two.
    pub fn beginning(&self, text: &str) -> String {
        let part = |needle: &String| {
            let ends = needle.char_indices().map(|(at, _)| at).skip(1);
            ends.filter(|at| needle.get(..*at).is_some_and(|start| text.ends_with(start))).max()
        };
        let tail = self.needles.iter().filter_map(part).max().unwrap_or(0);
        let kept = text.get(..text.len() - tail).unwrap_or_default();
        self.text(kept.trim_end_matches('\u{fffd}'))
    }

    /// At most `most` bytes of a text without secrets. Only its beginning is looked at: a plugin may have
    /// made it as long as it likes.
    pub fn cut(&self, text: &str, most: usize) -> String {
        let looked_at = text.floor_char_boundary(2 * most);
        let masked = match text.len() > looked_at {
            true => self.beginning(text.get(..looked_at).unwrap_or_default()),
            false => self.text(text),
        };
        cut(&masked, most)
    }

    /// A value without secrets.
    pub fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.iter().map(|v| self.value(v)).collect(),
            Value::Object(fields) => {
                let shown = |(name, v): (&String, &Value)| {
                    let v = if is_secret_name(name) { Value::String(HIDDEN.to_owned()) } else { self.value(v) };
                    (name.clone(), v)
                };
                Value::Object(fields.iter().map(shown).collect())
            }
            other => other.clone(),
        }
    }
}

/// At most `most` bytes of a text, never half a letter.
pub(super) fn cut(text: &str, most: usize) -> String {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

/// Does the name of a field, parameter or header say that its value is a secret?
pub(super) fn is_secret_name(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    const INSIDE: [&str; 18] = [
        "password",
        "passwd",
        "passwort",
        "passphrase",
        "secret",
        "token",
        "apikey",
        "authorization",
        "credential",
        "privatekey",
        "authcode",
        "authinfo",
        "cookie",
        "sessionid",
        "signature",
        "eppcode",
        "accesskey",
        "transfercode",
    ];
    const WHOLE: [&str; 9] = ["pass", "pwd", "pw", "key", "auth", "sid", "pin", "otp", "jwt"];
    INSIDE.iter().any(|word| plain.contains(word))
        || WHOLE.contains(&plain.as_str())
        || plain.ends_with("pwd")
        || plain.ends_with("pass")
}

/// Every way in which a secret is usually written.
fn forms(secret: &str) -> Vec<String> {
    let bytes = secret.as_bytes();
    let upper = percent_encode(bytes, UNRESERVED).to_string();
    let all = percent_encode(bytes, NON_ALPHANUMERIC).to_string();
    let form = percent_encode(bytes, FORM).to_string().replace(' ', "+");
    let json = serde_json::to_string(secret).unwrap_or_default();
    let json = json.get(1..json.len().saturating_sub(1)).unwrap_or_default().to_owned();
    let unicode: String = json.chars().map(escaped).collect();
    let xml = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut all = vec![
        secret.to_owned(),
        secret.trim().to_owned(),
        lower_hex(&upper),
        lower_hex(&all),
        lower_hex(&form),
        upper,
        all,
        form,
        json.replace('/', "\\/"),
        unicode.replace('/', "\\/"),
        // JSON inside JSON.
        json.replace('\\', "\\\\").replace('"', "\\\""),
        json,
        unicode,
        xml.replace('"', "&quot;").replace('\'', "&apos;"),
        xml.replace('"', "&quot;").replace('\'', "&#39;"),
        xml.replace('"', "&#34;").replace('\'', "&#39;"),
        xml,
        hex::encode(bytes),
        hex::encode_upper(bytes),
    ];
    for shift in 0..3 {
        let coded = inside_base64(bytes, shift);
        all.push(coded.replace('+', "-").replace('/', "_"));
        all.push(percent_encode(coded.as_bytes(), UNRESERVED).to_string());
        all.push(coded.replace('/', "\\/"));
        all.push(coded);
    }
    all
}

/// What is the same in the Base64 of every text that has the secret after 3n + `shift` bytes.
fn inside_base64(secret: &[u8], shift: usize) -> String {
    let coded = STANDARD_NO_PAD.encode([vec![0; shift].as_slice(), secret].concat());
    let start = [0, 2, 3].get(shift).copied().unwrap_or(0);
    // The last letter of a broken group depends on what follows.
    let end = coded.len() - usize::from(!(shift + secret.len()).is_multiple_of(3));
    coded.get(start..end).unwrap_or_default().to_owned()
}

fn escaped(letter: char) -> String {
    if letter.is_ascii() {
        return letter.to_string();
    }
    let mut units = [0; 2];
    letter.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

fn lower_hex(percent: &str) -> String {
    let mut out = String::with_capacity(percent.len());
    let mut left = 0;
    for letter in percent.chars() {
        if letter == '%' {
            left = 3;
        }
        out.push(if left > 0 { letter.to_ascii_lowercase() } else { letter });
        left = (left - 1).max(0);
    }
    out
}

/// Hides the values of fields with telling names, in JSON, forms, queries, headers and XML alike; the
/// text need not be whole.
fn named(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        let end = rest[at..].find(|c: char| !is_name(c)).map_or(rest.len(), |n| at + n);
        let (before, name, after) = (&rest[..at], &rest[at..end], &rest[end..]);
        out.push_str(before);
        out.push_str(name);
        rest = after;
        let closes = before.ends_with('/');
        if is_secret_name(name)
            && !closes
            && let Some((lead, value)) = value_after(after, before.ends_with('<') || before.ends_with(':'))
        {
            out.push_str(&after[..lead]);
            if value > 0 && !after[lead..].starts_with(HIDDEN) {
                out.push_str(HIDDEN);
                rest = &after[lead + value..];
            } else {
                rest = &after[lead..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// Where the value of a name begins and how long it is, counted in bytes of what follows the name.
fn value_after(after: &str, tag: bool) -> Option<(usize, usize)> {
    if tag && let Some(open) = after.find(['>', '<']).filter(|at| after[*at..].starts_with('>')) {
        let inside = &after[open + 1..];
        return Some((open + 1, inside.find('<').unwrap_or(inside.len())));
    }
    let quoted = after.trim_start_matches(['\\', '"', '\'', ']']);
    let spaced = quoted.trim_start_matches([' ', '\t', '\n', '\r']);
    let separated = spaced.strip_prefix("=>").or_else(|| spaced.strip_prefix(['=', ':']))?;
    let value = separated.trim_start_matches([' ', '\t', '\n', '\r']);
    let slashes = value.len() - value.trim_start_matches('\\').len();
    let quote = value[slashes..].chars().next().filter(|c| matches!(c, '"' | '\''));
    let lead = after.len() - value.len();
    let Some(quote) = quote else {
        return Some((lead, value.find(['&', ',', ';', '}', ']', ')', '<', '"', '\n', '\r']).unwrap_or(value.len())));
    };
    // A quote inside the value has more backslashes before it than the one that opened it.
    let start = slashes + 1;
    let mut run = 0;
    for (at, c) in value[start..].char_indices() {
        match c {
            '\\' => run += 1,
            c if c == quote && run <= slashes => return Some((lead + start, at - run)),
            _ => run = 0,
        }
    }
    Some((lead + start, value.len() - start))
}

#[cfg(test)]
#[path = "mask_tests.rs"]
mod tests;
