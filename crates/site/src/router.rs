//! All routes of the site and what surrounds them.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ORIGIN, STRICT_TRANSPORT_SECURITY};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use innkeeper_app::AppError;
use innkeeper_app::sessions::Audience;
use innkeeper_web::error::{self, Failure};
use innkeeper_web::request::{self, RequestInfo};
use innkeeper_web::{AppState, assets, brand, security};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::{callbacks, health};

/// The largest body that a form or an API call may have.
const BODY: usize = 1024 * 1024;
/// Plugins are given up earlier, so that the page can say which one it was.
const PATIENCE: Duration = Duration::from_secs(60);
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const STAY_ENCRYPTED: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// The whole site. Serve it with the peer's address (`into_make_service_with_connect_info`), else
/// limits per address and `/metrics` do not know who asks.
pub fn router(state: AppState) -> Router {
    let portal = pages(innkeeper_portal::routes().fallback(missing), &state, Audience::Portal);
    let admin = pages(innkeeper_panel::routes().fallback(missing), &state, Audience::Staff);
    let api = contained(innkeeper_api::routes(&state).fallback(missing)).layer(from_fn(innkeeper_api::as_problems));
    Router::new()
        .nest("/api/v1", api)
        .nest("/admin", admin)
        .merge(assets::routes())
        .merge(brand::routes())
        .merge(health::routes())
        .merge(contained(callbacks::routes()))
        .fallback_service(portal.with_state(state.clone()))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), stay_encrypted))
        .layer(from_fn(security::headers))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(from_fn_with_state(state.clone(), request::identify))
        .with_state(state)
}

/// Routes that answer people: failures become pages, forms must come from our own pages.
fn pages(routes: Router<AppState>, state: &AppState, audience: Audience) -> Router<AppState> {
    let mut csrf = CsrfLayer::new();
    // A proxy may have changed `Host`; where the site is reached from outside, we know.
    let own = url::Url::parse(state.app.base_url()).map(|url| url.origin().ascii_serialization());
    if let Ok(own) = own {
        csrf = match csrf.clone().add_trusted_origin(own) {
            Ok(csrf) => csrf,
            Err(error) => {
                tracing::warn!(%error, "the site's address has no origin");
                csrf
            }
        };
    }
    contained(routes)
        .layer(from_fn(sent_by_a_page))
        .layer(csrf.with_rejection_response(foreign_form))
        .layer(from_fn_with_state((state.clone(), audience), error::as_pages))
}

/// What holds for pages and API alike: readable addresses, limits, and a panic is an error 500.
fn contained(routes: Router<AppState>) -> Router<AppState> {
    routes
        .layer(from_fn(request::readable))
        .layer(RequestBodyLimitLayer::new(BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, PATIENCE))
        .layer(CatchPanicLayer::custom(panicked))
}

/// The CSRF layer lets a request pass that says nothing about its origin, for the sake of
/// programs. Programs have the API; every browser that sends our cookies says it.
async fn sent_by_a_page(request: Request, next: Next) -> Response {
    let says_nothing = !request.headers().contains_key(ORIGIN) && !request.headers().contains_key(SEC_FETCH_SITE);
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if changes && says_nothing {
        return Failure::from(AppError::Forbidden).into_response();
    }
    next.run(request).await
}

fn foreign_form(error: ProtectionError) -> Response<Body> {
    tracing::info!(%error, "a form of another site was refused");
    Failure::from(AppError::Forbidden).into_response()
}

fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let text = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()))
        .unwrap_or_else(|| "a panic without text".to_owned());
    Failure::from(AppError::internal(text)).into_response()
}

async fn missing() -> Failure {
    Failure::missing()
}

async fn stay_encrypted(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if state.options.secure_cookies {
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, STAY_ENCRYPTED);
    }
    response
}

/// Without the query: it may hold a token.
fn span(request: &Request<Body>) -> tracing::Span {
    let id = request.extensions().get::<RequestInfo>().map_or("", |info| info.id.as_str());
    tracing::info_span!("request", id, method = %request.method(), path = request.uri().path())
}
