//! What a host keeps of the HTTP exchanges of one call. Everything here is as it went over the wire:
//! who keeps it hides the secrets first.

use bytes::Bytes;
use http::HeaderMap;

use crate::Body;

/// Bytes of a body that are kept.
const KEPT: usize = 16 << 10;

/// The beginning of a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clip {
    /// Its first 16 KiB.
    pub start: Bytes,
    /// How long all of it is, as far as it was read.
    pub bytes: usize,
}

impl Clip {
    /// The beginning of `body`.
    pub fn of(body: &[u8]) -> Self {
        Self { start: Bytes::copy_from_slice(body.get(..KEPT).unwrap_or(body)), bytes: body.len() }
    }
    /// Is it less than all?
    pub fn is_cut(&self) -> bool {
        self.start.len() < self.bytes
    }
}

impl From<&Body> for Clip {
    fn from(body: &Body) -> Self {
        match body {
            Body::Empty => Self::default(),
            Body::Bytes(bytes, _) => Self::of(bytes),
        }
    }
}

/// A request and what came of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// `GET`, `POST` …
    pub method: String,
    /// The whole address, with its query.
    pub url: String,
    /// Headers that the plugin set.
    pub request_headers: HeaderMap,
    /// What was sent.
    pub request_body: Clip,
    /// The status; none: no answer came.
    pub status: Option<u16>,
    /// Headers of the answer.
    pub response_headers: HeaderMap,
    /// The answer.
    pub response_body: Clip,
    /// Why no answer came, or why it was not taken.
    pub error: Option<String>,
    /// Milliseconds from the request to the end of the answer.
    pub ms: u64,
}

/// Keeps the exchanges of one call. Must return at once.
pub trait Recorder: Send + Sync {
    /// An exchange has ended.
    fn exchange(&self, exchange: Exchange);
}
