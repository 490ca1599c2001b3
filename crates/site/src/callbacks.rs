//! What payment gateways send, and the scripts that draw their fields.

use axum::Extension;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use innkeeper_app::{AppError, payments};
use innkeeper_plugin_api::{Callback, ErrorKind};
use innkeeper_web::request::RequestInfo;
use innkeeper_web::{AppState, Failure};

/// The largest callback.
const BODY: usize = 256 * 1024;
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// `/callbacks/{plugin}`: programs send these, so no page of ours is asked for; the plugin checks the
/// signature. And `/plugin-assets/{plugin}/{version}.js`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/callbacks/{plugin}", post(callback).layer(DefaultBodyLimit::max(BODY)))
        .route("/plugin-assets/{plugin}/{file}", get(script))
}

/// A gateway sends a callback again unless it is answered with 2xx, so what is broken for now says so.
async fn callback(
    State(state): State<AppState>,
    Extension(request): Extension<RequestInfo>,
    Path(plugin): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // What is no text cannot be a signature.
    let text = |(name, value): (&header::HeaderName, &HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    let callback = Callback {
        headers: headers.iter().filter_map(text).collect(),
        query: query.unwrap_or_default(),
        body: body.into(),
    };
    let status = match payments::callback(&state.app, &request.ip, &plugin, callback).await {
        Ok(()) => StatusCode::OK,
        Err(AppError::NotFound(_)) => StatusCode::NOT_FOUND,
        Err(AppError::TooMany(_)) => StatusCode::TOO_MANY_REQUESTS,
        Err(AppError::External(e)) if matches!(e.kind, ErrorKind::Declined | ErrorKind::Invalid) => {
            tracing::warn!(plugin, ip = request.ip, error = %e, "a callback was refused");
            StatusCode::BAD_REQUEST
        }
        Err(error) => {
            tracing::error!(plugin, ?error, "a callback could not be taken");
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    (status, "").into_response()
}

async fn script(
    State(state): State<AppState>,
    Path((plugin, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let asked = file.strip_suffix(".js").ok_or_else(Failure::missing)?;
    let (version, script) = payments::script(&state.app, &plugin).await?;
    // A page of another release gets what we have, but may not keep it.
    let lifetime = if asked == version { FOREVER } else { REVALIDATE };
    let kind = HeaderValue::from_static("text/javascript; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, lifetime)], script).into_response())
}
