//! Staff and their roles.

mod create;
mod edit;
mod list;
mod permissions;
mod role;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) use permissions::choices;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/staff", get(list::list))
        .route("/staff/new", get(create::show).post(create::create))
        .route("/staff/{id}", get(edit::show).post(edit::save))
        .route("/staff/{id}/password", post(edit::set_password))
        .route("/staff/{id}/disable", post(edit::disable))
        .route("/staff/{id}/enable", post(edit::enable))
        .route("/roles/new", get(role::new).post(role::create))
        .route("/roles/{id}", get(role::show).post(role::save))
}
