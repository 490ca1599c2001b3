//! What is known about a request before anybody asks who sent it.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;

use crate::state::AppState;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const LONGEST_ID: usize = 64;

/// Number and origin of a request, in its extensions.
#[derive(Clone, Debug, Default)]
pub struct RequestInfo {
    /// Joins log, audit and error page; also sent as `x-request-id`.
    pub id: String,
    /// The client's address; empty if unknown.
    pub ip: String,
    /// Sent from this very machine, and not on behalf of somebody else.
    pub is_local: bool,
}

/// Numbers the request and finds out where it came from.
pub async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let peer = peer(request.extensions());
    let info = RequestInfo {
        id: request_id(request.headers()),
        ip: client_ip(peer, request.headers(), &*state.options.is_trusted_proxy)
            .map_or_else(String::new, |ip| ip.to_string()),
        is_local: peer.is_some_and(|ip| ip.is_loopback()) && !request.headers().contains_key(&FORWARDED_FOR),
    };
    let id = HeaderValue::from_str(&info.id);
    request.extensions_mut().insert(info);
    let mut response = next.run(request).await;
    if let Ok(id) = id {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// Turns away addresses that are not text: the database takes neither NUL nor broken UTF-8.
pub async fn readable(request: Request, next: Next) -> Response {
    if decode(request.uri().path()).is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    if decode(request.uri().query().unwrap_or_default()).is_none() {
        return StatusCode::BAD_REQUEST.into_response();
    }
    next.run(request).await
}

/// Does a program ask: is JSON wanted, or sent?
pub(crate) fn wants_json(headers: &HeaderMap) -> bool {
    let says = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_json = |kind: &str| kind.split(';').next().unwrap_or_default().trim() == "application/json";
    says(ACCEPT).split(',').any(is_json) || is_json(says(CONTENT_TYPE))
}

/// Percent-decoded text without NUL.
pub(crate) fn decode(text: &str) -> Option<String> {
    let text = percent_decode_str(text).decode_utf8().ok()?;
    (!text.contains('\0')).then(|| text.into_owned())
}

/// The other end of the connection.
fn peer(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical())
}

/// The id that a proxy gave, if it is harmless in a log, or a new one.
fn request_id(headers: &HeaderMap) -> String {
    let is_harmless = |id: &&str| {
        (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    match headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).filter(is_harmless) {
        Some(id) => id.to_owned(),
        None => fresh_id(),
    }
}

fn fresh_id() -> String {
    let mut bytes = [0; 8];
    // Without randomness the id is of no use, and nothing else works either.
    if getrandom::fill(&mut bytes).is_err() {
        return String::new();
    }
    hex::encode(bytes)
}

/// The last address in the chain of proxies that is not one of ours. What stands before it, the
/// client itself may have written.
fn client_ip(peer: Option<IpAddr>, headers: &HeaderMap, is_proxy: &dyn Fn(IpAddr) -> bool) -> Option<IpAddr> {
    let mut address = peer?;
    let chain: Vec<&str> = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok()).collect();
    for hop in chain.iter().flat_map(|value| value.split(',')).rev() {
        if !is_proxy(address) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(before) => address = before.to_canonical(),
            Err(_) => break,
        }
    }
    Some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
        }
        let ours = |address: IpAddr| address.to_string().starts_with("10.");
        client_ip(Some(peer.parse().unwrap()), &headers, &ours).unwrap().to_string()
    }

    #[test]
    fn only_our_proxies_may_say_who_the_client_is() {
        assert_eq!(ip("192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
        assert_eq!(ip("10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(ip("10.0.0.1", &["198.51.100.7, 203.0.113.9, 10.0.0.2"]), "203.0.113.9");
        assert_eq!(ip("10.0.0.1", &["198.51.100.7", "203.0.113.9"]), "203.0.113.9");
        assert_eq!(ip("10.0.0.1", &["nonsense"]), "10.0.0.1");
        assert_eq!(ip("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn a_foreign_request_id_is_kept_only_if_it_is_harmless() {
        let with = |id: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_str(id).unwrap());
            request_id(&headers)
        };
        assert_eq!(with("abc-123"), "abc-123");
        for odd in ["", "a b", "a\"b", &"x".repeat(65)] {
            assert_ne!(with(odd), odd);
            assert_eq!(with(odd).len(), 16);
        }
    }

    #[test]
    fn text_with_nul_or_broken_utf8_is_no_text() {
        assert_eq!(decode("a%20%C3%A9").as_deref(), Some("a é"));
        assert_eq!(decode("a%00"), None);
        assert_eq!(decode("%ff"), None);
    }
}
