//! The REST API, `/api/v1`. Failures become problem+json.

use axum::Router;

use crate::state::AppState;

/// The routes below `/api/v1`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
}
