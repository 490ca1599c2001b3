//! What a load balancer and a monitor ask.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use innkeeper_web::AppState;

use crate::metrics;

/// `/livez`, `/readyz` and `/metrics`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/livez", get(alive)).route("/readyz", get(ready)).route("/metrics", get(metrics::show))
}

/// The process answers. Never asks the database: a broken database is no reason to restart us.
async fn alive() -> &'static str {
    "alive\n"
}

/// Requests can be served: the database is there and takes writes.
async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match state.app.ready().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
    }
}
