//! Settings of the business.

mod automation;
mod billing;
mod brand;
mod company;
mod custom_fields;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/settings", get(company::show).post(company::save))
        .route("/settings/automation", get(automation::show).post(automation::save))
        .route("/settings/billing", get(billing::show).post(billing::save))
        .route("/settings/brand", get(brand::show).post(brand::save))
        .route("/settings/custom-fields", get(custom_fields::list).post(custom_fields::create))
        .route("/settings/custom-fields/{id}", get(custom_fields::show).post(custom_fields::save))
        .route("/settings/custom-fields/{id}/delete", post(custom_fields::delete))
}
