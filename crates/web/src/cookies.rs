//! The cookies of the site: which there are, and how they are written.

use std::fmt;

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use innkeeper_app::sessions::Audience;

/// How long a cart is remembered, in seconds.
const CART_AGE: u32 = 60 * 60 * 24 * 30;

/// The name of a session cookie: one for each audience, so that staff may look at the portal as a
/// client while they stay signed in to the panel. `__Host-` makes the browser refuse a cookie set
/// by a neighbouring host or without encryption.
pub(crate) const fn session_name(audience: Audience, secure: bool) -> &'static str {
    match (audience, secure) {
        (Audience::Staff, true) => "__Host-innkeeper-staff",
        (Audience::Staff, false) => "innkeeper-staff",
        (Audience::Portal, true) => "__Host-innkeeper-client",
        (Audience::Portal, false) => "innkeeper-client",
    }
}

/// The name of the cookie that holds the token of the cart.
pub(crate) const fn cart_name(secure: bool) -> &'static str {
    if secure { "__Host-innkeeper-cart" } else { "innkeeper-cart" }
}

/// Starts a session in the browser. It ends with the browser; the server ends it earlier.
pub(crate) fn session(audience: Audience, token: &str, secure: bool) -> SetCookie {
    SetCookie { name: session_name(audience, secure), value: token.to_owned(), seconds: None, secure }
}

/// Remembers the cart.
pub(crate) fn cart(token: &str, secure: bool) -> SetCookie {
    lasting(cart_name(secure), token.to_owned(), CART_AGE, secure)
}

/// Stays for some seconds.
pub(crate) fn lasting(name: &'static str, value: String, seconds: u32, secure: bool) -> SetCookie {
    SetCookie { name, value, seconds: Some(seconds), secure }
}

/// Makes the browser forget a cookie.
pub(crate) fn gone(name: &'static str, secure: bool) -> SetCookie {
    lasting(name, String::new(), 0, secure)
}

/// A cookie to be set. The value must be of letters, digits, `-` and `_`.
#[derive(Clone, Debug)]
pub(crate) struct SetCookie {
    name: &'static str,
    value: String,
    seconds: Option<u32>,
    secure: bool,
}

impl SetCookie {
    /// Adds the header to a response.
    pub(crate) fn add_to(&self, headers: &mut HeaderMap) {
        if let Ok(header) = HeaderValue::try_from(self.to_string()) {
            headers.append(SET_COOKIE, header);
        }
    }
}

impl fmt::Display for SetCookie {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Lax, so that a link in a mail finds the reader signed in.
        write!(out, "{}={}; Path=/; HttpOnly; SameSite=Lax", self.name, self.value)?;
        if let Some(seconds) = self.seconds {
            write!(out, "; Max-Age={seconds}")?;
        }
        if self.secure { out.write_str("; Secure") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_out_of_reach_of_scripts_and_of_plain_connections() {
        let cookie = session(Audience::Staff, "abc", true).to_string();
        assert_eq!(cookie, "__Host-innkeeper-staff=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
    }

    #[test]
    fn a_cookie_is_taken_away_by_its_age() {
        assert!(gone("x", false).to_string().ends_with("Max-Age=0"));
    }
}
