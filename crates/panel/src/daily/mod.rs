//! What is done every day, and what it will bring.

mod forecast;
mod status;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/daily", get(status::show))
        .route("/daily/{task}/run", post(status::run))
        .route("/daily/{task}/preview", get(status::preview))
        .route("/forecast", get(forecast::show))
}
