//! Invoices that staff compose before they are issued.

mod edit;
mod list;

pub(super) use edit::inside;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/drafts", get(list::list))
        .route("/clients/{id}/draft", get(edit::new).post(edit::create))
        .route("/drafts/{id}", get(edit::show).post(edit::save))
        .route("/drafts/{id}/issue", post(edit::issue))
        .route("/drafts/{id}/delete", post(edit::delete))
}
