//! Domain extensions, tax, currencies and cycles: what else a price needs.

mod currencies;
mod cycle;
mod edit;
mod late;
mod list;
mod rate;
mod tax;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/extensions", get(list::list))
        .route("/extensions/new", get(edit::new).post(edit::create))
        .route("/extensions/{id}", get(edit::show).post(edit::save))
        .route("/extensions/{id}/prices", post(edit::save_prices))
        .route("/extensions/{id}/late", post(late::save))
        .route("/tax-rules", get(tax::list).post(tax::create))
        .route("/tax-rules/union", post(tax::add_union))
        .route("/tax-rules/{id}", get(tax::show).post(tax::save))
        .route("/tax-rules/{id}/delete", post(tax::delete))
        .route("/currencies", get(currencies::list))
        .route("/currencies/add", post(currencies::add))
        .route("/currencies/rates", post(currencies::fetch_rates))
        .route("/currencies/{code}/rate", get(rate::show).post(rate::save))
        .route("/currencies/{code}/enable", post(currencies::enable))
        .route("/currencies/{code}/disable", post(currencies::disable))
        .route("/currencies/{code}/default", post(currencies::make_default))
        .route("/cycles", post(currencies::add_cycle))
        .route("/cycles/{id}", get(cycle::show).post(cycle::save))
}
