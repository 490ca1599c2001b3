//! Refusals of the API: problem+json (RFC 9457), whatever refused.

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use innkeeper_app::{AppError, FieldError, idempotency};
use innkeeper_web::Failure;
use innkeeper_web::request::RequestInfo;
use serde::Serialize;
use utoipa::ToSchema;

/// What a handler of the API answers.
pub(super) type Answer<T> = Result<T, Problem>;

/// Why a request was refused. Becomes [`ProblemDetails`] once the number of the request is known.
#[derive(Clone, Debug)]
pub(super) enum Problem {
    /// A use case refused.
    Refused(Failure),
    /// The request itself is wrong.
    Request(StatusCode, String, Vec<FieldError>),
    /// Somebody works on the same request; try again after a second.
    Busy,
    /// The request was carried out, but the process ended before its answer was kept.
    AnswerLost(Option<idempotency::Made>),
}

impl<E: Into<AppError>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self::Refused(Failure::from(error.into()))
    }
}

impl Problem {
    /// The request is wrong as a whole.
    pub(super) fn request(status: StatusCode, detail: impl Into<String>) -> Self {
        Self::Request(status, detail.into(), vec![])
    }
    /// One field of the request is wrong: 422.
    pub(super) fn field(field: impl Into<String>, message: impl ToString) -> Self {
        let error = FieldError { field: field.into(), message: message.to_string() };
        Self::Request(StatusCode::UNPROCESSABLE_ENTITY, "the input is not valid".into(), vec![error])
    }
    fn status(&self) -> StatusCode {
        match self {
            Self::Refused(failure) => failure.status(),
            Self::Request(status, ..) => *status,
            Self::Busy | Self::AnswerLost(_) => StatusCode::CONFLICT,
        }
    }
    fn detail(&self) -> String {
        match self {
            Self::Refused(failure) if failure.status() == StatusCode::INTERNAL_SERVER_ERROR => String::new(),
            Self::Refused(failure) if !failure.fields().is_empty() => "the input is not valid".into(),
            Self::Refused(failure) => match failure.public_text() {
                text if text.is_empty() => default_detail(failure.status()).into(),
                text => text,
            },
            Self::Request(_, detail, _) => detail.clone(),
            Self::Busy => "the same request is being worked on: try again in a second".into(),
            Self::AnswerLost(_) => "this request was carried out, but its answer was lost: do not repeat it, \
                 look at what it made or changed"
                .into(),
        }
    }
    fn made(&self) -> Option<MadeThing> {
        match self {
            Self::AnswerLost(made) => made.clone().map(|made| MadeThing { kind: made.kind, id: made.id }),
            _ => None,
        }
    }
    fn errors(&self) -> Vec<ProblemField> {
        let fields = match self {
            Self::Refused(failure) => failure.fields(),
            Self::Request(_, _, fields) => fields,
            Self::Busy | Self::AnswerLost(_) => &[],
        };
        fields.iter().map(|e| ProblemField { field: e.field.clone(), message: e.message.clone() }).collect()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = match &self {
            // Keeps its headers, such as Retry-After.
            Self::Refused(failure) => failure.clone().into_response(),
            _ => self.status().into_response(),
        };
        if matches!(self, Self::Busy) {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// A refusal, as RFC 9457 has it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemDetails {
    /// Always `about:blank`: the status says what kind it is.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: &'static str,
    /// The name of the status.
    #[schema(example = "Unprocessable Entity")]
    title: String,
    /// The HTTP status.
    #[schema(example = 422)]
    status: u16,
    /// What was wrong, for people.
    #[schema(example = "the input is not valid")]
    detail: String,
    /// The fields that were refused; a dot leads into objects and lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ProblemField>,
    /// Only where a request with an idempotency key was carried out and its answer was lost: what it made or
    /// changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    made: Option<MadeThing>,
    /// The number of the request, as in the header `x-request-id` and in the log.
    #[schema(example = "6f2c1a9be0d34c57")]
    request_id: String,
}

/// What a request made or changed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MadeThing {
    /// The kind of thing.
    #[schema(example = "client")]
    kind: String,
    id: i64,
}

/// A refused field.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProblemField {
    /// Its name, such as `prices.0.amount`.
    #[schema(example = "email")]
    field: String,
    /// A phrase that follows the field's name.
    #[schema(example = "is taken")]
    message: String,
}

/// Writes every refusal as problem+json: ours, and the bare ones of the framework.
pub async fn as_problems(request: Request, next: Next) -> Response {
    let request_id = request.extensions().get::<RequestInfo>().map(|info| info.id.clone()).unwrap_or_default();
    let mut response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let failure = response.extensions_mut().remove::<Failure>().map(Problem::Refused);
    let problem = response.extensions_mut().remove::<Problem>().or(failure);
    if problem.is_none() && is_problem(&response) {
        return response;
    }
    let problem = problem.unwrap_or_else(|| Problem::request(status, default_detail(status)));
    if let Problem::Refused(failure) = &problem {
        failure.log(&request_id);
    }
    let details = ProblemDetails {
        kind: "about:blank",
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        detail: problem.detail(),
        errors: problem.errors(),
        made: problem.made(),
        request_id,
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    let mut answer = (parts, Json(details)).into_response();
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    answer
}

fn is_problem(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"))
}

fn default_detail(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "the request is not readable",
        StatusCode::UNAUTHORIZED => "send a token: Authorization: Bearer ink_…",
        StatusCode::FORBIDDEN => "the token may not do that",
        StatusCode::NOT_FOUND => "there is no such thing",
        StatusCode::METHOD_NOT_ALLOWED => "this address does not take that method",
        StatusCode::PAYLOAD_TOO_LARGE => "the body is larger than 1 MiB",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "send the body as application/json",
        StatusCode::GATEWAY_TIMEOUT => "it took too long; with an idempotency key you may ask again",
        _ => "",
    }
}
