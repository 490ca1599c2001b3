//! Payments of all clients.

mod list;
mod show;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/payments", get(list::list))
        .route("/payments/{id}", get(show::show))
        .route("/payments/{id}/refund", post(show::refund))
}
