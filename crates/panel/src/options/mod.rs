//! Options of products: groups, options, their values and prices.

mod edit;
mod groups;
mod values;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/option-groups", get(groups::list).post(groups::create))
        .route("/option-groups/{id}", get(groups::show).post(groups::save))
        .route("/option-groups/{id}/new", get(edit::new).post(edit::create))
        .route("/options/{id}", get(edit::show).post(edit::save))
        .route("/options/{id}/keep-prices", post(edit::keep_prices))
        .route("/options/{id}/retire", post(edit::retire))
        .route("/options/{id}/bring-back", post(edit::bring_back))
}
