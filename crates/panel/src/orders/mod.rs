//! Orders of all clients.

mod list;
mod show;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_domain::state::OrderState;
use innkeeper_web::AppState;
use innkeeper_web::view::{Badge, Tone};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/orders", get(list::list))
        .route("/orders/{id}", get(show::show))
        .route("/orders/{id}/accept", post(show::accept))
        .route("/orders/{id}/cancel", post(show::cancel))
        .route("/orders/{id}/hold", post(show::hold))
        .route("/orders/{id}/release", post(show::release))
        .route("/orders/{id}/fraud", post(show::fraud))
}

/// An accepted order is `active` in the database; people say accepted. One that is held says so.
pub(super) fn badge(state: OrderState, screening: &str) -> Badge {
    match (state, screening) {
        (OrderState::Active, _) => Badge::state("accepted"),
        (OrderState::Pending, "held") => Badge::new(Tone::Danger, "flag", "Held"),
        (other, _) => Badge::state(other.as_str()),
    }
}
