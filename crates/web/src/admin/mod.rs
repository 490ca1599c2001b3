//! The admin panel, `/admin`.

mod login;
mod profile;

use axum::Router;
use axum::routing::{get, post};

use crate::state::AppState;

/// The routes below `/admin`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/login", get(login::show).post(login::enter))
        .route("/logout", post(login::leave))
        .route("/profile", get(profile::show))
        .route("/profile/password", post(profile::change_password))
        .route("/profile/sessions/{id}/revoke", post(profile::revoke))
}
