//! What is sold: products with their prices, and the groups they are shown in.

mod addon;
mod edit;
mod groups;
mod list;
mod meter;
mod meters;
mod paths;
mod prices;
mod retire;
mod rules;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/products", get(list::list))
        .route("/products/new", get(edit::new).post(edit::create))
        .route("/products/{id}", get(edit::show).post(edit::save))
        .route("/products/{id}/prices", get(prices::show).post(prices::save))
        .route("/products/{id}/prices/{change}/withdraw", post(prices::withdraw))
        .route("/products/{id}/addon", get(addon::show).post(addon::save))
        .route("/products/{id}/meters", get(meters::show).post(meters::add))
        .route("/meters/{id}", get(meter::show).post(meter::save))
        .route("/meters/{id}/retire", post(meter::retire))
        .route("/products/{id}/paths", get(paths::show).post(paths::save))
        .route("/products/{id}/rules", get(rules::show).post(rules::save))
        .route("/products/{id}/retire", post(retire::retire))
        .route("/products/{id}/bring-back", post(retire::bring_back))
        .route("/product-groups", get(groups::list).post(groups::create))
        .route("/product-groups/{id}", get(groups::show).post(groups::save))
}
