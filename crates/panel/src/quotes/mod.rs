//! Quotes: offers to clients.

mod edit;
mod kept;
mod list;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/quotes", get(list::list))
        .route("/clients/{id}/quote", get(edit::new).post(edit::create))
        .route("/quotes/new", get(edit::new_prospect).post(edit::create_prospect))
        .route("/quotes/{id}", get(edit::show).post(edit::save))
        .route("/quotes/{id}/pdf", get(edit::pdf))
        .route("/quotes/{id}/send", post(edit::send))
        .route("/quotes/{id}/accept", post(edit::accept))
        .route("/quotes/{id}/decline", post(edit::decline))
        .route("/quotes/{id}/duplicate", post(edit::duplicate))
        .route("/quotes/{id}/delete", post(edit::delete))
}
