//! Orders of all clients.

mod list;
mod show;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_domain::state::OrderState;
use innkeeper_web::AppState;
use innkeeper_web::view::Badge;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/orders", get(list::list))
        .route("/orders/{id}", get(show::show))
        .route("/orders/{id}/accept", post(show::accept))
        .route("/orders/{id}/cancel", post(show::cancel))
        .route("/orders/{id}/fraud", post(show::fraud))
}

/// An accepted order is `active` in the database; people say accepted.
pub(super) fn badge(state: OrderState) -> Badge {
    match state {
        OrderState::Active => Badge::state("accepted"),
        other => Badge::state(other.as_str()),
    }
}
