//! Plugins and their settings.

mod edit;
mod list;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/plugins", get(list::list))
        .route("/plugins/{id}", get(edit::show).post(edit::save))
        .route("/plugins/{id}/enable", post(edit::enable))
        .route("/plugins/{id}/disable", post(edit::disable))
        .route("/plugins/{id}/test", post(edit::test))
}
