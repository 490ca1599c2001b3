//! Settings of the business.

mod automation;
mod billing;
mod brand;
mod company;
mod custom_fields;
mod funds;
mod mail;
mod mail_text;
mod numbers;
mod tax;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/settings", get(company::show).post(company::save))
        .route("/settings/automation", get(automation::show).post(automation::save))
        .route("/settings/billing", get(billing::show).post(billing::save))
        .route("/settings/funds", get(funds::show).post(funds::save))
        .route("/settings/tax", get(tax::show).post(tax::save))
        .route("/settings/numbers", get(numbers::show).post(numbers::save))
        .route("/settings/brand", get(brand::show).post(brand::save))
        .route("/settings/mail", get(mail::list))
        .route("/settings/mail/language", post(mail::save_language))
        .route("/settings/mail/{key}/on", post(mail::switch_on))
        .route("/settings/mail/{key}/off", post(mail::switch_off))
        .route("/settings/mail/{key}/{language}", get(mail_text::show).post(mail_text::save))
        .route("/settings/mail/{key}/{language}/preview", post(mail_text::preview))
        .route("/settings/mail/{key}/{language}/reset", post(mail_text::reset))
        .route("/settings/custom-fields", get(custom_fields::list).post(custom_fields::create))
        .route("/settings/custom-fields/{id}", get(custom_fields::show).post(custom_fields::save))
        .route("/settings/custom-fields/{id}/delete", post(custom_fields::delete))
}
