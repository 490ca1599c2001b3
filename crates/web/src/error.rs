//! What becomes of a use case that did nothing: a page for people, problem+json for programs.
//!
//! A handler returns [`Failure`]; the group its route lies in decides how it is shown.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use axum_extra::extract::CookieJar;
use innkeeper_app::sessions::Audience;
use innkeeper_app::{AppError, FieldError};
use innkeeper_plugin_api::{ErrorKind, PluginError};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::flash;
use crate::reply::{see_other, sentence};
use crate::request::{RequestInfo, wants_json};
use crate::state::AppState;
use crate::view::{AdminSection, Chrome, ErrorPage, Flash};

/// Why a handler has no answer of its own.
#[derive(Debug, Clone)]
pub struct Failure(Arc<AppError>);

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        Self(Arc::new(error))
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self(Arc::new(AppError::internal(error)))
    }
}

impl Failure {
    /// There is nothing at this address.
    pub fn missing() -> Self {
        AppError::NotFound("page").into()
    }
    /// The HTTP status that says it.
    pub fn status(&self) -> StatusCode {
        match &*self.0 {
            AppError::NotFound(_) => StatusCode::NOT_FOUND,
            AppError::Forbidden => StatusCode::FORBIDDEN,
            AppError::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
            AppError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            AppError::Conflict(_) => StatusCode::CONFLICT,
            AppError::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            AppError::External(error) => external_status(error.kind),
            AppError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
    /// What may be told to somebody who is not staff; empty for our own faults.
    pub fn public_text(&self) -> String {
        match &*self.0 {
            AppError::Internal(_) => String::new(),
            AppError::External(error) => external_text(error),
            AppError::Invalid(fields) => fields.iter().map(field_text).collect::<Vec<_>>().join(" "),
            AppError::NotFound(_) | AppError::Forbidden => String::new(),
            other => other.to_string(),
        }
    }
    /// The refused fields.
    pub fn fields(&self) -> &[FieldError] {
        match &*self.0 {
            AppError::Invalid(fields) => fields,
            _ => &[],
        }
    }
    /// Logs our own faults.
    pub fn log(&self, request_id: &str) {
        let AppError::Internal(cause) = &*self.0 else { return };
        let mut chain = cause.to_string();
        let mut source = cause.source();
        while let Some(cause) = source {
            chain.push_str(": ");
            chain.push_str(&cause.to_string());
            source = cause.source();
        }
        tracing::error!(request_id, error = chain, "a request failed");
    }
}

/// A field's refusal as a sentence, for places that have no field to put it at.
pub fn field_text(error: &FieldError) -> String {
    if error.field.is_empty() { error.message.clone() } else { format!("{}: {}.", error.field, error.message) }
}

/// What a client may read about a plugin's failure.
pub fn external_text(error: &PluginError) -> String {
    error.public.clone().unwrap_or_else(|| match error.kind {
        ErrorKind::Temporary | ErrorKind::Unknown => "The service behind this did not answer in time.".to_owned(),
        _ => "The service behind this refused.".to_owned(),
    })
}

/// What a login form says about a login that did not work; what is not about the login stays a
/// failure.
pub fn login_refusal(error: AppError) -> Result<String, Failure> {
    match error {
        AppError::Unauthenticated(text) => Ok(sentence(text)),
        other => Err(other.into()),
    }
}

fn external_status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Declined | ErrorKind::Unsupported | ErrorKind::NotFound => StatusCode::CONFLICT,
        ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::BAD_GATEWAY,
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let AppError::TooMany(seconds) = *self.0 {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Shows failures as pages, and carries messages over redirects. The layer of portal and panel.
pub async fn as_pages(
    State((state, audience)): State<(AppState, Audience)>,
    jar: CookieJar,
    request: Request,
    next: Next,
) -> Response {
    let wanted = Wanted::of(&request);
    let response = next.run(request).await;
    let mut response = match unrendered(&response) {
        false => response,
        true => wanted.show(response, &state, audience),
    };
    let secure = state.options.secure_cookies;
    if let Some(messages) = response.extensions_mut().remove::<Vec<Flash>>() {
        flash::write(&messages, secure).add_to(response.headers_mut());
    } else if flash::is_there(&jar) && is_html(&response) {
        flash::clear(secure).add_to(response.headers_mut());
    }
    response
}

/// A refusal that has no body worth showing: ours, or a bare one of the framework.
fn unrendered(response: &Response) -> bool {
    let is_refusal = response.status().is_client_error() || response.status().is_server_error();
    is_refusal && (response.extensions().get::<Failure>().is_some() || !has_own_body(response))
}

fn has_own_body(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| !kind.starts_with("text/plain"))
}

fn is_html(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// What a refused request asked for.
struct Wanted {
    request_id: String,
    /// Where to return after signing in.
    address: Option<String>,
    /// A program asks, not a person.
    json: bool,
}

impl Wanted {
    fn of(request: &Request) -> Self {
        let info = request.extensions().get::<RequestInfo>();
        let uri = request.extensions().get::<axum::extract::OriginalUri>().map_or(request.uri(), |uri| &uri.0);
        Self {
            request_id: info.map(|info| info.id.clone()).unwrap_or_default(),
            json: wants_json(request.headers()),
            address: (request.method() == Method::GET)
                .then(|| uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)),
        }
    }

    fn show(self, mut response: Response, state: &AppState, audience: Audience) -> Response {
        let failure = response.extensions_mut().remove::<Failure>();
        if response.status() == StatusCode::UNAUTHORIZED && !self.json {
            return self.sign_in_first(audience);
        }
        let mut chrome = Chrome { brand: state.last_brand(), ..Chrome::default() };
        if audience == Audience::Staff {
            chrome = chrome.in_admin(AdminSection::Dashboard);
        }
        let mut detail = String::new();
        if let Some(failure) = failure {
            failure.log(&self.request_id);
            detail = match (audience, &*failure.0) {
                // Staff can do something about what the plugin said.
                (Audience::Staff, AppError::External(error)) => error.detail.clone(),
                _ => failure.public_text(),
            };
            if self.json {
                return problem(response, &detail, failure.fields());
            }
        }
        if self.json {
            return problem(response, "", &[]);
        }
        let view = ErrorPage::new(chrome, response.status().as_u16(), self.request_id).detail(detail);
        let Ok(Html(body)) = askama::Template::render(&view).map(Html) else { return response };
        replace(response, "text/html; charset=utf-8", body)
    }

    fn sign_in_first(self, audience: Audience) -> Response {
        let login = match audience {
            Audience::Staff => "/admin/login",
            Audience::Portal => "/login",
        };
        match self.address {
            Some(address) if address != "/" && address != "/admin" => {
                see_other(format!("{login}?next={}", utf8_percent_encode(&address, NON_ALPHANUMERIC))).into_response()
            }
            _ => see_other(login).into_response(),
        }
    }
}

/// A refusal for a program that used an address of people (RFC 9457).
fn problem(response: Response, detail: &str, fields: &[FieldError]) -> Response {
    let status = response.status();
    let errors: Vec<_> = fields.iter().map(|e| json!({ "field": e.field, "message": e.message })).collect();
    let detail = if fields.is_empty() { detail } else { "the input is not valid" };
    let body = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "detail": detail,
        "errors": errors,
    });
    replace(response, "application/problem+json", body.to_string())
}

/// The same status and headers with another body.
fn replace(response: Response, kind: &'static str, body: String) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    Response::from_parts(parts, body.into())
}
