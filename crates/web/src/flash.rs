//! Messages that outlive one redirect, in a cookie that the next page takes away.

use axum_extra::extract::CookieJar;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::cookies::{self, SetCookie};
use crate::view::{Flash, Tone};

const NAME: &str = "innkeeper-flash";
/// Cookies end at about 4 KB.
const LONGEST: usize = 500;

const TONES: [(Tone, &str); 5] = [
    (Tone::Success, "success"),
    (Tone::Info, "info"),
    (Tone::Warning, "warning"),
    (Tone::Danger, "danger"),
    (Tone::Neutral, "neutral"),
];

/// The messages a request brought.
pub(crate) fn read(jar: &CookieJar) -> Vec<Flash> {
    jar.get(NAME).and_then(|cookie| parse(cookie.value())).unwrap_or_default()
}

/// Whether a request brought any.
pub(crate) fn is_there(jar: &CookieJar) -> bool {
    jar.get(NAME).is_some()
}

/// The cookie that carries these messages.
pub(crate) fn write(messages: &[Flash], secure: bool) -> SetCookie {
    let pairs: Vec<(&str, String)> = messages.iter().map(|m| (word(m.tone), clipped(&m.text))).collect();
    let text = serde_json::to_vec(&pairs).unwrap_or_default();
    cookies::lasting(NAME, URL_SAFE_NO_PAD.encode(text), 60, secure)
}

/// The cookie that takes them away.
pub(crate) fn clear(secure: bool) -> SetCookie {
    cookies::gone(NAME, secure)
}

fn parse(value: &str) -> Option<Vec<Flash>> {
    let bytes = URL_SAFE_NO_PAD.decode(value).ok()?;
    let pairs: Vec<(String, String)> = serde_json::from_slice(&bytes).ok()?;
    let flash = |(word, text): (String, String)| {
        let tone = TONES.iter().find(|(_, known)| *known == word)?.0;
        Some(Flash { tone, text })
    };
    Some(pairs.into_iter().filter_map(flash).collect())
}

fn word(tone: Tone) -> &'static str {
    TONES.iter().find(|(known, _)| *known == tone).map_or("neutral", |(_, word)| word)
}

fn clipped(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum_extra::extract::cookie::Cookie;

    fn with(value: &str) -> CookieJar {
        CookieJar::new().add(Cookie::new(NAME, value.to_owned()))
    }

    #[test]
    fn messages_survive_the_trip_and_nonsense_is_dropped() {
        let sent = vec![Flash::success("Saved; \"quoted\" é"), Flash::danger("No")];
        let header = write(&sent, false).to_string();
        let value = header.split(['=', ';']).nth(1).unwrap();
        assert_eq!(read(&with(value)), sent);
        assert_eq!(read(&with("%%%")), []);
        assert_eq!(read(&CookieJar::new()), []);
    }

    #[test]
    fn a_long_message_still_fits_a_cookie() {
        let cookie = write(&[Flash::info("€".repeat(10_000))], true).to_string();
        assert!(cookie.len() < 3000, "{}", cookie.len());
    }
}
