//! Pages of snapins, as both doors read their addresses and answer their forms.

use std::collections::BTreeMap;

use axum::Json;
use axum::RequestPartsExt as _;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use innkeeper_app::pages::{PageOf, Wanted};
use innkeeper_app::{AppError, FieldError};
use innkeeper_plugin_api::pages::{About, ActionReply};
use innkeeper_plugin_api::view::View;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::error::Failure;
use crate::extract::Posted;
use crate::plugin_view::PluginView;
use crate::request::wants_json;
use crate::view::Form;

/// The address of a page: `…/plugins/{id}/{page}`, and `/{action}` after it where a form posts to. The query
/// may say what the page is on: `client`, `service` or `domain`, one of them.
#[derive(Clone, Debug)]
pub struct PageAddress {
    /// The page.
    pub wanted: Wanted,
    /// The action, where there is one.
    pub action: String,
}

impl<S: Send + Sync> FromRequestParts<S> for PageAddress {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let missing = |_| Failure::missing();
        let Path(mut path) = parts.extract::<Path<BTreeMap<String, String>>>().await.map_err(|_| Failure::missing())?;
        let Query(query) = parts.extract::<Query<Vec<(String, String)>>>().await.map_err(|_| Failure::missing())?;
        let mut query: BTreeMap<String, String> = query.into_iter().collect();
        let about = match (query.remove("client"), query.remove("service"), query.remove("domain")) {
            (None, None, None) => About::Nothing,
            (Some(id), None, None) => About::Client(id.parse().map_err(missing)?),
            (None, Some(id), None) => About::Service(id.parse().map_err(missing)?),
            (None, None, Some(id)) => About::Domain(id.parse().map_err(missing)?),
            _ => return Err(Failure::missing()),
        };
        let mut part = |name: &str| path.remove(name).unwrap_or_default();
        let wanted = Wanted { plugin: part("id"), page: part("page"), about, query };
        Ok(Self { wanted, action: part("action") })
    }
}

/// The query of an address that says what a page is on: empty, or `?service=17`.
pub fn on(about: About) -> String {
    match about {
        About::Nothing => String::new(),
        About::Client(id) => format!("?client={id}"),
        About::Service(id) => format!("?service={id}"),
        About::Domain(id) => format!("?domain={id}"),
    }
}

/// The whole address of a visit, its query included.
pub fn address(page: &PageOf, wanted: &Wanted) -> String {
    let mut address = format!("{}{}", page.address(), on(wanted.about));
    for (key, value) in &wanted.query {
        let mark = if address.contains('?') { '&' } else { '?' };
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        address.push(mark);
        address.push_str(&format!("{}={}", encoded(key), encoded(value)));
    }
    address
}

/// What the plugin shows, with what was filled into the form of `action`, which was refused.
pub fn drawn(view: View, page: &PageOf, wanted: &Wanted, language: &str, action: &str, filled: &Form) -> PluginView {
    let whole = address(page, wanted);
    let query = whole.find('?').map_or("", |at| whole.get(at..).unwrap_or_default());
    PluginView::refused(view, (&page.address(), query), language, action, filled)
}

/// What was sent to an action: a form of the page, or a JSON object of plain values.
#[derive(Clone, Debug)]
pub enum Sent {
    /// A form, and whether a JSON answer is wanted.
    Form(Posted, bool),
    /// JSON: answered as JSON.
    Json(BTreeMap<String, String>),
}

impl Sent {
    /// The answers by the keys of their fields.
    pub fn input(&self) -> BTreeMap<String, String> {
        match self {
            Self::Form(posted, _) => posted.group("field."),
            Self::Json(input) => input.clone(),
        }
    }
    /// The form to be shown again, unless a program asked.
    pub fn form(&self) -> Option<Form> {
        match self {
            Self::Form(posted, false) => Some(posted.form()),
            _ => None,
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Response;
    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (json, is_json) = (wants_json(request.headers()), has_json(&request));
        if !is_json {
            return Posted::from_request(request, state).await.map(|posted| Self::Form(posted, json));
        }
        let body = Bytes::from_request(request, state).await.map_err(|e| e.status().into_response())?;
        plain(&body).map(Self::Json).ok_or_else(|| StatusCode::BAD_REQUEST.into_response())
    }
}

fn has_json(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.split(';').next().unwrap_or_default().trim() == "application/json")
}

/// The text of each member of a JSON object: `true` is `1`, `false` and `null` are empty, a list of texts has each on a
/// line. None: it has other
/// members, or text that the database could not hold.
fn plain(body: &[u8]) -> Option<BTreeMap<String, String>> {
    let members: BTreeMap<String, Value> = serde_json::from_slice(body).ok()?;
    let text = |value: Value| match value {
        Value::String(text) if !text.contains('\0') => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(true) => Some("1".to_owned()),
        Value::Bool(false) | Value::Null => Some(String::new()),
        Value::Array(several) => {
            let lines: Option<Vec<&str>> = several.iter().map(Value::as_str).collect();
            lines.map(|lines| lines.join("\n")).filter(|text| !text.contains('\0'))
        }
        _ => None,
    };
    let pair = |(key, value): (String, Value)| Some((key, text(value)?)).filter(|(key, _)| !key.contains('\0'));
    members.into_iter().map(pair).collect()
}

/// The answer of an action to a program.
pub fn reply(reply: ActionReply) -> Response {
    Json(json!({ "message": reply.message, "data": reply.data })).into_response()
}

/// Puts what is wrong with an answer at its control.
pub fn at_controls(error: AppError) -> AppError {
    let AppError::Invalid(errors) = error else { return error };
    let moved = |error: FieldError| FieldError { field: format!("field.{}", error.field), ..error };
    AppError::Invalid(errors.into_iter().map(|e| if e.field.is_empty() { e } else { moved(e) }).collect())
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn json_is_an_object_of_plain_values() {
        let input = plain(br#"{"a":"x","n":3,"yes":true,"no":false,"nil":null}"#).unwrap();
        let pairs: Vec<_> = input.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(pairs, [("a", "x"), ("n", "3"), ("nil", ""), ("no", ""), ("yes", "1")]);
        for odd in ["[]", "1", "{", r#"{"a":{}}"#, r#"{"a":[1]}"#, r#"{"a":"\u0000"}"#] {
            assert!(plain(odd.as_bytes()).is_none(), "{odd}");
        }
    }
}
