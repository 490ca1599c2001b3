//! Promotions: codes that take something off.

mod edit;
mod list;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/promotions", get(list::list))
        .route("/promotions/new", get(edit::new).post(edit::create))
        .route("/promotions/{id}", get(edit::show).post(edit::save))
        .route("/promotions/{id}/retire", post(edit::retire))
        .route("/promotions/{id}/bring-back", post(edit::bring_back))
}
