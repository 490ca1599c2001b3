//! Servers and their groups.

mod accounts;
mod addresses;
mod edit;
mod groups;
mod list;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/servers", get(list::list))
        .route("/servers/new", get(edit::new).post(edit::create))
        .route("/servers/{id}", get(edit::show).post(edit::save))
        .route("/servers/{id}/addresses", get(addresses::show).post(addresses::add))
        .route("/servers/{id}/addresses/{address}/remove", post(addresses::remove))
        .route("/servers/{id}/test", post(edit::test))
        .route("/servers/{id}/accounts", get(accounts::list))
        .route("/servers/{id}/import", get(accounts::ask).post(accounts::import))
        .route("/servers/{id}/sign-on", post(accounts::sign_on))
        .route("/server-groups", get(groups::list).post(groups::create))
        .route("/server-groups/{id}", get(groups::show).post(groups::save))
}
