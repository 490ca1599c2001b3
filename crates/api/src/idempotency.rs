//! The header `Idempotency-Key` on POST requests.
//!
//! The digest of method, address and body is what makes two requests the same. The work runs in a task of
//! its own, so that its answer is kept although the caller hung up. The rest, and why a crash neither locks
//! a key for ever nor lets the work happen twice, is said in [`innkeeper_app::idempotency`].

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{OriginalUri, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use innkeeper_app::AppError;
use innkeeper_app::idempotency::{self, Answer as Kept, Start};
use innkeeper_web::AppState;
use sha2::{Digest as _, Sha256};
use tracing::Instrument as _;

use super::body;
use super::caller::Caller;
use super::problem::{Answer, Problem};

/// Name of the header that names a request.
pub(super) const KEY: &str = "idempotency-key";
const REPLAYED: &str = "idempotent-replayed";
/// Longest key.
const LONGEST: usize = 255;
/// Largest answer that is kept; ours are far smaller.
const LARGEST: usize = 4 * 1024 * 1024;

/// Does the work of a POST with a key once. Goes inside of authentication.
pub(super) async fn once(State(state): State<AppState>, caller: Caller, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !request.headers().contains_key(KEY) {
        return next.run(request).await;
    }
    match work_or_replay(&state, &caller, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn work_or_replay(state: &AppState, caller: &Caller, request: Request, next: Next) -> Answer<Response> {
    let key = key(&request)?;
    let (request, digest) = digest(request, state).await?;
    let claim = match idempotency::start(&state.app, &caller.actor, &key, &digest).await? {
        Start::Work(claim) => claim,
        Start::Replay(kept) => return Ok(replay(kept)),
        Start::Different => return Err(Problem::field("Idempotency-Key", "was used for another request before")),
        Start::Busy => return Err(Problem::Busy),
        Start::AnswerLost(made) => return Err(Problem::AnswerLost(made)),
    };
    let app = state.app.clone();
    let work = async move {
        let response = claim.run(next.run(request)).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, LARGEST).await.map_err(AppError::internal)?;
        let refused = parts.status.is_client_error() || parts.status.is_server_error();
        let kept = Kept {
            status: parts.status.as_u16(),
            location: parts.headers.get(header::LOCATION).and_then(|l| l.to_str().ok()).map(str::to_owned),
            body: String::from_utf8_lossy(&body).into_owned(),
        };
        claim.finish(&app, &kept, refused).await?;
        Ok::<_, AppError>(Response::from_parts(parts, Body::from(body)))
    };
    match tokio::spawn(work.in_current_span()).await {
        Ok(answer) => Ok(answer?),
        Err(error) => Err(AppError::internal(error).into()),
    }
}

fn key(request: &Request) -> Answer<String> {
    let mut keys = request.headers().get_all(KEY).iter();
    let key = keys.next().and_then(|key| key.to_str().ok()).unwrap_or_default();
    let is_plain = (1..=LONGEST).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if is_plain && keys.next().is_none() {
        Ok(key.to_owned())
    } else {
        Err(Problem::field("Idempotency-Key", "must be one text of 1 to 255 visible ASCII characters"))
    }
}

/// The request, and what makes it this one.
async fn digest(request: Request, state: &AppState) -> Answer<(Request, String)> {
    let (parts, body) = request.into_parts();
    let uri = parts.extensions.get::<OriginalUri>().map_or_else(|| parts.uri.clone(), |uri| uri.0.clone());
    let bytes: Bytes = body::read(Request::new(body), state).await?;
    let mut hash = Sha256::new();
    hash.update(format!("{} {uri}\n", parts.method));
    hash.update(&bytes);
    Ok((Request::from_parts(parts, Body::from(bytes)), hex::encode(hash.finalize())))
}

fn replay(kept: Kept) -> Response {
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    let is_refusal = status.is_client_error() || status.is_server_error();
    let kind = if is_refusal { "application/problem+json" } else { "application/json" };
    let has_body = !kept.body.is_empty();
    let mut response = (status, kept.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    if has_body {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    if let Some(location) = kept.location.and_then(|l| HeaderValue::try_from(l).ok()) {
        headers.insert(header::LOCATION, location);
    }
    response
}
