//! The HTTP exchanges of one call, and how they are kept.

use innkeeper_plugin_api::recorder::{Clip, Exchange, Recorder};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::{Mutex, PoisonError};

use super::mask::{Masker, cut, is_secret_name};

/// Exchanges of one call that are kept; the rest are counted.
const MOST: usize = 30;
/// Bytes of a body that are stored.
const BODY: usize = 4 << 10;
/// Bytes of a header or an address that are stored.
const LINE: usize = 1 << 10;

/// Keeps the exchanges of one call.
#[derive(Default)]
pub(super) struct Exchanges(Mutex<(Vec<Exchange>, i32)>);

impl Recorder for Exchanges {
    fn exchange(&self, exchange: Exchange) {
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (kept, count) = &mut *guard;
        *count = count.saturating_add(1);
        if kept.len() < MOST {
            kept.push(exchange);
        }
    }
}

/// An exchange as it is stored: no secret in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredExchange {
    /// `GET`, `POST` …
    pub method: String,
    /// Address with its query.
    pub url: String,
    /// The status; none: no answer came.
    pub status: Option<u16>,
    /// Why there was no answer, or why it was not taken.
    pub error: Option<String>,
    /// Milliseconds.
    pub ms: u64,
    /// What was sent.
    pub request: Side,
    /// What came back.
    pub response: Side,
}

/// What went one way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// Headers, as (name, value).
    pub headers: Vec<(String, String)>,
    /// The beginning of the body.
    pub body: String,
    /// Length of the whole body in bytes.
    pub bytes: usize,
}

impl Exchanges {
    /// How many there were.
    pub fn count(&self) -> i32 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1
    }
    /// Those that were kept, without secrets, ready to be stored.
    pub fn masked(&self, masker: &Masker) -> Value {
        let guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stored: Vec<StoredExchange> = guard.0.iter().map(|e| stored(e, masker)).collect();
        serde_json::to_value(stored).unwrap_or_default()
    }
}

fn stored(exchange: &Exchange, masker: &Masker) -> StoredExchange {
    StoredExchange {
        method: exchange.method.clone(),
        url: masker.cut(&exchange.url, LINE),
        status: exchange.status,
        error: exchange.error.as_deref().map(|e| masker.cut(e, LINE)),
        ms: exchange.ms,
        request: side(&exchange.request_headers, &exchange.request_body, masker),
        response: side(&exchange.response_headers, &exchange.response_body, masker),
    }
}

fn side(headers: &reqwest::header::HeaderMap, body: &Clip, masker: &Masker) -> Side {
    let shown = |name: &str, value: &[u8]| {
        if is_secret_name(name) {
            return super::mask::HIDDEN.to_owned();
        }
        masker.cut(&String::from_utf8_lossy(value), LINE)
    };
    let headers = headers.iter().map(|(name, value)| (name.to_string(), shown(name.as_str(), value.as_bytes())));
    let text = String::from_utf8_lossy(&body.start);
    let text = if body.is_cut() { masker.beginning(&text) } else { masker.text(&text) };
    // Postgres takes no NUL inside JSON text.
    Side { headers: headers.collect(), body: cut(&text, BODY).replace('\0', "\u{fffd}"), bytes: body.bytes }
}
