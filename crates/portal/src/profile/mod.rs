//! A client's own account: details, contacts, logins, password and sessions.

mod contacts;
mod details;
mod logins;
mod security;
mod ways_to_pay;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/profile", get(details::show).post(details::save))
        .route("/profile/contacts", get(contacts::show).post(contacts::add))
        .route("/profile/contacts/{id}", get(contacts::edit).post(contacts::save))
        .route("/profile/contacts/{id}/remove", post(contacts::remove))
        .route("/profile/logins", get(logins::show).post(logins::add))
        .route("/profile/logins/{id}/remove", post(logins::remove))
        .route("/profile/security", get(security::show).post(security::change_password))
        .route("/ways-to-pay", get(ways_to_pay::show))
        .route("/ways-to-pay/add/{gateway}", get(ways_to_pay::add))
        .route("/ways-to-pay/added/{gateway}", get(ways_to_pay::added))
        .route("/ways-to-pay/default", post(ways_to_pay::make_default))
        .route("/ways-to-pay/forget", post(ways_to_pay::forget))
        .route("/profile/sessions/{id}/revoke", post(security::revoke))
}
