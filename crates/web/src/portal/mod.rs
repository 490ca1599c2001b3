//! The client portal, `/`.

pub(crate) mod login;
pub(crate) mod sessions_list;

use axum::Router;
use axum::routing::{get, post};

use crate::state::AppState;

/// The routes of the portal.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/login", get(login::show).post(login::enter))
        .route("/logout", post(login::leave))
        .route("/switch", post(login::switch))
}
