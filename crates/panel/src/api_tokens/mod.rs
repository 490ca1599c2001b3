//! Tokens of the REST API.

mod create;
mod list;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api-tokens", get(list::list))
        .route("/api-tokens/new", get(create::show).post(create::create))
        .route("/api-tokens/{id}/revoke", post(list::revoke))
}
