//! What a form sent.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::request::decode;
use crate::view::Form;

/// The fields of a form, in the order sent. Text that the database could not hold (broken UTF-8,
/// NUL) is refused with 400 before the handler sees it.
#[derive(Debug, Clone, Default)]
pub struct Posted(Vec<(String, String)>);

impl Posted {
    /// The first value of a field; empty if it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
    /// The first value without the space around it.
    pub fn text(&self, name: &str) -> String {
        self.get(name).trim().to_owned()
    }
    /// The first value without the space around it, unless that leaves nothing.
    pub fn optional(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }
    /// Every value of a field that may be sent several times.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }
    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        !matches!(self.get(name), "" | "false" | "off" | "0")
    }
    /// The fields whose names start with `prefix`, without it: `settings.host` as `host`. One that was sent several
    /// times has its values on a line each.
    pub fn group(&self, prefix: &str) -> BTreeMap<String, String> {
        let mut all: BTreeMap<String, String> = BTreeMap::new();
        for (key, value) in self.0.iter().filter_map(|(key, value)| Some((key.strip_prefix(prefix)?, value))) {
            let joined = |held: &mut String| *held = format!("{held}\n{value}");
            all.entry(key.to_owned()).and_modify(joined).or_insert_with(|| value.clone());
        }
        all
    }
    /// The form as it was sent, to be shown again.
    pub fn form(&self) -> Form {
        Form::posted(self.0.iter().cloned())
    }

    /// A form with these fields, as a test of what reads one needs it.
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    fn parse(body: &[u8]) -> Option<Self> {
        let body = std::str::from_utf8(body).ok()?;
        let pairs = body.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode(&name.replace('+', " "))?, decode(&value.replace('+', " "))?))
        });
        pairs.collect::<Option<_>>().map(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Response;
    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let is_form = kind.is_empty() || kind.starts_with("application/x-www-form-urlencoded");
        if !is_form {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
        }
        let body = Bytes::from_request(request, state).await.map_err(|e| e.status().into_response())?;
        Self::parse(&body).ok_or_else(|| StatusCode::BAD_REQUEST.into_response())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_they_were_typed() {
        let posted = Posted::parse(b"a=1+2&a=%2B&b&c=%C3%A9%0A&settings.host=x&").unwrap();
        assert_eq!(posted.get("a"), "1 2");
        assert_eq!(posted.all("a"), ["1 2", "+"]);
        assert_eq!(posted.get("b"), "");
        assert_eq!(posted.text("c"), "é");
        assert_eq!(posted.optional("b"), None);
        assert_eq!(posted.group("settings.")["host"], "x");
        assert_eq!(posted.group("")["a"], "1 2\n+", "each on a line");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for body in [&b"a=%00"[..], b"a=\0", b"%ff=1", b"a=%C3", b"\xff"] {
            assert!(Posted::parse(body).is_none(), "{body:?}");
        }
    }
}
