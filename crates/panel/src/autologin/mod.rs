//! Sites that may log clients in with signed links.

mod clientexec;
mod sites;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/autologin", get(sites::show).post(sites::create))
        .route("/autologin/{id}/disable", post(sites::disable))
        .route("/autologin/clientexec", get(clientexec::show).post(clientexec::save))
}
