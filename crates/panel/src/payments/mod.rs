//! Payments of all clients.

mod by_hand;
mod csv_layout;
mod list;
mod show;
mod statement;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/payments", get(list::list))
        .route("/payments/statement", get(statement::show).post(statement::judge))
        .route("/payments/statement/record", post(statement::record))
        .route("/payments/{id}", get(show::show))
        .route("/payments/{id}/refund", post(show::refund))
        .route("/payments/{id}/refund-by-hand", get(by_hand::show).post(by_hand::save))
}
