//! The body of a request: JSON that is exactly what was asked for.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, error::Category};

use super::problem::Problem;

/// A JSON body. Unknown fields are refused by the types (`deny_unknown_fields`); text with NUL, which
/// the database cannot hold, is refused here.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            let detail = "send the body as application/json";
            return Err(Problem::request(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        parse(&read(request, state).await?).map(Self)
    }
}

/// The whole body, within the limit.
pub(super) async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::request(StatusCode::PAYLOAD_TOO_LARGE, "the body is larger than 1 MiB")
        }
        status => Problem::request(status, "the body could not be read"),
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if bytes.windows(6).any(|six| six == br"\u0000") {
        refuse_nul(bytes)?;
    }
    must_be_object(bytes)?;
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        wrong(&path, error.inner())
    })?;
    json.end().map_err(|error| wrong("", &error))?;
    Ok(value)
}

/// The derived types would also take a list for their fields in order.
fn must_be_object(bytes: &[u8]) -> Result<(), Problem> {
    if bytes.trim_ascii_start().starts_with(b"{") {
        return Ok(());
    }
    match serde_json::from_slice::<IgnoredAny>(bytes) {
        Ok(_) => Err(Problem::field("", "must be a JSON object")),
        Err(error) => Err(wrong("", &error)),
    }
}

/// What is not JSON: 400. JSON of another shape: 422, naming the field.
fn wrong(path: &str, error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    // Line and column are of no use to somebody whose JSON a library wrote.
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    if error.classify() != Category::Data {
        return Problem::request(StatusCode::BAD_REQUEST, format!("the body is not JSON: {text}"));
    }
    let (name, message) = match message.split('`').nth(1) {
        Some(name) if message.starts_with("unknown field") => (name, "is not a field of this request".to_owned()),
        Some(name) if message.starts_with("missing field") => (name, "must be given".to_owned()),
        Some(name) if message.starts_with("duplicate field") => (name, "is given twice".to_owned()),
        _ => ("", message.to_owned()),
    };
    let parent = path.trim_matches(['.', '?']);
    let parent = parent.strip_suffix(name).unwrap_or(parent).trim_matches(['.', '?']);
    let field = [parent, name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
    Problem::field(field.replace('[', ".").replace(']', "").trim_start_matches('.'), message)
}

fn refuse_nul(bytes: &[u8]) -> Result<(), Problem> {
    // What is not JSON at all is told by the parser that follows.
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return Ok(()) };
    match nul_in(&value, "") {
        Some(field) => Err(Problem::field(field, "must not contain NUL")),
        None => Ok(()),
    }
}

fn nul_in(value: &Value, path: &str) -> Option<String> {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::String(text) => text.contains('\0').then(|| path.to_owned()),
        Value::Array(items) => items.iter().enumerate().find_map(|(i, item)| nul_in(item, &below(&i.to_string()))),
        Value::Object(fields) => {
            fields.iter().find_map(
                |(key, field)| {
                    if key.contains('\0') { Some(path.to_owned()) } else { nul_in(field, &below(key)) }
                },
            )
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Order {
        #[allow(dead_code)]
        items: Vec<Item>,
    }
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Item {
        #[allow(dead_code)]
        years: u8,
    }

    /// Status and first refused field.
    fn refusal(body: &str) -> (u16, String) {
        match parse::<Order>(body.as_bytes()).unwrap_err() {
            Problem::Request(status, _, fields) => {
                (status.as_u16(), fields.first().map(|f| f.field.clone()).unwrap_or_default())
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_wrong_body_is_told_with_its_field() {
        assert!(parse::<Order>(br#"{"items":[{"years":2}]}"#).is_ok());
        for (body, status, field) in [
            ("", 400, ""),
            ("{", 400, ""),
            (r#"{"items":[]} x"#, 400, ""),
            (r#"{"items":[],"price":1}"#, 422, "price"),
            (r#"{}"#, 422, "items"),
            (r#"{"items":[{"years":2,"amount":0}]}"#, 422, "items.0.amount"),
            (r#"{"items":[{}]}"#, 422, "items.0.years"),
            (r#"{"items":[{"years":300}]}"#, 422, "items.0.years"),
            (r#"{"items":[{"years":"\u0000"}]}"#, 422, "items.0.years"),
            (r#"{"items":[],"items":[]}"#, 422, "items"),
            ("[]", 422, ""),
            ("[[]]", 422, ""),
            ("null", 422, ""),
            (&"[".repeat(100_000), 400, ""),
            (r#"{"items":1e999}"#, 400, ""),
        ] {
            assert_eq!(refusal(body), (status, field.to_owned()), "{}", &body[..body.len().min(60)]);
        }
    }
}
