//! Payments of all clients.

mod list;

use axum::Router;
use axum::routing::get;
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/payments", get(list::list))
}
